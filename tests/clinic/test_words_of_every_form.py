"""Whichever form of the staff pages somebody filled in while their session ended: the words come back."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client

from clinic.unsaved import NOT_AGAIN
from tests.browser_posts import CONTROLS, Page, as_list, belongs, entries, is_disabled, untouched
from tests.clinic.test_roles import address_of, staff_urls

WORDS = "Zoë rang: she sleeps badly, and asks about O'Brien & Sons."
FROM_HERE = {"headers": {"Sec-Fetch-Site": "same-origin"}}
TOKEN = "csrfmiddlewaretoken"
# Below these addresses there are passwords and codes, which no page shows again.
OF_ACCOUNTS = "/accounts/"


def written_on(html: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of a page each form in which words can be typed, filled in: where it is posted to, and what with."""
    tree = Page(html).root
    for form in tree.all("form"):
        action = urlsplit(form.get("action")).path or path
        controls = [one for one in tree.all(*CONTROLS) if belongs(one, form) and not is_disabled(one)]
        typed = {one.get("name") for one in controls if takes_words(one)} - {""}
        if form.get("method").lower() == "post" and typed and not action.startswith(OF_ACCOUNTS):
            yield action, {**as_posted(controls), **dict.fromkeys(typed, WORDS)}


def as_posted(controls: list[Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in entries(controls, None):
        fields[name] = value if name not in fields else [*as_list(fields[name]), value]
    return fields


def takes_words(control: Any) -> bool:
    return control.tag == "textarea" or (control.tag, control.type()) == ("input", "text")


def forms_of(client: Client, paths: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for path in paths:
        with transaction.atomic():
            page = client.get(path)
            transaction.set_rollback(True)
        if page.status_code == 200 and "text/html" in page.headers.get("Content-Type", ""):
            found |= {(action, min(fields)): fields for action, fields in written_on(page.text, path)}
    return found


def kept(fields: dict[str, Any]) -> dict[str, list[str]]:
    """As a browser sends it, and without what no page shows again."""
    shown = {name: value for name, value in fields.items() if name != TOKEN and "password" not in name}
    return {name: as_list(value) for name, value in shown.items() if as_list(value) and isinstance(name, str)}


@pytest.mark.timeout(400)
def test_words_typed_into_any_staff_form_come_back_after_the_session_ended(desk: Client, rows: dict[str, Any]) -> None:
    paths = [address_of(name, rows) for name in staff_urls() if "<" not in staff_urls()[name] or ":" in name]
    forms = forms_of(desk, [path for path in paths if path.startswith("/admin/") and "logout" not in path])
    Session.objects.all().delete()
    lost = {}
    for (action, _first), fields in forms.items():
        answer = desk.post(action, fields, **FROM_HERE)
        if action.endswith(NOT_AGAIN):
            assert WORDS not in answer.text
        elif answer.status_code != 403 or kept(untouched(answer, "unsaved-form")) != kept(fields):
            lost[action] = answer.status_code
    assert lost == {}
    assert len({action for action, _first in forms}) > 20
