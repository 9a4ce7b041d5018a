import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from enquiries.actions import (
    change_details,
    erase_person,
    export_person,
    merge_leads,
    set_next_action,
    unmerge_lead,
)
from enquiries.models import Lead, LeadEvent, StaffNotice
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME
from tests.desk.test_two_people_editing import url

Kind = LeadEvent.Kind
WATCHED = ("name", "phone", "country", "owner", "next_action", "next_action_on", "next_action_at")


def make(**fields: Any) -> Lead:
    day = ClinicProfile.objects.current().today()
    return Lead.objects.create(**{"next_action": "Call", "next_action_on": day, **fields})


@pytest.fixture
def owner(first_content: None, django_user_model: Any) -> Any:
    user = django_user_model.objects.create_user("ana@clinic.example", name="Ana")
    user.groups.add(Group.objects.get(name="coordinator"))
    return user


@pytest.fixture
def kept(first_content: None) -> Lead:
    return make(name=AWKWARD_NAME, email="zoe@home.example", phone="+353 1 111 1111", country="IE")


@pytest.fixture
def other(kept: Lead, owner: Any) -> Lead:
    known = {"name": "Canary Müller", "email": "zoe@work.example", "phone": "+44 20 222 2222", "country": "GB"}
    return make(**known, owner=owner, next_action="Send the offer")


@pytest.fixture
def choose(desk: Client, kept: Lead, other: Lead) -> Callable[..., Any]:
    """Presses the button of the page that compares the two, with these values of the other one ticked."""

    def post(*fields: str, gone: Lead | None = None, into: Lead | None = None) -> Any:
        gone, into = gone or other, into or kept
        form = untouched(desk.get(url(into, "merge"), {"other": f"#{gone.pk}"}), "merge-form")
        return desk.post(url(into, "merge"), {**form, **dict.fromkeys(fields, str(gone.pk))})

    return post


def as_it_is(lead: Lead) -> dict[str, Any]:
    return Lead.objects.filter(pk=lead.pk).values(*WATCHED).get()


def test_what_nobody_ticked_stays_as_it_was_before_there_was_a_choice(kept: Lead, other: Lead, choose: Any) -> None:
    before = as_it_is(kept)
    assert choose().status_code == 302
    assert as_it_is(kept) == before


def test_what_was_ticked_of_the_other_one_stays(kept: Lead, other: Lead, choose: Any) -> None:
    assert choose("name", "phone", "owner").status_code == 302
    wanted = {**as_it_is(kept), "name": other.name, "phone": other.phone, "country": "IE", "owner": other.owner_id}
    assert as_it_is(kept) == wanted
    assert Lead.objects.filter(search__contains="canary").count() == 2


@pytest.mark.parametrize("fields", [["name"], ["phone", "country"], ["owner"], ["next_action"], list(WATCHED[:5])])
def test_an_undo_gives_back_exactly_what_there_was(
    desk: Client, kept: Lead, other: Lead, choose: Any, fields: list[str]
) -> None:
    before = [as_it_is(kept), as_it_is(other)]
    choose(*fields)
    assert as_it_is(kept) != before[0]
    desk.post(url(other, "unmerge"))
    assert [as_it_is(kept), as_it_is(other)] == before


def test_what_staff_changed_since_stays_after_an_undo(desk: Client, kept: Lead, other: Lead, choose: Any) -> None:
    choose("name", "phone")
    form = untouched(desk.get(url(kept)), "details-form")
    desk.post(url(kept, "details"), {**form, "name": "Zoë Corrected"})
    desk.post(url(other, "unmerge"))
    assert (as_it_is(kept)["name"], as_it_is(kept)["phone"]) == ("Zoë Corrected", "+353 1 111 1111")


def test_the_timelines_of_both_say_what_was_chosen_and_no_value(
    desk: Client, kept: Lead, other: Lead, choose: Any
) -> None:
    choose("name", "next_action")
    event = kept.events.get(kind=Kind.MERGED)
    assert "Canary" not in json.dumps(event.data)
    for page in (desk.get(url(kept)).text, desk.get(url(other)).text):
        assert f"Chosen of lead #{other.pk}: name, next action." in page
        assert f"Chosen of lead #{kept.pk}: telephone, country, owner." in page


