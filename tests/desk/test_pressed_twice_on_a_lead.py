from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from clinic.models import StaffUser
from enquiries.actions import end_packet
from enquiries.models import Enquiry, Lead, LeadEvent, MailTemplate
from foundation.models import ClinicProfile
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from newsletters.models import Subscriber, SubscriberChange
from tests.browser_posts import untouched

TABLES = (LeadEvent, OutgoingEmail, Enquiry, Subscriber, SubscriberChange)
WORDS = "Zoë rang & said so"
WRITTEN = "You have written this down already."
ALREADY = {
    "end-contact": WRITTEN,
    "end-packet": WRITTEN,
    "lift-stop": WRITTEN,
    "undo-end": "You have undone this already.",
    "take-back": "You have taken this note back already.",
    "mail": "You have sent them this mail already, within the last ten minutes.",
    "resend": "You have sent them a packet within the last ten minutes. Give it time to arrive.",
}


def url(lead: Lead, verb: str = "change") -> str:
    return f"/admin/enquiries/lead/{lead.pk}/{verb}/"


@pytest.fixture
def filled_in(desk: Client, lead: Lead, staff: Any) -> Callable[[str], dict[str, Any]]:
    """What a browser posts for that button, from a page on which it stands."""

    def fields(verb: str) -> dict[str, Any]:
        OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=2))
        form, typed = f"{verb}-form", {"words": WORDS}
        if verb == "lift-stop":
            suppress(address=lead.email or "", reason=Suppression.Reason.ASKED_TO_STOP)
        elif verb == "undo-end":
            said_on = ClinicProfile.objects.current().today()
            form = f"undo-end-{end_packet(lead=lead, words=WORDS, said_on=said_on, by=staff).pk}"
        elif verb == "take-back":
            desk.post(url(lead, "note"), {"text": WORDS})
            form = f"take-back-{lead.events.get(kind='note').pk}"
        elif verb == "mail":
            form = f"mail-{MailTemplate.objects.approved()[0].pk}-form"
        found = untouched(desk.get(url(lead)), form)
        found.pop("moves", None)
        return {**found, **{name: value for name, value in typed.items() if name in found}}

    return fields


def colleague(role: str = "manager") -> Client:
    account = StaffUser.objects.create_user(f"max-{role}@clinic.example", "a long enough password", name="Max")
    account.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(account)
    return client


def written() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in TABLES}


@pytest.mark.parametrize("verb", ALREADY)
def test_a_second_press_is_told_kindly_that_it_is_done(
    verb: str, desk: Client, lead: Lead, filled_in: Callable[[str], dict[str, Any]]
) -> None:
    fields = filled_in(verb)
    first = desk.post(url(lead, verb), fields)
    before = written()
    answer = desk.post(url(lead, verb), fields, follow=True)
    assert answer.redirect_chain == [(first["Location"], 302)]
    assert f'<li class="info">{escape(ALREADY[verb])}</li>' in answer.text
    assert written() == before


@pytest.mark.parametrize("verb", ALREADY)
def test_whoever_presses_what_a_colleague_did_is_told_why_not(
    verb: str, desk: Client, lead: Lead, filled_in: Callable[[str], dict[str, Any]]
) -> None:
    fields = filled_in(verb)
    assert desk.post(url(lead, verb), fields).status_code == 302
    assert colleague().post(url(lead, verb), fields).status_code == 422


@pytest.mark.parametrize("verb", ["end-contact", "end-packet", "lift-stop"])
def test_other_words_are_not_said_to_be_written_down(
    verb: str, desk: Client, lead: Lead, filled_in: Callable[[str], dict[str, Any]]
) -> None:
    fields = filled_in(verb)
    desk.post(url(lead, verb), fields)
    answer = desk.post(url(lead, verb), {**fields, "words": "Something else"})
    assert (answer.status_code, "Something else" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("verb", "typed", "done"),
    [
        ("note", {"text": WORDS}, "The note is on the timeline."),
        ("call", {"text": WORDS, "outcome": "no_answer"}, "The call is on the timeline."),
    ],
)
def test_what_is_written_twice_from_one_page_stands_there_once_and_from_the_next_page_again(
    verb: str, typed: dict[str, str], done: str, desk: Client, lead: Lead
) -> None:
    fields = {**untouched(desk.get(url(lead)), f"{verb}-form"), **typed}
    for _click in range(2):
        assert done in desk.post(url(lead, verb), fields, follow=True).text
    assert lead.events.filter(kind=verb).count() == 1
    desk.post(url(lead, verb), {**fields, "text": "Other words"})
    desk.post(url(lead, verb), {**untouched(desk.get(url(lead)), f"{verb}-form"), **typed})
    assert list(lead.events.filter(kind=verb).order_by("pk").values_list("text", flat=True)) == [
        WORDS,
        "Other words",
        WORDS,
    ]


