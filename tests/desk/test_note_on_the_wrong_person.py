import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from enquiries.actions import erase_person, export_person, merge_leads
from enquiries.models import Lead, LeadEvent
from tests.browser_posts import untouched
from tests.desk.test_two_people_editing import url

WORDS = "Has a bad liver, rings on Tuesday"


@pytest.fixture
def note(desk: Client, lead: Lead) -> LeadEvent:
    desk.post(url(lead, "note"), {"text": WORDS})
    return lead.events.get(kind="note")


@pytest.fixture
def right(db: None) -> Lead:
    return Lead.objects.create(email="right@example.org", next_action="Call", next_action_on="2028-01-01")


def told(lead: Lead) -> str:
    return json.dumps(export_person(lead=lead))


def press(desk: Client, lead: Lead, note: LeadEvent, button: str = "Only take it back", **typed: Any) -> Any:
    form = untouched(desk.get(url(lead)), f"take-back-{note.pk}", press="moves" if "Move" in button else None)
    if "Move" not in button:
        del form["moves"]
    return desk.post(url(lead, "take-back"), {**form, **typed})


def test_a_note_is_taken_back_its_words_go_and_that_it_stood_there_stays(
    desk: Client, lead: Lead, note: LeadEvent, staff: Any
) -> None:
    assert WORDS in told(lead)
    assert press(desk, lead, note).status_code == 302
    note.refresh_from_db()
    assert (note.text, note.actor, note.data["taken_back"]["to"]) == ("", staff, None)
    page = desk.get(url(lead)).text
    assert ("A note stood here. Whoever wrote it took it back." in page, WORDS in page) == (True, False)
    assert WORDS not in told(lead)


def test_a_note_is_moved_to_the_right_person_as_and_when_it_was_written(
    desk: Client, lead: Lead, note: LeadEvent, right: Lead, staff: Any
) -> None:
    assert press(desk, lead, note, "Move the note there", other="Right@Example.org").status_code == 302
    moved = right.events.get(kind="note")
    assert (moved.text, moved.at, moved.actor) == (WORDS, note.at, staff)
    assert f"Whoever wrote it moved it to lead #{right.pk}." in desk.get(url(lead)).text
    assert f"Note, written with lead #{lead.pk} at first" in desk.get(url(right)).text
    assert (WORDS in told(lead), WORDS in told(right)) == (False, True)


@pytest.mark.parametrize("other", ["", "nobody@example.org", "#999999", "{lead}"])
def test_where_to_is_asked_again_beside_the_note_and_nothing_is_lost(
    desk: Client, lead: Lead, note: LeadEvent, other: str
) -> None:
    refused = press(desk, lead, note, "Move the note there", other=other.format(lead=lead.pk))
    assert refused.status_code == 422
    form = refused.text.split(f'id="take-back-{note.pk}"')[1].split("</form>")[0]
    assert "There is no such lead." in form or "The note stands with this person already." in form
    note.refresh_from_db()
    assert note.text == WORDS


def test_only_its_writer_may_and_only_for_a_day(
    desk: Client, lead: Lead, note: LeadEvent, staff: Any, django_user_model: Any
) -> None:
    colleague = django_user_model.objects.create_user("colleague@clinic.example")
    colleague.groups.set(Group.objects.filter(name="coordinator"))
    other = Client()
    other.force_login(colleague)
    old = LeadEvent.objects.create(
        lead=lead, kind="note", actor=staff, text="Of the day before", at=timezone.now() - timedelta(days=1, minutes=1)
    )
    for client, written in ((other, note), (desk, old)):
        assert f'id="take-back-{written.pk}"' not in client.get(url(lead)).text
        refused = client.post(url(lead, "take-back"), {"note": written.pk})
        assert (refused.status_code, "Only who wrote a note may take it back" in refused.text) == (422, True)
    assert set(lead.events.filter(kind="note").values_list("text", flat=True)) == {WORDS, old.text}


def test_nothing_but_a_note_of_this_person_is_taken_back(
    desk: Client, lead: Lead, note: LeadEvent, right: Lead, staff: Any
) -> None:
    assert desk.post(url(right, "take-back"), {"note": note.pk}).status_code == 422
    desk.post(url(lead, "call"), {"outcome": "spoke", "text": "Said so"})
    call = lead.events.get(kind="call")
    assert desk.post(url(lead, "take-back"), {"note": call.pk}).status_code == 422
    call.refresh_from_db()
    assert call.text == "Said so"


def test_a_note_with_somebody_merged_is_taken_back_and_one_goes_to_whom_they_live_on_in(
    desk: Client, lead: Lead, note: LeadEvent, right: Lead, staff: Any
) -> None:
    merge_leads(lead=right, into=(last := Lead.objects.create(email="last@example.org", **PLAN)), by=staff)
    assert press(desk, lead, note, "Move the note there", other=str(right.pk)).status_code == 302
    moved = last.events.get(kind="note")
    merge_leads(lead=last, into=lead, by=staff)
    assert press(desk, lead, moved).status_code == 302
    assert WORDS not in told(lead)


PLAN = {"next_action": "Call", "next_action_on": "2028-01-01"}


def test_a_note_is_not_moved_to_who_was_erased_and_a_second_press_moves_nothing(
    desk: Client, lead: Lead, note: LeadEvent, right: Lead
) -> None:
    post = {"note": note.pk, "other": right.pk, "moves": "on"}
    for _click in range(2):
        assert desk.post(url(lead, "take-back"), post).status_code == 302
    assert right.events.filter(kind="note").count() == 1
    moved = right.events.get(kind="note")
    erase_person(lead=lead)
    assert desk.post(url(right, "take-back"), {"note": moved.pk, "other": lead.pk, "moves": "on"}).status_code == 422
    moved.refresh_from_db()
    assert moved.text == WORDS


def test_the_event_itself_stays_append_only(note: LeadEvent, staff: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadEvent.objects.filter(pk=note.pk).update(text="")
    with connection.cursor() as cursor:
        for writer, kept in ((staff.pk + 1, True), (None, True), (staff.pk, False)):
            cursor.execute("SELECT take_back_note(%s, %s, NULL)", [note.pk, writer])
            note.refresh_from_db()
            assert bool(note.text) is kept