@pytest.mark.parametrize("edited", [False, True])
def test_after_an_undo_nothing_of_the_other_one_is_left_with_the_survivor(
    desk: Client, kept: Lead, other: Lead, choose: Any, staff: Any, edited: bool
) -> None:
    choose("name", "phone", "country")
    if edited:
        change_details(lead=kept, details={"name": "Zoë Corrected", "phone": "1", "country": "FR"}, by=staff)
        assert f"Name of lead #{other.pk} → “Zoë Corrected”" in desk.get(url(kept)).text
    desk.post(url(other, "unmerge"))
    handed_over = json.dumps(export_person(address="zoe@home.example"))
    assert not [value for value in ("Canary", "222 2222") if value in handed_over]
    assert "owner" not in handed_over
    erase_person(lead=Lead.objects.get(pk=kept.pk), by=staff)
    assert "111 1111" not in json.dumps([event.data for event in LeadEvent.objects.all()])


@pytest.mark.parametrize("first", ["the last merge", "the first merge"])
def test_of_three_each_has_its_own_again_in_whatever_order_they_are_taken_apart(
    kept: Lead, other: Lead, owner: Any, staff: Any, first: str
) -> None:
    third = make(name="Third", email="third@example.org", phone="333")
    before = [as_it_is(one) for one in (kept, other, third)]
    merge_leads(lead=third, into=other, by=staff, chosen={"name": third.pk})
    merge_leads(lead=other, into=kept, by=staff, chosen={"name": other.pk, "phone": other.pk})
    assert as_it_is(kept)["name"] == "Third"
    one, two = (other, third) if first == "the last merge" else (third, other)
    unmerge_lead(lead=Lead.objects.get(pk=one.pk), by=staff)
    assert as_it_is(kept)["name"] == AWKWARD_NAME
    unmerge_lead(lead=Lead.objects.get(pk=two.pk), by=staff)
    assert [as_it_is(one) for one in (kept, other, third)] == before


@pytest.mark.parametrize("first", ["other", "third"])
def test_what_was_chosen_before_of_one_who_is_still_merged_comes_back_first(
    kept: Lead, other: Lead, staff: Any, first: str
) -> None:
    third = make(name="Third", email="third@example.org")
    merge_leads(lead=other, into=kept, by=staff, chosen={"name": other.pk})
    merge_leads(lead=third, into=kept, by=staff, chosen={"name": third.pk})
    assert AWKWARD_NAME in json.dumps([event.data for event in kept.events.all()], ensure_ascii=False)
    names = []
    for one in (other, third) if first == "other" else (third, other):
        unmerge_lead(lead=Lead.objects.get(pk=one.pk), by=staff)
        names.append(as_it_is(kept)["name"])
    assert names == ["Third" if first == "other" else "Canary Müller", AWKWARD_NAME]


def test_a_choice_of_an_undone_merge_is_forgotten_by_the_next_undo(kept: Lead, other: Lead, staff: Any) -> None:
    merge_leads(lead=other, into=kept, by=staff, chosen={"name": other.pk})
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    change_details(lead=kept, details={"name": other.name}, by=staff)
    merge_leads(lead=Lead.objects.get(pk=other.pk), into=kept, by=staff)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert as_it_is(kept)["name"] == other.name


def test_the_later_next_action_stays_where_it_is_ticked(kept: Lead, other: Lead, choose: Any, staff: Any) -> None:
    later = ClinicProfile.objects.current().business_hours().open_day(kept.next_action_on)
    set_next_action(
        lead=other, next_action="Wait for scans", next_action_on=later.replace(year=later.year + 1), by=staff
    )
    choose("next_action")
    assert as_it_is(kept)["next_action"] == "Wait for scans"