def test_a_call_of_which_somebody_was_asked_again_stands_there_once(desk: Client, lead: Lead) -> None:
    fields = {**untouched(desk.get(url(lead)), "call-form"), "outcome": "no_answer", "text": WORDS}
    fields |= {"then": "new", "next_action": "Try again", "next_action_on": str(lead.next_action_on)}
    for _click in range(2):
        assert desk.post(url(lead, "call"), fields).status_code == 302
    assert lead.events.filter(kind="call").count() == 1
    assert lead.events.filter(kind="next_action", text="Try again").count() == 1


@pytest.mark.parametrize("verb", ["release", "discard"])
def test_a_held_enquiry_is_decided_once_by_two_clicks(
    verb: str, desk: Client, ask: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    ask(leave_this_empty="x")
    page = f"/admin/enquiries/enquiry/{Enquiry.objects.get().pk}/"
    fields = untouched(desk.get(f"{page}change/"), f"{page}{verb}/")
    with django_capture_on_commit_callbacks(execute=True):
        first = desk.post(f"{page}{verb}/", fields)
        before = written()
        second = desk.post(f"{page}{verb}/", fields)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert written() == before


def test_what_is_brought_back_by_two_clicks_is_said_to_be_held(desk: Client, ask: Callable[..., Any]) -> None:
    ask(leave_this_empty="x")
    page = f"/admin/enquiries/enquiry/{Enquiry.objects.get().pk}/"
    desk.post(f"{page}discard/", untouched(desk.get(f"{page}change/"), f"{page}discard/"))
    fields = untouched(desk.get(f"{page}change/"), f"{page}bring-back/")
    desk.post(f"{page}bring-back/", fields)
    answer = desk.post(f"{page}bring-back/", fields, follow=True)
    assert '<li class="info">It is held again already.</li>' in answer.text


def test_a_held_sign_up_is_released_once_by_two_clicks(desk: Client, client: Client, first_content: None) -> None:
    client.post("/newsletter/", {"email": "zoe@example.org", "consent": "on", "leave_this_empty": "x"})
    found = Subscriber.objects.get()
    page = f"/admin/newsletters/subscriber/{found.pk}/"
    fields = untouched(desk.get(f"{page}change/"), f"{page}release/")
    desk.post(f"{page}release/", fields)
    before = written()
    answer = desk.post(f"{page}release/", fields, follow=True)
    assert '<li class="info">It is released already: the owner of the address is asked to confirm.</li>' in answer.text
    assert written() == before


def test_two_leads_merged_by_two_clicks_are_said_to_be_merged(desk: Client, lead: Lead, db: None) -> None:
    other = Lead.objects.create(email="other@example.org", next_action="Call", next_action_on="2028-01-01")
    asked = desk.get(url(lead, "merge"), {"other": f"#{other.pk}"})
    fields = untouched(asked, "merge-form")
    first = desk.post(url(lead, "merge"), fields)
    before = written()
    answer = desk.post(url(lead, "merge"), fields, follow=True)
    assert answer.redirect_chain == [(first["Location"], 302)]
    assert '<li class="info">You have merged them already.</li>' in answer.text
    assert written() == before
    assert colleague().post(url(lead, "merge"), fields).status_code == 422


def test_words_typed_beside_a_stage_that_takes_no_reason_stand_on_the_timeline_once(
    desk: Client, lead: Lead, filled_in: Callable[[str], dict[str, Any]]
) -> None:
    fields = {**filled_in("move"), "stage": "contacted", "reason": WORDS}
    for _press in range(2):
        assert desk.post(url(lead, "move"), fields).status_code == 302
        assert [event.text for event in lead.events.filter(kind="note")] == [WORDS]
    assert Lead.objects.get().stage == "contacted"


def test_who_says_in_the_same_words_that_they_also_asked_us_to_stop_is_no_second_click(
    desk: Client, lead: Lead, filled_in: Callable[[str], dict[str, Any]]
) -> None:
    fields = {**filled_in("move"), "stage": "lost", "reason": WORDS}
    assert colleague().post(url(lead, "move"), {**fields, "reason": "No answer"}).status_code == 302
    for more in ({}, {"asked_to_stop": "on"}, {"asked_to_stop": "on"}):
        assert desk.post(url(lead, "move"), {**fields, **more}).status_code == 302
    notes = lead.events.filter(kind="note", text=WORDS).order_by("pk")
    assert [note.data for note in notes] == [{}, {"closed": "asked_to_stop"}]
