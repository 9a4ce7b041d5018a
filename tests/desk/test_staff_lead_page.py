import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk.lead.forms import VERBS
from desk.lead.timeline import SENTENCES
from enquiries.actions import add_note, erase_person, move_lead, note_download
from enquiries.models import Lead, LeadEvent
from foundation.models import ClinicProfile, ConsentWording
from mailings.actions import suppress
from mailings.models import OutgoingEmail, Suppression
from tests.conftest import ADDRESS, AWKWARD_NAME

Kind = LeadEvent.Kind
SCRIPT = "<script>alert('x')</script>"


def url(lead: Lead, verb: str = "change") -> str:
    return f"/admin/enquiries/lead/{lead.pk}/{verb}/"


@pytest.mark.parametrize(
    ("verb", "typed", "kind"),
    [
        ("plan", {"next_action": "Send the offer", "next_action_on": "2028-01-31"}, Kind.NEXT_ACTION),
        ("move", {"stage": "contacted"}, Kind.STAGE),
        ("note", {"text": "Spoke for ten minutes"}, Kind.NOTE),
        ("details", {"name": AWKWARD_NAME, "phone": "+1 212 555 0142", "country": "MX"}, Kind.DETAILS),
        ("correct-address", {"email": "ZOE@example.org"}, Kind.ADDRESS_CORRECTED),
    ],
)
def test_each_form_leaves_an_event_that_names_who_did_it(
    desk: Client, lead: Lead, staff: Any, verb: str, typed: dict[str, str], kind: str
) -> None:
    response = desk.post(url(lead, verb), typed)
    assert (response.status_code, response["Location"]) == (302, url(lead))
    event = lead.events.latest("pk")
    assert (event.kind, event.actor) == (kind, staff)
    assert "Sam Staff" in desk.get(url(lead)).text


def test_assigning_gives_the_lead_an_owner(desk: Client, lead: Lead, staff: Any) -> None:
    desk.post(url(lead, "assign"), {"owner": staff.pk})
    lead.refresh_from_db()
    assert lead.owner == staff
    assert lead.events.filter(kind=Kind.OWNER, actor=staff).exists()


def test_assigning_offers_nobody_who_left(desk: Client, lead: Lead, django_user_model: Any) -> None:
    gone = django_user_model.objects.create_user("gone@clinic.example", is_active=False)
    assert desk.post(url(lead, "assign"), {"owner": gone.pk}).status_code == 422
    lead.refresh_from_db()
    assert lead.owner is None


def test_only_stages_that_the_table_of_moves_has_are_offered(desk: Client, lead: Lead) -> None:
    offered = [stage for stage, _label in desk.get(url(lead)).context["forms"]["move"].fields["stage"].choices]
    assert "contacted" in offered
    assert "quoted" not in offered
    assert desk.post(url(lead, "move"), {"stage": "quoted"}).status_code == 422
    lead.refresh_from_db()
    assert lead.stage == "new"


def test_a_closing_stage_without_a_reason_comes_back_as_typed(desk: Client, lead: Lead) -> None:
    response = desk.post(url(lead, "move"), {"stage": "lost", "next_action": "Write to Zoë"})
    assert response.status_code == 422
    assert "Say why this lead is closed." in response.text
    assert "Write to Zoë" in response.text
    assert desk.post(url(lead, "move"), {"stage": "lost", "reason": "Too far"}).status_code == 302
    assert "Too far" in desk.get(url(lead)).text


def test_a_second_packet_within_minutes_is_refused_on_the_page(desk: Client, lead: Lead) -> None:
    response = desk.post(url(lead, "resend"))
    assert response.status_code == 422
    assert "within the last ten minutes" in response.text
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1


def test_a_packet_to_an_address_that_may_not_be_mailed_is_refused_on_the_page(desk: Client, lead: Lead) -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=1))
    suppress(address=ADDRESS, reason=Suppression.Reason.COMPLAINT)
    response = desk.post(url(lead, "resend"))
    assert response.status_code == 422
    assert "Nothing may be sent to this address" in response.text
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1


def test_a_later_packet_goes_out_again(desk: Client, lead: Lead) -> None:
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert desk.post(url(lead, "resend")).status_code == 302
    assert OutgoingEmail.objects.filter(kind="packet").count() == 2


def test_a_packet_is_sent_again_only_with_the_permission(lead: Lead, staff: Any, desk: Client) -> None:
    assert "resend" in desk.get(url(lead)).text
    staff.is_superuser = False
    staff.save()
    staff.user_permissions.set(Permission.objects.filter(codename__in=["view_lead", "change_lead"]))
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert desk.post(url(lead, "resend")).status_code == 403
    assert f"{url(lead, 'resend')}" not in desk.get(url(lead)).text
    assert OutgoingEmail.objects.filter(kind="packet").count() == 1
    staff.user_permissions.add(Permission.objects.get(codename="resend_packet"))
    assert desk.post(url(lead, "resend")).status_code == 302