def test_the_earlier_next_action_of_the_other_one_is_ticked_and_may_be_left(
    desk: Client, kept: Lead, other: Lead, staff: Any
) -> None:
    later = kept.next_action_on + timedelta(days=200)  # type: ignore[operator]
    set_next_action(lead=kept, next_action="Wait for scans", next_action_on=later, by=staff)
    form = untouched(desk.get(url(kept, "merge"), {"other": f"#{other.pk}"}), "merge-form")
    assert form["next_action"] == str(other.pk)
    desk.post(url(kept, "merge"), {**form, "next_action": str(kept.pk)})
    assert as_it_is(kept)["next_action"] == "Wait for scans"


def test_the_new_owner_hears_of_it_and_of_the_undo_the_old_one(
    desk: Client, kept: Lead, other: Lead, owner: Any, choose: Any, django_user_model: Any
) -> None:
    first = django_user_model.objects.create_user("bo@clinic.example", name="Bo")
    first.groups.add(Group.objects.get(name="coordinator"))
    Lead.objects.filter(pk=kept.pk).update(owner=first)
    choose("owner")
    assert list(StaffNotice.objects.values_list("owner", flat=True)) == [owner.pk]
    desk.post(url(other, "unmerge"))
    assert StaffNotice.objects.filter(owner=first).exists()
    assert as_it_is(kept)["owner"] == first.pk


def test_an_owner_who_may_own_none_any_more_is_not_offered_nor_given_back(
    desk: Client, kept: Lead, other: Lead, owner: Any, choose: Any
) -> None:
    choose("owner", gone=kept, into=other)
    owner.groups.clear()
    page = desk.get(url(kept, "merge"), {"other": f"#{other.pk}"})
    assert "owner" not in untouched(page, "merge-form")
    assert "merged already" in page.text


def test_who_does_other_work_by_the_undo_is_given_no_lead(
    desk: Client, kept: Lead, other: Lead, owner: Any, staff: Any, choose: Any
) -> None:
    Lead.objects.filter(pk=kept.pk).update(owner=staff)
    choose("owner", gone=kept, into=other)
    owner.groups.clear()
    desk.post(url(kept, "unmerge"))
    assert as_it_is(other)["owner"] is None


def test_who_chose_by_what_is_no_longer_so_looks_again(desk: Client, kept: Lead, other: Lead, staff: Any) -> None:
    form = untouched(desk.get(url(kept, "merge"), {"other": f"#{other.pk}"}), "merge-form")
    change_details(lead=other, details={"name": "Somebody Else"}, by=staff)
    again = desk.post(url(kept, "merge"), {**form, "name": str(other.pk)})
    assert (again.status_code, "was changed meanwhile" in again.text) == (422, True)
    form = untouched(again, "merge-form")
    assert form["name"] == str(other.pk)
    assert desk.post(url(kept, "merge"), form).status_code == 302
    assert as_it_is(kept)["name"] == "Somebody Else"


@pytest.mark.parametrize("typed", ["0", "x", "99999999999999999999"])
def test_a_choice_of_somebody_else_merges_nothing(desk: Client, kept: Lead, other: Lead, typed: str) -> None:
    refused = desk.post(url(kept, "merge"), {"other": f"#{other.pk}", "name": typed})
    assert refused.status_code == 422
    assert Lead.objects.get(pk=other.pk).merged_into is None


def test_nothing_is_asked_where_both_have_the_same(desk: Client, kept: Lead) -> None:
    same = make(name=kept.name, phone=kept.phone)
    page = desk.get(url(kept, "merge"), {"other": f"#{same.pk}"})
    assert set(untouched(page, "merge-form")) == {"csrfmiddlewaretoken", "other"}


def test_what_was_chosen_is_not_offered_as_written_otherwise(
    desk: Client, lead: Lead, ask: Callable[..., Any], choose: Any
) -> None:
    ask(email="other@example.com", name="Other Person")
    other = Lead.objects.get(email="other@example.com")
    assert choose(gone=other, into=lead).status_code == 302
    assert "They wrote another name" not in desk.get(url(lead)).text
    desk.post(url(other, "unmerge"))
    assert as_it_is(lead)["name"] == AWKWARD_NAME
