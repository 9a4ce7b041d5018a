import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.urls.resolvers import URLResolver

from clinic import roles
from clinic.models import AuditEvent
from enquiries.models import Lead
from mailings.admin.channel import whom_to_ask
from mailings.models import OutgoingEmail
from mailings.results import finish
from tests.clinic.staff_urls import ACCOUNTS, DECLARED, EDIT, FOLLOW_UP, LEAD_ON, MANAGE, NO_ROLE, OWN_ACCOUNT, ROLES

CANARY = "canary"
LOGIN = re.compile(r"/(admin|accounts)/login/")


@cache
def staff_urls() -> dict[str, str]:
    """Every route below /admin/ and /accounts/, by its name or, without one, by itself."""
    return {
        name or route: route
        for name, route in walk(get_resolver().url_patterns, "", "")
        if route.startswith(("admin/", "accounts/"))
    }


def walk(patterns: Any, before: str, space: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, route, inner)
        else:
            yield f"{space}{pattern.name}" if pattern.name else "", route


def address_of(name: str, rows: dict[str, Any]) -> str:
    """Where the URL of that name leads, with the row that it is about."""
    route = staff_urls()[name]
    model = next((model for model in rows if f"admin/{model.replace('_', '/')}/" in route), "")
    pk = rows[model].pk if model else 0
    filled = {
        "object_id": pk,
        "pk": pk,
        "id": pk,
        "scheme": "light",
        "number": rows["version"].number,
        "app_label": "enquiries",
    }
    if name == "admin:view_on_site":
        filled |= {
            "content_type_id": ContentType.objects.get_for_model(Lead).pk,
            "object_id": rows["enquiries_lead"].pk,
        }
    if "(?P<url>" in route:
        return "/admin/there/is/no/such/page"
    used = {key: value for key, value in filled.items() if re.search(rf"[<:]{key}>", route)}
    return reverse(name, kwargs=used) if ":" in name.split("<")[0] else f"/{route.replace('<path:object_id>', str(pk))}"


def test_every_staff_url_is_declared_and_there_is_none_beside() -> None:
    found = set(staff_urls())
    assert found - set(DECLARED) - OWN_ACCOUNT - LEAD_ON == set(), "not declared"
    assert {*DECLARED, *OWN_ACCOUNT, *LEAD_ON} - found == set(), "no longer there"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ACCOUNTS)
def test_each_role_may_do_what_is_declared_and_no_more(
    browser: Callable[[str], Client], rows: dict[str, Any], role: str, method: str
) -> None:
    client = browser(role)
    found, declared = {}, {}
    for name, access in DECLARED.items():
        status, who = (access.get, access.may_get) if method == "get" else (access.post, access.may_post)
        declared[name] = status if role in who else 403
        with taken_back():
            found[name] = getattr(client, method)(address_of(name, rows)).status_code
    assert found == declared


