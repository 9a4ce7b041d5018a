from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client

from foundation.models import ClinicProfile, Holiday, ProfileRevision
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

URL = "/admin/foundation/clinicprofile/1/change/"
HISTORY = "/admin/foundation/clinicprofile/1/history/"


@pytest.fixture
def colleague(first_content: None, django_user_model: Any) -> Client:
    account = django_user_model.objects.create_user("ana@clinic.example", name=AWKWARD_NAME)
    account.groups.set(Group.objects.filter(name="manager"))
    client = Client()
    client.force_login(account)
    return client


def form_of(client: Client) -> dict[str, Any]:
    return untouched(client.get(URL), "clinicprofile_form")


def saved(client: Client, before: dict[str, Any], **fields: str) -> Any:
    return client.post(URL, {**before, **fields})


def test_what_only_a_colleague_changed_is_kept(desk: Client, colleague: Client) -> None:
    mine = form_of(desk)
    assert saved(colleague, form_of(colleague), phone="+353 1 234").status_code == 302
    assert saved(desk, mine, tagline="We answer").status_code == 302
    assert ClinicProfile.objects.values_list("phone", "tagline").get() == ("+353 1 234", "We answer")


def test_what_both_changed_is_asked_about_with_both_and_then_saved(desk: Client, colleague: Client) -> None:
    mine = form_of(desk)
    saved(colleague, form_of(colleague), tagline="Theirs", phone="+353 1 234")
    refused = saved(desk, mine, tagline="Mine", notice="Closed on Friday")
    assert refused.status_code == 409
    assert "Tagline: theirs is “Theirs”, yours is “Mine”." in refused.text
    assert ClinicProfile.objects.get().tagline == "Theirs"
    again = untouched(refused, "clinicprofile_form")
    assert (again["tagline"], again["notice"], again["phone"]) == ("Mine", "Closed on Friday", "+353 1 234")
    assert desk.post(URL, again).status_code == 302
    assert ClinicProfile.objects.values_list("tagline", "phone").get() == ("Mine", "+353 1 234")


def test_a_holiday_that_a_colleague_added_or_took_away_is_kept(desk: Client, colleague: Client) -> None:
    Holiday.objects.create(profile_id=1, day=date(2026, 12, 25), name="Christmas")
    mine, theirs = form_of(desk), form_of(colleague)
    more = {"holidays-0-DELETE": "on", "holidays-1-day": "2026-12-26", "holidays-1-name": "Stephen"}
    assert saved(colleague, theirs, **more).status_code == 302
    assert saved(desk, mine, tagline="We answer").status_code == 302
    assert list(Holiday.objects.values_list("name", flat=True)) == ["Stephen"]


def test_rows_that_both_changed_are_asked_about_and_none_is_lost(desk: Client, colleague: Client) -> None:
    mine, theirs = form_of(desk), form_of(colleague)
    saved(colleague, theirs, **{"holidays-0-day": "2026-12-25", "holidays-0-name": "Christmas"})
    refused = saved(desk, mine, **{"holidays-0-day": "2026-12-26", "holidays-0-name": "Stephen"})
    assert (refused.status_code, Holiday.objects.count()) == (409, 1)
    assert "Holidays: theirs is “2026-12-25 Christmas”, yours is “2026-12-26 Stephen”." in refused.text
    assert desk.post(URL, untouched(refused, "clinicprofile_form")).status_code == 302
    assert list(Holiday.objects.values_list("name", flat=True)) == ["Christmas", "Stephen"]


MADE_UP = ["", "not json", "[]", '{"holidays": 3, "tagline": []}', '{"holidays": [3, {"day": 4}, {"day": []}]}']


@pytest.mark.parametrize("seen", MADE_UP)
def test_a_post_that_says_nothing_of_what_it_saw_is_answered(desk: Client, seen: str) -> None:
    fields = {"_seen": seen, "tagline": "Mine", "holidays-0-day": "2026-12-26"}
    assert saved(desk, form_of(desk), **fields).status_code in (302, 409)


def test_the_history_says_who_changed_what_to_what(desk: Client, colleague: Client) -> None:
    assert (
        saved(colleague, form_of(colleague), tagline="We answer", **{"holidays-0-day": "2026-12-25"}).status_code == 302
    )
    page = desk.get(HISTORY)
    [(revision, changes)] = page.context["revisions"]
    assert str(revision.saved_by) == AWKWARD_NAME
    assert [(change.label, change.after) for change in changes] == [
        ("Tagline", "We answer"),
        ("Holidays", "2026-12-25"),
    ]
    assert "We answer" in page.text
    with pytest.raises(IntegrityError), transaction.atomic():
        ProfileRevision.objects.all().delete()


def test_the_ends_of_lines_are_no_change(desk: Client) -> None:
    saved(desk, form_of(desk), about="One\r\nTwo")
    ClinicProfile.objects.update(about="One\r\nTwo")
    count = ProfileRevision.objects.count()
    assert saved(desk, form_of(desk)).status_code == 302
    assert ProfileRevision.objects.count() == count


def test_an_editor_changes_neither_the_promise_nor_the_turns(first_content: None, django_user_model: Any) -> None:
    account = django_user_model.objects.create_user("ed@clinic.example", name="Ed")
    account.groups.set(Group.objects.filter(name="editor"))
    client = Client()
    client.force_login(account)
    fields = {**form_of(client), "first_answer_hours": "40", "assigns_new_leads": "on", "tagline": "We answer"}
    assert client.post(URL, fields).status_code == 302
    profile = ClinicProfile.objects.get()
    assert (profile.first_answer_hours, profile.assigns_new_leads, profile.tagline) == (4, False, "We answer")
