"""Two people who have the same page of the staff site open, each saving something: nothing is taken back."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic import unsaved
from clinic.models import AuditEvent
from desk.tags import TagAdmin
from enquiries.models import CallOutcome, MailTemplate, Tag
from foundation.models import OpeningHours
from tests.browser_posts import as_list, untouched
from tests.conftest import AWKWARD_NAME


class Typed(NamedTuple):
    """What the two write into two fields of one page; None where it has but one."""

    theirs: dict[str, Any]
    mine: dict[str, Any] | None


# Of every page that Django's form of one row has, each role's and each kind's of field.
TYPED = {
    "articles_glossaryterm": Typed({"meaning": "Theirs."}, {"synonyms": "mine"}),
    "articles_image": Typed({"alt": "Theirs"}, {"credit": AWKWARD_NAME}),
    "articles_paper": Typed({"title": "Theirs"}, {"journal": "Mine"}),
    "articles_reviewer": Typed({"credentials": "Theirs"}, {"role": "Mine", "is_of_the_clinic": "on"}),
    "articles_synonym": Typed({"words": "theirs, of both"}, None),
    "articles_topic": Typed({"description": "Theirs"}, {"name": AWKWARD_NAME}),
    "auth_group": Typed({"permissions": ["7", "8"]}, {"name": "Mine"}),
    "clinic_staffuser": Typed({"groups": ["1"], "is_active": []}, {"name": AWKWARD_NAME}),
    "enquiries_absence": Typed({"ends_on": "2027-01-09"}, {"begins_on": "2026-12-20"}),
    "enquiries_calloutcome": Typed({"words": "Theirs"}, {"counts_as": "no_answer"}),
    "enquiries_mailtemplate": Typed({"subject": "Theirs"}, {"body": "Mine,\r\n\r\nin two parts."}),
    "enquiries_packet": Typed({"carriage": "linked"}, {"title": AWKWARD_NAME}),
    "enquiries_tag": Typed({"name": "Theirs"}, None),
    "foundation_clinicprofile": Typed({"tagline": "Theirs", "opening_hours-0-opens": "07:30"}, {"phone": "+353 1 234"}),
    "foundation_requirednotice": Typed({"text": "Theirs.", "begins_on": "2027-01-09"}, {"law": "Mine"}),
}
# Leads, articles and issues ask in their own words; what else is shown can be changed by a verb alone.
OTHER_FORMS = {"enquiries_lead", "articles_article", "newsletters_newsletter"}


@pytest.fixture
def page(rows: dict[str, Any], desk: Client) -> Callable[[str], str]:
    return lambda name: f"/admin/{name.replace('_', '/')}/{rows[name].pk}/change/"


def form(client: Client, url: str) -> dict[str, Any]:
    """With what the page shows of a link's kind, such as a name that is written but never read."""
    return untouched(client.get(url), f"{url.split('/')[3]}_form")