@contextmanager
def taken_back() -> Iterator[None]:
    """No block of atomic(): in one the frame of each page is made anew, for what is read there nobody else may see."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


class NoRow:
    """Stands for a row that is not there."""

    pk = number = 987654321


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ACCOUNTS)
def test_who_may_not_open_a_row_cannot_learn_whether_it_is_there(
    browser: Callable[[str], Client], rows: dict[str, Any], role: str, method: str
) -> None:
    client = browser(role)
    told = {}
    for name, access in DECLARED.items():
        nowhere = address_of(name, dict.fromkeys(rows, NoRow()))
        if role not in (access.may_get if method == "get" else access.may_post) and str(NoRow.pk) in nowhere:
            told[name] = getattr(client, method)(nowhere).status_code
    # As of a row that is there, which the test of what each role may do has asked.
    assert set(told.values()) <= {403}, told


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_asked_to_sign_in_everywhere(client: Client, rows: dict[str, Any], method: str) -> None:
    for name in DECLARED:
        response = getattr(Client(), method)(address_of(name, rows))
        assert (response.status_code, bool(LOGIN.match(response["Location"]))) == (302, True), name


def test_an_account_that_may_not_sign_in_gets_nowhere(account: Callable[[str], Any], rows: dict[str, Any]) -> None:
    user = account("manager")
    for field in ("is_staff", "is_active"):
        setattr(user, field, False)
        user.save()
        client = Client()
        client.force_login(user)
        assert LOGIN.match(client.get(address_of("admin:enquiries_lead_change", rows))["Location"])
        setattr(user, field, True)


def test_no_page_shows_an_editor_who_wrote(browser: Callable[[str], Client], rows: dict[str, Any]) -> None:
    client = browser("editor")
    finish(rows["mailings_outgoingemail"], OutgoingEmail.State.FAILED, "550 canary@example.com unknown")
    lists = [address_of(name, rows) for name in DECLARED if name.endswith("_changelist")]
    pages = [address_of(name, rows) for name in DECLARED] + [f"{page}?q=example.com" for page in lists]
    question = "app_label=enquiries&model_name=enquiry&field_name=lead&term=example"
    for page in [*pages, f"/admin/autocomplete/?{question}"]:
        response = client.get(page)
        told = f"{response.headers} {response.content.decode(errors='replace')}"
        assert CANARY not in told.lower(), page


@pytest.mark.parametrize("role", ACCOUNTS)
def test_every_link_that_a_role_is_shown_leads_somewhere(
    browser: Callable[[str], Client], rows: dict[str, Any], role: str
) -> None:
    client = browser(role)
    # One page of each kind.
    waiting, seen = {"admin/": "/admin/"}, set[str]()
    while waiting:
        route, page = waiting.popitem()
        seen.add(route)
        response = client.get(page)
        assert response.status_code in (200, 302), page
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            links = re.findall(r'href="(/admin/[^"?#]*)', response.text)
            waiting |= {resolve(link).route: link for link in links if resolve(link).route not in seen}
    assert len(seen) >= (1 if role == NO_ROLE else 10)


@pytest.mark.parametrize("role", ACCOUNTS)
def test_the_actions_of_lists_are_offered_only_to_who_may_do_them(
    browser: Callable[[str], Client], rows: dict[str, Any], role: str
) -> None:
    client = browser(role)
    actions = {}
    for name in [name for name in DECLARED if name.endswith("_changelist")]:
        response = client.get(address_of(name, rows))
        if response.status_code == 200:
            form = response.context["cl"].model_admin.get_action_choices(response.wsgi_request, [])
            actions[name] = [value for value, _label in form]
    steers = {"admin:mailings_outgoingemail_changelist": ["send_selected_again"]} if role in MANAGE else {}
    bulk = ["bulk_assign", "bulk_snooze", "bulk_close", "bulk_tag", "bulk_document"]
    follows_up = {"admin:enquiries_lead_changelist": bulk} if role in FOLLOW_UP else {}
    publishes = {"admin:articles_article_changelist": ["publish_selected"]} if role in EDIT else {}
    assert {name: found for name, found in actions.items() if found} == {**steers, **follows_up, **publishes}


def test_an_action_posted_without_the_permission_does_nothing(
    browser: Callable[[str], Client], rows: dict[str, Any]
) -> None:
    mail = rows["mailings_outgoingemail"]
    finish(mail, OutgoingEmail.State.FAILED, "550 no")
    fields = {"action": "send_selected_again", "_selected_action": mail.pk, "index": 0}
    for role, state in [("coordinator", "failed"), ("auditor", "failed"), ("manager", "queued")]:
        browser(role).post("/admin/mailings/outgoingemail/", fields)
        mail.refresh_from_db()
        assert mail.state == state


def test_who_has_no_role_is_told_whom_to_ask(browser: Callable[[str], Client]) -> None:
    page = browser(NO_ROLE).get("/admin/")
    assert "Ask a colleague who manages accounts" in page.text
    assert page.context["queues"] == []


def test_roles_are_set_anew_and_other_groups_left_alone(first_content: None, django_user_model: Any) -> None:
    editor, own = Group.objects.get(name="editor"), Group.objects.create(name="made by hand")
    lost, extra = Permission.objects.get(codename="publish_article"), Permission.objects.get(codename="view_lead")
    editor.permissions.remove(lost)
    for group in (editor, own):
        group.permissions.add(extra)
    call_command("sync_roles")
    held = set(editor.permissions.values_list("codename", flat=True))
    assert (lost.codename in held, extra.codename in held) == (True, False)
    assert list(own.permissions.all()) == [extra]
    event = AuditEvent.objects.filter(kind="roles_synced").latest("pk")
    assert event.data == {"editor": {"added": ["articles.publish_article"], "removed": ["enquiries.view_lead"]}}
    call_command("sync_roles")
    assert AuditEvent.objects.filter(kind="roles_synced").latest("pk") == event


def test_roles_are_the_five_of_the_table(first_content: None) -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES) == set(roles.ROLES)


def test_before_migrating_it_says_so(first_content: None) -> None:
    Permission.objects.filter(codename="steer_mail").delete()
    with pytest.raises(CommandError, match=r"mailings\.steer_mail; migrate first"):
        call_command("sync_roles")


@pytest.mark.parametrize("role", ROLES)
def test_the_mail_banner_names_who_may_resume(account: Callable[[str], Any], role: str) -> None:
    account(role)
    assert (role in whom_to_ask()) == (role == "manager")
