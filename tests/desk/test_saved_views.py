from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from enquiries.actions import erase_person, rename_view
from enquiries.models import SavedView
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

URL = "/admin/enquiries/lead/"
VIEWS = f"{URL}views/"


@pytest.fixture
def colleague(first_content: None, django_user_model: Any) -> Client:
    user = django_user_model.objects.create_user("ana@clinic.example", name="Ana")
    user.groups.add(Group.objects.get(name="coordinator"))
    client = Client()
    client.force_login(user)
    return client


def save(client: Client, name: str, query: str) -> Any:
    return client.post(VIEWS, {"name": name, "query": query})


def chips(client: Client, query: str = "") -> dict[str, bool]:
    context = client.get(f"{URL}?{query}").context
    return {str(view): view == context["current_view"] for view in context["views"]}


def test_a_view_is_saved_and_leads_back_to_itself(desk: Client) -> None:
    saved = save(desk, AWKWARD_NAME, "stage=open&owner=me&q=Zoë")
    assert (saved.status_code, saved["Location"]) == (303, f"{URL}?owner=me&q={quote('Zoë')}&stage=open")
    assert chips(desk, "stage=open&q=Zoë&owner=me") == {AWKWARD_NAME: True}
    assert chips(desk, "stage=open") == {AWKWARD_NAME: False}
    assert "Zoë O&#x27;Brien &amp; Sons" in desk.get(URL).text


def test_a_page_is_no_part_of_a_view(desk: Client) -> None:
    save(desk, "Open", "stage=open&after=2026-01-01~5&before=&p=2&e=1&q=+")
    assert SavedView.objects.get().query == "stage=open"
    assert chips(desk, "after=2026-01-01T00:00:00Z~5&stage=open") == {"Open": True}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "closed_reason__icontains=canary",
        "stage=open&next=https://elsewhere.example",
        "o=evil",
        "//elsewhere.example",
        "https://elsewhere.example/?stage=open",
        "q=" + "x" * 600,
    ],
)
def test_what_is_no_part_of_the_list_is_not_saved_and_leads_nowhere_else(desk: Client, query: str) -> None:
    refused = save(desk, "Bad", query)
    assert (refused.status_code, refused["Location"]) == (303, URL)
    assert not SavedView.objects.exists()


def test_names_are_each_persons_own(desk: Client, colleague: Client) -> None:
    save(desk, "Mine", "owner=me")
    save(desk, " mine ", "stage=open")
    save(desk, "", "stage=open")
    save(colleague, "Mine", "stage=lost")
    assert sorted(SavedView.objects.values_list("name", "query")) == [("Mine", "owner=me"), ("Mine", "stage=lost")]
    assert chips(colleague, "owner=me") == {"Mine": False}


def test_a_view_is_renamed_and_deleted_by_its_owner_alone(desk: Client, colleague: Client) -> None:
    save(desk, "Mine", "owner=me")
    save(desk, "Open", "stage=open")
    view = SavedView.objects.get(name="Mine")
    colleague.post(f"{VIEWS}{view.pk}/", {"name": "Theirs", "query": "owner=me"})
    colleague.post(f"{VIEWS}{view.pk}/", {"delete": "1"})
    assert SavedView.objects.get(pk=view.pk).name == "Mine"
    desk.post(f"{VIEWS}{view.pk}/", {"name": "Open"})
    assert SavedView.objects.get(pk=view.pk).name == "Mine"
    renamed = desk.post(f"{VIEWS}{view.pk}/", {"name": "My leads", "query": "owner=me"})
    assert renamed["Location"] == f"{URL}?owner=me"
    assert chips(desk, "owner=me") == {"My leads": True, "Open": False}
    desk.post(f"{VIEWS}{view.pk}/", {"name": "My leads", "delete": "1"})
    assert chips(desk) == {"Open": False}


def test_a_view_that_was_forgotten_meanwhile_is_not_renamed(desk: Client, lead: Any, staff: Any) -> None:
    save(desk, "One", "q=zoe@example.com")
    view = SavedView.objects.get()
    erase_person(lead=lead, by=staff)
    with pytest.raises(ValidationError, match="This view is gone"):
        rename_view(view=view, name="Another")


@pytest.mark.parametrize("typed", ["zoë o'brien", "ZOE@example.com", "(212) 555-0142", "zoe +1212555"])
def test_a_search_for_one_person_is_forgotten_with_them(desk: Client, lead: Any, staff: Any, typed: str) -> None:
    type(lead).objects.update(phone="+1 212 555-0142")
    lead.refresh_from_db()
    save(desk, "One", urlencode({"q": typed}))
    save(desk, "Many", "q=zoe&stage=open")
    save(desk, "Others", "q=zoe ford")
    save(desk, "Ask Zoe", "owner=me")
    save(desk, "Zoë O'Brien", "stage=new")
    erase_person(lead=lead, by=staff)
    assert set(chips(desk)) == {"Many", "Others", "Ask Zoe"}


def test_there_is_an_end_to_views(desk: Client) -> None:
    for number in range(SavedView.MOST + 1):
        save(desk, f"View {number}", "stage=open")
    assert SavedView.objects.count() == SavedView.MOST
    assert "You keep 20 views already." in desk.get(URL).text


@pytest.fixture
def browser_of(first_content: None, django_user_model: Any) -> Callable[..., Client]:
    def signed_in(role: str) -> Client:
        user = django_user_model.objects.create_user(f"{role}@clinic.example", name=role)
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def press(client: Client, view: SavedView, button: str) -> Any:
    form = untouched(client.get(URL), f"{VIEWS}{view.pk}/", press=button)
    return client.post(f"{VIEWS}{view.pk}/", form)