def changed(fields: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """A box whose tick is taken off is not posted."""
    return {name: value for name, value in {**fields, **typed}.items() if value != []}


def holds(client: Client, url: str, typed: dict[str, Any]) -> bool:
    now = form(client, url)
    return all(as_list(now.get(name, [])) == as_list(value) for name, value in typed.items())


def test_each_page_of_one_row_says_what_it_showed(rows: dict[str, Any], desk: Client) -> None:
    names = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    pages = {name: f"/admin/{name.replace('_', '/')}/{rows[name].pk}/change/" for name in names - OTHER_FORMS}
    saying = {name for name, url in pages.items() if 'name="_seen"' in desk.get(url).text}
    savable = {name for name, url in pages.items() if 'name="_save"' in desk.get(url).text}
    assert saying == savable == set(TYPED)


@pytest.mark.parametrize("name", [name for name, typed in TYPED.items() if typed.mine])
def test_what_only_a_colleague_changed_stays(page: Any, desk: Client, name: str) -> None:
    url, (theirs, mine) = page(name), TYPED[name]
    assert mine is not None
    stale = form(desk, url)
    assert not holds(desk, url, theirs)
    assert desk.post(url, changed(form(desk, url), theirs)).status_code == 302
    assert holds(desk, url, theirs)
    assert desk.post(url, changed(stale, mine)).status_code == 302
    assert holds(desk, url, theirs)
    assert holds(desk, url, mine)


def test_what_both_changed_is_asked_about_and_mine_is_kept_in_the_form(page: Any, desk: Client) -> None:
    url = page("articles_glossaryterm")
    stale = form(desk, url)
    desk.post(url, changed(form(desk, url), {"meaning": "Theirs <b>.", "synonyms": "theirs"}))
    refused = desk.post(url, changed(stale, {"meaning": "Mine & more."}))
    assert refused.status_code == 409
    assert "Plain meaning: theirs is “Theirs &lt;b&gt;.”, yours is “Mine &amp; more.”." in refused.text
    assert "Nothing of yours is saved yet." in refused.text
    again = untouched(refused, "glossaryterm_form")
    assert (again["meaning"], again["synonyms"]) == ("Mine & more.", "theirs")
    assert holds(desk, url, {"meaning": "Theirs <b>."})
    assert desk.post(url, again).status_code == 302
    assert holds(desk, url, {"meaning": "Mine & more.", "synonyms": "theirs"})


def test_who_was_asked_is_asked_again_of_what_changed_since(page: Any, desk: Client) -> None:
    url = page("enquiries_tag")
    stale = form(desk, url)
    for name in ("First", "Second"):
        desk.post(url, changed(form(desk, url), {"name": name}))
        refused = desk.post(url, changed(stale, {"name": "Mine"}))
        assert refused.status_code == 409
        assert f"theirs is “{name}”, yours is “Mine”" in refused.text
        stale = untouched(refused, "tag_form")
    assert desk.post(url, stale).status_code == 302
    assert Tag.objects.get().name == "Mine"


def test_the_same_change_by_both_is_none(page: Any, desk: Client) -> None:
    url = page("enquiries_tag")
    stale = form(desk, url)
    for fields in (form(desk, url), stale):
        assert desk.post(url, changed(fields, {"name": "Both"})).status_code == 302


def test_rights_that_one_took_and_another_gave_are_told_by_their_names(page: Any, desk: Client) -> None:
    url = page("auth_group")
    stale = form(desk, url)
    one, two = Permission.objects.order_by("pk")[:2]
    desk.post(url, changed(form(desk, url), {"permissions": [str(one.pk)]}))
    refused = desk.post(url, changed(stale, {"permissions": [str(two.pk)]}))
    assert refused.status_code == 409
    assert f"theirs is “{one}”, yours is “{two}”" in refused.text
    assert list(Group.objects.get(name="made by hand").permissions.all()) == [one]


def test_what_is_refused_for_another_reason_still_takes_nothing_back(page: Any, desk: Client) -> None:
    url = page("articles_glossaryterm")
    stale = form(desk, url)
    desk.post(url, changed(form(desk, url), {"synonyms": "theirs"}))
    refused = desk.post(url, changed(stale, {"meaning": " "}))
    assert "This field is required." in refused.text
    again = changed(untouched(refused, "glossaryterm_form"), {"meaning": "Mine."})
    assert desk.post(url, again).status_code == 302
    assert holds(desk, url, {"synonyms": "theirs", "meaning": "Mine."})


def test_the_log_names_what_each_changed_alone(page: Any, desk: Client) -> None:
    url = page("clinic_staffuser")
    stale = form(desk, url)
    desk.post(url, changed(form(desk, url), {"is_active": []}))
    desk.post(url, changed(stale, {"name": "Mine"}))
    event = AuditEvent.objects.filter(kind=AuditEvent.Kind.ACCOUNT_CHANGED).latest("pk")
    assert event.data == {"fields": ["name"]}


def test_a_page_of_the_build_before_empties_no_field_that_it_did_not_have(page: Any, desk: Client) -> None:
    url = page("articles_reviewer")
    desk.post(url, changed(form(desk, url), {"is_of_the_clinic": "on", "role": "Doctor"}))
    fields = form(desk, url)
    seen = json.loads(fields["_seen"])
    for name in ("is_of_the_clinic", "role"):
        del seen[name], fields[name]
    assert desk.post(url, {**fields, "credentials": "Mine", "_seen": json.dumps(seen)}).status_code == 302
    assert holds(desk, url, {"is_of_the_clinic": "on", "role": "Doctor", "credentials": "Mine"})


def test_a_row_that_goes_while_its_page_is_saved_is_answered_as_ever(
    page: Any, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page("enquiries_tag")
    fields = form(desk, url)
    find = TagAdmin.get_object

    def find_and_lose(self: Any, *args: Any) -> Any:
        found = find(self, *args)
        Tag.objects.all().delete()
        return found

    monkeypatch.setattr(TagAdmin, "get_object", find_and_lose)
    assert desk.post(url, fields).status_code == 302


def test_a_row_that_is_gone_or_approved_meanwhile_is_answered_as_ever(page: Any, desk: Client) -> None:
    gone, approved = page("enquiries_tag"), page("enquiries_mailtemplate")
    forms = {url: form(desk, url) for url in (gone, approved)}
    Tag.objects.all().delete()
    MailTemplate.objects.filter(name="A draft").update(approved_at="2026-11-30T10:00Z")
    assert desk.post(gone, forms[gone]).status_code == 302
    assert desk.post(approved, changed(forms[approved], {"body": "Mine"})).status_code == 403


@pytest.mark.parametrize("seen", ["", "nothing", "[]", "3", "{}", '{"words": 4}', '{"words": {"a": []}}', "[" * 3000])
def test_whatever_stands_for_what_was_seen_is_answered(page: Any, desk: Client, seen: str) -> None:
    url = page("enquiries_calloutcome")
    answer = desk.post(url, {**form(desk, url), "words": "Mine", "_seen": seen})
    assert answer.status_code in (302, 409)
    assert (CallOutcome.objects.get().words == "Mine") is (answer.status_code == 302)


def test_a_program_that_posts_nothing_of_what_it_saw_saves_what_it_says(page: Any, desk: Client) -> None:
    url = page("enquiries_calloutcome")
    fields = form(desk, url)
    del fields["_seen"]
    CallOutcome.objects.update(words="Theirs")
    refused = desk.post(url, {**fields, "counts_as": "nothing of these"})
    assert 'name="_seen"' not in refused.text
    assert desk.post(url, fields).status_code == 302
    assert CallOutcome.objects.get().words == "Will ring back"


def test_the_row_is_held_while_two_saves_meet(page: Any, desk: Client) -> None:
    url = page("enquiries_tag")
    fields = form(desk, url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        desk.post(url, changed(fields, {"name": "Mine"}))
    statements = [query["sql"] for query in asked]
    held = next(place for place, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql)
    saved = next(place for place, sql in enumerate(statements) if sql.startswith('UPDATE "enquiries_tag"'))
    assert held < saved


def test_opening_hours_that_a_colleague_set_stay_beside_mine(page: Any, desk: Client) -> None:
    url = page("foundation_clinicprofile")
    stale, before = form(desk, url), OpeningHours.objects.count()
    desk.post(url, changed(form(desk, url), {"opening_hours-1-DELETE": "on"}))
    left = OpeningHours.objects.count()
    assert left == before - 1
    assert desk.post(url, changed(stale, {"about": "Mine"})).status_code == 302
    assert OpeningHours.objects.count() == left


def test_what_was_seen_is_no_words_of_anybodys_when_a_session_ended(page: Any, desk: Client) -> None:
    url = page("articles_glossaryterm")
    fields = changed(form(desk, url), {"meaning": "Words that somebody wrote."})
    kept = Client().post(url, fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert kept.status_code == 403
    assert re.search(r'<input type="hidden" name="_seen"', kept.text)
    assert "Words that somebody wrote." in kept.text
    assert unsaved.is_words("Words that somebody wrote.")