def test_a_mistyped_domain_is_pointed_out_and_corrected_in_one_post(
    desk: Client, ask: Callable[..., Any], staff: Any
) -> None:
    ask(email="zoe@gmial.com")
    lead = Lead.objects.get()
    page = desk.get(url(lead))
    assert "Is <strong>zoe@gmail.com</strong> meant?" in page.text
    form = page.context["forms"]["correct_address"]
    assert (form["email"].value(), form["resend"].value()) == ("zoe@gmial.com", None)
    desk.post(url(lead, "correct-address"), {"email": "zoe@gmail.com", "resend": "on"})
    assert OutgoingEmail.objects.filter(kind="packet", email="zoe@gmail.com").exists()
    assert "zoe@gmial.com → zoe@gmail.com" in desk.get(url(lead)).text


def test_the_address_of_another_lead_is_refused_with_a_link_to_it(desk: Client, ask: Callable[..., Any]) -> None:
    ask()
    ask(email="other@example.com", name="Other Person")
    lead, other = Lead.objects.get(email=ADDRESS), Lead.objects.get(email="other@example.com")
    response = desk.post(url(lead, "correct-address"), {"email": "Other@Example.com"})
    assert response.status_code == 422
    assert "Another lead has this address already: Other Person." in response.text
    assert f'<a href="{url(other)}">' in response.text


def test_the_last_way_to_reach_somebody_cannot_be_removed(desk: Client, db: None) -> None:
    lead = Lead.objects.create(phone="555", next_action="Call", next_action_on=ClinicProfile.objects.current().today())
    response = desk.post(url(lead, "details"), {"name": "Zoë", "phone": "", "country": ""})
    assert response.status_code == 422
    lead.refresh_from_db()
    assert lead.phone == "555"


def test_what_a_visitor_typed_stays_text(desk: Client, ask: Callable[..., Any], staff: Any) -> None:
    ask(
        name=SCRIPT, message=SCRIPT, phone=SCRIPT, country=SCRIPT, topic=SCRIPT, source_path=f"/{SCRIPT}?utm_x={SCRIPT}"
    )
    lead = Lead.objects.get()
    add_note(lead=lead, text=SCRIPT, by=staff)
    page = desk.get(url(lead)).text
    assert SCRIPT not in page
    assert page.count("&lt;script&gt;") >= 7


def test_every_kind_of_event_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Kind)


def test_the_timeline_tells_the_whole_story(
    desk: Client, ask: Callable[..., Any], deliver: Callable[[], None], staff: Any
) -> None:
    ask(message="What does it cost?", topic="liver-disease", source_path="/research/")
    deliver()
    lead = Lead.objects.get()
    note_download(delivery=lead.deliveries.get())
    move_lead(lead=lead, stage="lost", reason="Went elsewhere", by=staff)
    page = desk.get(url(lead)).text
    wording = ConsentWording.objects.current(ConsentWording.Kind.PACKET)
    for words in (
        "What does it cost?", "Liver disease", "/research/", wording.text, "was put on its way", "The packet was sent.",
        "Downloaded Information packet 1", "“new” → “lost”", "Went elsewhere",
    ):  # fmt: skip
        assert words in page


def test_values_that_differ_from_what_is_stored_are_marked(desk: Client, ask: Callable[..., Any]) -> None:
    ask(phone="+1 212 555 0142", country="US")
    ask(phone="+1 917 555 0199", country="US")
    page = desk.get(url(Lead.objects.get())).text
    assert "differs, the lead has: +1 212 555 0142" in page
    assert page.count("differs, the lead has") == 1


def test_a_long_timeline_shows_the_newest_and_the_rest_on_request(desk: Client, lead: Lead, staff: Any) -> None:
    for number in range(101):
        add_note(lead=lead, text=f"note {number}.", by=staff)
    assert "note 100." in desk.get(url(lead)).text
    assert "note 0." not in desk.get(url(lead)).text
    assert "note 0." in desk.get(url(lead) + "?all").text


def test_who_may_only_look_finds_no_forms_and_cannot_post(lead: Lead, django_user_model: Any) -> None:
    viewer = django_user_model.objects.create_user("viewer@clinic.example")
    viewer.user_permissions.add(Permission.objects.get(codename="view_lead"))
    client = Client()
    client.force_login(viewer)
    page = client.get(url(lead))
    assert page.status_code == 200
    assert page.context["forms"] == {}
    for verb in VERBS:
        assert client.post(url(lead, verb), {"text": "no"}).status_code == 403