def shared(client: Client, query: str = "") -> dict[str, bool]:
    context = client.get(f"{URL}?{query}").context
    return {str(view): view == context["current_view"] for view in context["shared_views"]}


@pytest.fixture
def one(colleague: Client) -> SavedView:
    save(colleague, AWKWARD_NAME, "owner=me")
    return SavedView.objects.get()


def test_a_shared_view_stands_apart_above_everybodys_list(
    desk: Client, colleague: Client, one: SavedView, browser_of: Any
) -> None:
    auditor = browser_of("auditor")
    assert shared(desk) == {}
    assert press(colleague, one, "share").status_code == 303
    for client in (desk, auditor):
        assert (chips(client), shared(client, "owner=me")) == ({}, {AWKWARD_NAME: True})
        assert '<span class="by">(Ana)</span>' in client.get(URL).text
    assert (chips(colleague), shared(colleague)) == ({AWKWARD_NAME: False}, {})


def test_by_a_shared_view_each_sees_their_own(
    desk: Client, colleague: Client, one: SavedView, lead: Any, staff: Any, browser_of: Any
) -> None:
    press(colleague, one, "share")
    type(lead).objects.update(owner=staff)
    assert list(desk.get(f"{URL}?{one.query}").context["cl"].result_list) == [lead]
    assert list(colleague.get(f"{URL}?{one.query}").context["cl"].result_list) == []
    assert browser_of("editor").get(f"{URL}?{one.query}").status_code == 403


def test_who_changes_nothing_shares_nothing(browser_of: Any) -> None:
    auditor = browser_of("auditor")
    save(auditor, "Mine", "stage=open")
    view = SavedView.objects.get()
    assert "Share with everybody" not in auditor.get(URL).text
    page = auditor.post(f"{VIEWS}{view.pk}/", {"name": "Mine", "query": "", "share": "1"}, follow=True)
    assert "Only who follows up leads shares a view." in page.text
    assert not SavedView.objects.shared().exists()


def test_only_its_owner_and_a_manager_end_the_sharing(
    desk: Client, colleague: Client, one: SavedView, browser_of: Any
) -> None:
    manager, clinician = browser_of("manager"), browser_of("clinical")
    press(colleague, one, "share")
    assert "Take shared views back" not in clinician.get(URL).text
    refused = clinician.post(f"{VIEWS}{one.pk}/", {"query": "", "take_back": "1"}, follow=True)
    assert "or a manager, takes it back" in refused.text
    for button in ("delete", "share", "name"):
        assert "only they can change it" in manager.post(f"{VIEWS}{one.pk}/", {button: "1"}, follow=True).text
    assert press(manager, one, "take_back").status_code == 303
    assert (chips(colleague), shared(manager)) == ({AWKWARD_NAME: False}, {})
    press(colleague, one, "share")
    press(colleague, one, "take_back")
    assert not SavedView.objects.shared().exists()


def test_what_somebody_shared_stays_when_they_leave(
    desk: Client, colleague: Client, one: SavedView, browser_of: Any
) -> None:
    manager = browser_of("manager")
    press(colleague, one, "share")
    type(one.owner).objects.filter(pk=one.owner_id).update(is_active=False, is_staff=False)
    assert shared(desk) == {AWKWARD_NAME: False}
    press(manager, one, "take_back")
    assert shared(desk) == {}


def test_there_is_an_end_to_shared_views(desk: Client, colleague: Client, staff: Any) -> None:
    save(colleague, "Mine", "stage=new")
    for number in range(SavedView.MOST):
        SavedView.objects.create(owner=staff, name=f"View {number}", query="stage=open", shared_at=timezone.now())
    press(colleague, SavedView.objects.get(name="Mine"), "share")
    assert "20 views are shared already." in colleague.get(URL).text
    assert SavedView.objects.shared().count() == SavedView.MOST


def test_a_colleagues_shared_view_may_be_kept_as_ones_own(desk: Client, colleague: Client, one: SavedView) -> None:
    press(colleague, one, "share")
    assert untouched(desk.get(f"{URL}?{one.query}"), "save-view")["query"] == one.query
    save(desk, "Mine", one.query)
    assert (chips(desk, one.query), shared(desk)) == ({"Mine": True}, {AWKWARD_NAME: False})


def test_a_shared_search_for_one_person_is_forgotten_with_them(
    desk: Client, colleague: Client, lead: Any, staff: Any
) -> None:
    save(colleague, "One", "q=zoe@example.com")
    press(colleague, SavedView.objects.get(), "share")
    erase_person(lead=lead, by=staff)
    assert shared(desk) == {}


def test_looking_at_a_list_saves_nothing(desk: Client) -> None:
    assert desk.get(VIEWS, {"name": "Mine", "query": "owner=me"}).status_code == 302
    assert not SavedView.objects.exists()


def test_the_list_says_what_narrows_it_and_how_to_take_it_off(desk: Client) -> None:
    chips_shown = desk.get(f"{URL}?stage=lost&country=FR&q=ana").context["narrowed_by"]
    assert [(str(chip["title"]), str(chip["value"])) for chip in chips_shown] == [
        ("stage", "lost"),
        ("country", "France"),
    ]
    assert chips_shown[0]["url"] == "?country=FR&q=ana"


def test_leads_filter_by_country(desk: Client, lead: Any) -> None:
    assert not desk.get(f"{URL}?country=FR").context["cl"].result_list
    type(lead).objects.update(country="FR")
    page = desk.get(f"{URL}?country=FR&stage=open")
    assert page.context["cl"].result_list == [lead]
    assert '<option value="FR" selected>' in page.text
    assert '<input type="hidden" name="stage" value="open">' in page.text
