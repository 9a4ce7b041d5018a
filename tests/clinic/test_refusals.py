import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import OperationalError, connection
from django.test import Client

FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def editor(first_content: None, django_user_model: Any) -> Client:
    user = django_user_model.objects.create_user("ed@clinic.example", "a long enough password")
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    client = Client()
    client.force_login(user)
    return client


def heading(response: Any) -> str:
    assert response.status_code == 403
    found = re.search("<h1>(.+)</h1>", response.content.decode())
    assert found
    return found[1]


def test_a_colleague_without_the_permission_reads_whom_to_ask(editor: Client) -> None:
    response = editor.get("/admin/clinic/staffuser/")
    assert heading(response) == "You may not open this page"
    assert "manages accounts" in response.content.decode()


def test_a_form_from_another_site_is_refused_in_its_own_words(client: Client, first_content: None) -> None:
    response = client.post("/newsletter/", {}, headers=FOREIGN)
    assert heading(response) == "This did not come from our own page"


@pytest.mark.parametrize("page", ["/admin/login/", "/admin/logout/"])
def test_a_staff_form_without_its_token_is_refused_in_our_words(first_content: None, page: str) -> None:
    response = Client(enforce_csrf_checks=True).post(page)
    assert heading(response) == "We could not take this form"
    assert "cookies" in response.content.decode()


@pytest.mark.parametrize("path", ["/newsletter/", "/admin/login/"])
def test_a_refusal_needs_no_database(client: Client, path: str, db: None) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        response = Client(enforce_csrf_checks=True).post(path, headers=FOREIGN)
    assert heading(response)
    assert not response.cookies


def htmx_rule(client: Client, status: int) -> dict[str, Any]:
    """As htmx does it: the first rule whose pattern is found in the status."""
    config = re.search("name=\"htmx-config\" content='(.+)'", client.get("/newsletter/").content.decode())
    assert config
    rules = json.loads(config[1])["responseHandling"]
    return next(rule for rule in rules if re.search(rule["code"], str(status)))


@pytest.mark.parametrize("status", [400, 403, 404, 413, 500])
def test_a_whole_page_with_a_refusal_never_takes_the_place_of_a_form(
    client: Client, first_content: None, status: int
) -> None:
    assert htmx_rule(client, status) == {"code": "...", "swap": False, "error": True}


@pytest.mark.parametrize("status", [200, 422, 429, 503])
def test_an_answer_of_the_form_itself_takes_its_place(client: Client, first_content: None, status: int) -> None:
    assert htmx_rule(client, status)["swap"]