def test_who_may_see_no_leads_sees_none(lead: Lead, django_user_model: Any) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create_user("editor@clinic.example"))
    assert client.get(url(lead)).status_code == 403


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_acts_without_signing_in_or_from_elsewhere(lead: Lead, staff: Any, verb: str) -> None:
    assert Client().post(url(lead, verb))["Location"].startswith("/admin/login/")
    outside = Client(enforce_csrf_checks=True)
    outside.force_login(staff)
    assert outside.post(url(lead, verb), {"text": "no"}).status_code == 403


def test_opening_the_address_of_a_verb_changes_nothing(desk: Client, lead: Lead) -> None:
    before = lead.events.count()
    for verb in VERBS:
        assert desk.get(url(lead, verb))["Location"] == url(lead)
    assert lead.events.count() == before


def test_an_erased_person_cannot_be_written_to_again(desk: Client, lead: Lead) -> None:
    erase_person(address=ADDRESS)
    page = desk.get(url(lead))
    assert page.context["forms"] == {}
    assert AWKWARD_NAME not in page.text


POSTS = {
    "plan": {"next_action": "Call Zoë", "next_action_on": "2028-01-01"},
    "snooze": {"next_action_on": "2028-01-01"},
    "move": {"stage": "new", "reason": "Zoë rang"},
    "call": {"outcome": "spoke", "text": "Zoë rang", "next_action": "Call Zoë", "next_action_on": "2028-01-01"},
    "note": {"text": "Zoë rang"},
    "mail": {"template": "1"},
    "resend": {},
    "assign": {"owner": ""},
    "details": {"name": "Zoë", "phone": "1", "country": ""},
    "accept": {"field": "name", "enquiry": "1"},
    "correct-address": {"email": "zoe@example.org"},
    "lift-stop": {"words": "Zoë rang"},
    "end-contact": {"words": "Zoë rang", "said_on": "2026-01-02"},
    "end-packet": {"words": "Zoë rang", "said_on": "2026-01-02"},
    "undo-end": {"said": "1"},
    "take-back": {"note": "1", "what": "remove"},
    "tags": {"tags": []},
    "seen": {"newest": "1"},
    "call-hours": {"when": "mornings"},
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_of_an_erased_person_that_nothing_is_kept(desk: Client, lead: Lead, verb: str) -> None:
    erase_person(address=ADDRESS)
    before = Lead.objects.values().get()
    events = lead.events.count()
    response = desk.post(url(lead, verb), {**POSTS[verb], "version": str(before["version"])}, follow=True)
    assert response.redirect_chain == [(url(lead), 302)]
    assert "nothing more is kept about them" in response.text
    assert "rang" not in response.text
    assert (Lead.objects.values().get(), lead.events.count()) == (before, events)


@pytest.mark.parametrize("pk", ["0", "abc", "99999999999999999999"])
def test_a_lead_that_is_not_there_is_a_plain_404(desk: Client, pk: str) -> None:
    assert desk.get(f"/admin/enquiries/lead/{pk}/change/").status_code == 404


def test_the_page_of_a_lead_asks_nothing_twice(desk: Client, lead: Lead) -> None:
    desk.get(url(lead))
    with CaptureQueriesContext(connection) as asked:
        desk.get(url(lead))
    questions = [query["sql"] for query in asked if query["sql"].lstrip().startswith(("SELECT", "WITH", "("))]
    assert [sql for sql in set(questions) if questions.count(sql) > 1] == []


def test_fifty_enquiries_need_two_queries_more_than_one_at_most(
    desk: Client, lead: Lead, ask: Callable[..., Any], settings: Any
) -> None:
    settings.FORM_LIMITS = False
    desk.get(url(lead))
    with CaptureQueriesContext(connection) as one:
        desk.get(url(lead))
    for number in range(49):
        ask(message=f"Question {number}")
    with CaptureQueriesContext(connection) as fifty:
        assert "Question 48" in desk.get(url(lead)).text
    assert len(fifty) <= len(one) + 2


def test_the_times_of_what_happened_are_such_as_machines_read(desk: Client, lead: Lead) -> None:
    mail = OutgoingEmail.objects.get(kind="packet")
    for page in (url(lead), f"/admin/mailings/outgoingemail/{mail.pk}/change/"):
        times = re.findall(r'<time datetime="([^"]*T[^"]*)"', desk.get(page).text)
        assert times
        # HTML knows no millionths of a second.
        assert [time for time in times if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", time)] == []
