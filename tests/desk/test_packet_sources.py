from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from pypdf import PdfReader

from articles.models import Article, GlossaryTerm, Reviewer
from enquiries import sources
from enquiries.actions import merge_leads
from enquiries.models import Lead, Packet, PacketDelivery, PacketVersion
from enquiries.tasks import queue_waiting_packets
from foundation.actors import JOB
from foundation.models import ClinicProfile
from mailings.delivery import drain
from mailings.models import OutgoingEmail, Why
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

OLDER = "is older than what it was made from"
DEMO = "it bears the demo clinic"


@pytest.fixture
def packet(first_content: None) -> Packet:
    return Packet.objects.get()


@pytest.fixture
def real_site(settings: Any) -> None:
    settings.HTTPS = True


def page_of(packet: Packet, rest: str = "change/") -> str:
    return f"/admin/enquiries/packet/{packet.pk}/{rest}"


def save_profile(desk: Client, **fields: str) -> str:
    page = "/admin/foundation/clinicprofile/1/change/"
    posted = {**untouched(desk.get(page), "clinicprofile_form"), **fields}
    return desk.post(page, posted, follow=True).text


@pytest.fixture
def make_and_approve(desk: Client, packet: Packet, django_capture_on_commit_callbacks: Any) -> Callable[[], None]:
    def do() -> None:
        desk.post(page_of(packet, "make-version/"))
        newest = packet.versions.first()
        assert newest
        with django_capture_on_commit_callbacks(execute=True):
            desk.post(page_of(packet, f"versions/{newest.number}/approve/"))

    return do


def test_a_packet_that_says_what_the_profile_says_is_not_called_old(desk: Client, packet: Packet) -> None:
    assert OLDER not in desk.get("/admin/").text
    assert OLDER not in desk.get(page_of(packet)).text
    assert "The packet is older" not in save_profile(desk)


@pytest.mark.parametrize(
    ("field", "value", "called"),
    [
        ("name", "Zoë O'Brien & Sons", "name"),
        ("phone", "+1 (212) 555-0199", "telephone"),
        ("hours", "Mondays", "opening hours"),
        ("process_steps-0-text", "First we listen.", "steps of the process"),
    ],
)
def test_whoever_saves_the_profile_is_told_that_the_packet_says_the_old(
    desk: Client, packet: Packet, field: str, value: str, called: str
) -> None:
    assert "The packet is older than the profile" in save_profile(desk, **{field: value})
    for page in ("/admin/", page_of(packet)):
        shown = desk.get(page).text
        assert OLDER in shown
        assert f"<li>{called}</li>" in shown


def test_one_button_on_today_makes_the_next_version_and_approving_it_ends_the_notice(
    desk: Client, packet: Packet
) -> None:
    save_profile(desk, name="Zoë O'Brien & Sons")
    made = desk.post(page_of(packet, "make-version/"), follow=True).text
    assert "Approve version 2" in made
    assert "Version 2 is made and waits for approval" in desk.get("/admin/").text
    desk.post(page_of(packet, "versions/2/approve/"))
    assert OLDER not in desk.get("/admin/").text


def test_an_article_that_is_withdrawn_puts_the_packet_on_today(desk: Client, packet: Packet) -> None:
    article = Article.objects.published()[0]
    desk.post(f"/admin/articles/article/{article.pk}/withdraw/", {"reason": "It is wrong"})
    assert article.refresh_from_db() or article.state == Article.State.WITHDRAWN
    shown = desk.get("/admin/").text
    assert "is no longer published, and the packet sums it up" in shown
    assert str(article) in shown


def test_whoever_joins_the_clinic_makes_the_packet_older_and_stands_in_the_next(
    desk: Client, packet: Packet, make_and_approve: Callable[[], None]
) -> None:
    person = Reviewer.objects.create(name=AWKWARD_NAME, slug="zoe", credentials="MD")
    assert "<li>the people of the clinic</li>" in desk.get("/admin/").text
    make_and_approve()
    assert OLDER not in desk.get("/admin/").text
    newest = packet.versions.first()
    assert newest
    assert AWKWARD_NAME in " ".join(page.extract_text() for page in PdfReader(BytesIO(newest.pdf)).pages)
    person.is_of_the_clinic = False
    person.save()
    assert "<li>the people of the clinic</li>" in desk.get("/admin/").text


def test_other_words_of_the_glossary_and_another_review_make_the_packet_older(desk: Client, packet: Packet) -> None:
    GlossaryTerm.objects.filter(term="umbilical cord").update(meaning="Another meaning.")
    assert "<li>words of the glossary</li>" in desk.get("/admin/").text
    article = Article.objects.published()[0]
    Article.objects.filter(pk=article.pk).update(reviewed_on="2020-02-03", review_due_on="2022-02-03")
    assert f"the review of “{escape(str(article))}” is another" in desk.get("/admin/").text


def test_a_packet_of_before_it_told_of_people_reviews_and_words_is_not_called_old_for_it(packet: Packet) -> None:
    version = packet.versions.get()
    later = ("people", "glossary", "evidence", "limits", "reviews")
    version.sources = {name: value for name, value in version.sources.items() if name not in later}
    assert sources.changes(version) == []


def test_a_version_of_before_is_called_old_since_nobody_knows_what_it_was_made_from(
    desk: Client, packet: Packet
) -> None:
    PacketVersion.objects.create(packet=packet, number=9, pdf=b"%PDF-", sha256="9")
    desk.post(page_of(packet, "versions/9/approve/"))
    assert "before the site kept what a packet is made from" in desk.get("/admin/").text


def test_approved_by_says_who_or_that_nobody_did(
    desk: Client, packet: Packet, make_and_approve: Callable[[], None], staff: Any
) -> None:
    assert "by nobody: the site came with it" in desk.get(page_of(packet)).text
    save_profile(desk, name="Zoë O'Brien & Sons")
    make_and_approve()
    assert f"by {staff}" in desk.get(page_of(packet)).text


def test_what_is_approved_goes_out_also_when_it_is_an_earlier_one(desk: Client, packet: Packet) -> None:
    for costs in ("Little.", "Much."):
        ClinicProfile.objects.update(costs=costs)
        desk.post(page_of(packet, "make-version/"))
    desk.post(page_of(packet, "versions/3/approve/"))
    told = desk.post(page_of(packet, "versions/2/approve/"), follow=True).text
    assert "goes out from now on" in told
    assert PacketVersion.objects.to_send().number == 2


def test_an_approved_version_can_be_taken_back(
    desk: Client, packet: Packet, make_and_approve: Callable[[], None], ask: Callable[..., Any]
) -> None:
    ClinicProfile.objects.update(costs="Nothing.")
    make_and_approve()
    assert "Send version 1 again from now on" in desk.get(page_of(packet)).text
    assert "goes out from now on" in desk.post(page_of(packet, "versions/1/send/"), follow=True).text
    ask()
    assert PacketDelivery.objects.get().version.number == 1


def test_a_version_that_nobody_approved_cannot_be_sent(desk: Client, packet: Packet) -> None:
    ClinicProfile.objects.update(costs="Nothing.")
    desk.post(page_of(packet, "make-version/"))
    assert "Approve this version first" in desk.post(page_of(packet, "versions/2/send/"), follow=True).text
    assert PacketVersion.objects.to_send().number == 1


def test_on_a_real_site_no_packet_goes_out_in_the_name_of_the_demo_and_none_is_lost(
    real_site: None,
    desk: Client,
    packet: Packet,
    make_and_approve: Callable[[], None],
    ask: Callable[..., Any],
    mailoutbox: list[Any],
) -> None:
    assert ask().status_code == 303
    assert not OutgoingEmail.objects.filter(kind="packet").exists()
    assert "1 person waits for it" in desk.get("/admin/").text
    save_profile(desk, name="Zoë O'Brien & Sons")
    assert DEMO in desk.get("/admin/").text
    make_and_approve()
    assert DEMO not in desk.get("/admin/").text
    drain()
    assert [mail.to for mail in mailoutbox if mail.attachments] == [["zoe@example.com"]]
    assert PacketDelivery.objects.get().version.number == 2


def test_what_was_queued_before_the_site_was_real_does_not_go_out_in_the_name_of_the_demo(
    desk: Client,
    packet: Packet,
    ask: Callable[..., Any],
    make_and_approve: Callable[[], None],
    mailoutbox: list[Any],
    settings: Any,
) -> None:
    ask()
    settings.HTTPS = True
    drain()
    first = OutgoingEmail.objects.get(kind="packet")
    assert (first.state, first.why) == ("cancelled", Why.DEMO_PACKET)
    save_profile(desk, name="Zoë O'Brien & Sons")
    make_and_approve()
    drain()
    [gone] = [mail for mail in mailoutbox if mail.attachments]
    assert (gone.to, PacketDelivery.objects.latest("pk").version.number) == ([first.email], 2)


def test_a_version_that_still_names_the_demo_goes_out_no_more_than_the_first(
    real_site: None, desk: Client, packet: Packet, make_and_approve: Callable[[], None], ask: Callable[..., Any]
) -> None:
    ClinicProfile.objects.update(costs="Nothing.")
    make_and_approve()
    ask()
    assert not OutgoingEmail.objects.filter(kind="packet").exists()


def test_staff_who_send_the_demo_packet_by_hand_are_told_why_it_does_not_go(
    desk: Client, lead: Any, settings: Any
) -> None:
    settings.HTTPS = True
    OutgoingEmail.objects.filter(kind="packet").update(created_at="2020-01-01T00:00Z")
    told = desk.post(f"/admin/enquiries/lead/{lead.pk}/resend/", follow=True).text
    assert "still bears the demo clinic" in told


def test_who_asked_twice_while_it_was_withheld_gets_one_and_no_other_later(
    real_site: None, desk: Client, packet: Packet, ask: Callable[..., Any], make_and_approve: Callable[[], None]
) -> None:
    ask()
    ask(message="Again?")
    save_profile(desk, name="Zoë O'Brien & Sons")
    make_and_approve()
    assert PacketDelivery.objects.count() == 1
    OutgoingEmail.objects.update(created_at="2020-01-01T00:00Z", sent_at="2020-01-01T00:00Z", state="sent")
    ClinicProfile.objects.update(costs="Other.")
    make_and_approve()
    assert PacketDelivery.objects.count() == 1


def test_a_withheld_packet_goes_to_the_corrected_address(
    real_site: None, desk: Client, packet: Packet, ask: Callable[..., Any], make_and_approve: Callable[[], None]
) -> None:
    ask(email="zoe@gmial.example")
    lead = Lead.objects.get()
    url = f"/admin/enquiries/lead/{lead.pk}/correct-address/"
    form = untouched(desk.get(lead.get_absolute_url()), "correct-address-form")
    assert desk.post(url, {**form, "email": "zoe@example.com", "resend": "on"}).status_code == 302
    save_profile(desk, name="Zoë O'Brien & Sons")
    make_and_approve()
    assert [sent.outgoing.email for sent in PacketDelivery.objects.all()] == ["zoe@example.com"]


def test_a_withheld_packet_goes_once_to_the_address_of_whom_they_are_one_with(
    real_site: None,
    desk: Client,
    packet: Packet,
    ask: Callable[..., Any],
    make_and_approve: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    ask(email="zoe@gmial.example")
    lead = Lead.objects.get()
    other = Lead.objects.create(email="works@example.org", next_action="Call", next_action_on="2028-01-01")
    merge_leads(lead=other, into=lead, by=JOB)
    Lead.objects.filter(pk=lead.pk).update(email="zoe@example.com", mailed_as=other)
    save_profile(desk, name="Zoë O'Brien & Sons")
    for costs in ("Nothing.", "Other."):
        ClinicProfile.objects.update(costs=costs)
        make_and_approve()
        OutgoingEmail.objects.update(created_at="2020-01-01T00:00Z", sent_at="2020-01-01T00:00Z", state="sent")
        assert [sent.outgoing.email for sent in PacketDelivery.objects.all()] == ["works@example.org"]
    assert "could not be queued" not in caplog.text


def test_what_is_wrong_with_one_who_waits_keeps_back_nobody_else(
    real_site: None, desk: Client, packet: Packet, ask: Callable[..., Any], make_and_approve: Callable[[], None]
) -> None:
    for name in ("anna", "bert", "carl"):
        ask(email=f"{name}@example.com")
    save_profile(desk, name="Zoë O'Brien & Sons")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_anna() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN IF NEW.email = 'anna@example.com' THEN RAISE 'no'; END IF; RETURN NEW; END$$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse_anna BEFORE INSERT ON mailings_outgoingemail "
            "FOR EACH ROW EXECUTE FUNCTION refuse_anna()"
        )
    make_and_approve()
    assert {sent.outgoing.email for sent in PacketDelivery.objects.all()} == {"bert@example.com", "carl@example.com"}


def test_a_packet_for_a_corrected_address_holds_both_in_the_order_for_all(
    real_site: None, desk: Client, packet: Packet, ask: Callable[..., Any]
) -> None:
    ask(email="zoe@gmial.example")
    Lead.objects.update(email="anna@example.com")
    save_profile(desk, name="Zoë O'Brien & Sons")
    desk.post(page_of(packet, "make-version/"))
    desk.post(page_of(packet, "versions/2/approve/"))
    with CaptureQueriesContext(connection) as asked:
        queue_waiting_packets()
    locks = [query["sql"] for query in asked.captured_queries if "pg_advisory_xact_lock" in query["sql"]]
    assert "anna@example.com" in locks[0]
    assert locks[0].index("anna@example.com") < locks[0].index("zoe@gmial.example")
    assert PacketDelivery.objects.get().outgoing.email == "anna@example.com"


def test_no_packet_goes_to_an_address_that_was_corrected_to_none(
    real_site: None, desk: Client, packet: Packet, ask: Callable[..., Any], make_and_approve: Callable[[], None]
) -> None:
    ask(email="zoe@gmial.example")
    Lead.objects.update(email=None, phone="+12125550142")
    save_profile(desk, name="Zoë O'Brien & Sons")
    make_and_approve()
    assert not PacketDelivery.objects.exists()


def test_approving_what_bears_the_demos_name_says_that_it_goes_to_nobody(
    real_site: None, desk: Client, packet: Packet
) -> None:
    ClinicProfile.objects.update(costs="Nothing.")
    desk.post(page_of(packet, "make-version/"))
    told = desk.post(page_of(packet, "versions/2/approve/"), follow=True).text
    assert "goes out from now on" not in told
    assert "is approved, but goes to nobody" in told


def test_approving_again_what_another_replaced_says_which_one_goes_out(
    desk: Client, packet: Packet, make_and_approve: Callable[[], None]
) -> None:
    ClinicProfile.objects.update(costs="Nothing.")
    make_and_approve()
    desk.get(page_of(packet))
    told = desk.post(page_of(packet, "versions/1/approve/"), follow=True).text
    assert "was approved before." in told
    assert "goes out from now on" not in told
    assert PacketVersion.objects.to_send().number == 2


def test_the_demos_packet_is_not_taken_back_on_a_real_site(
    desk: Client, packet: Packet, make_and_approve: Callable[[], None], settings: Any
) -> None:
    save_profile(desk, name="Zoë O'Brien & Sons")
    make_and_approve()
    settings.HTTPS = True
    told = desk.post(page_of(packet, "versions/1/send/"), follow=True).text
    assert "bears the demo clinic" in told
    assert PacketVersion.objects.to_send().number == 2
    assert "goes out already" in desk.post(page_of(packet, "versions/2/send/"), follow=True).text


def test_a_profile_saved_after_an_article_changed_is_not_blamed(desk: Client, packet: Packet) -> None:
    desk.post(f"/admin/articles/article/{Article.objects.published()[0].pk}/withdraw/", {"reason": "It is wrong"})
    told = save_profile(desk)
    assert "The packet is older than what else it was made from" in told
    assert "older than the profile" not in told


def test_a_profile_saved_while_no_packet_may_go_out_says_so(real_site: None, desk: Client, packet: Packet) -> None:
    assert "No packet goes out, for it bears the demo clinic" in save_profile(desk)


def test_many_at_once_are_left_out_while_no_packet_may_go_out(
    real_site: None, desk: Client, packet: Packet, ask: Callable[..., Any]
) -> None:
    ask()
    lead = Lead.objects.get()
    chosen = {"action": "bulk_document", "_selected_action": [lead.pk]}
    page = desk.post("/admin/enquiries/lead/", chosen)
    assert page.context["count"] == 0
    assert "still bears the demo clinic" in page.text


def test_what_a_process_left_behind_is_sent_within_the_hour(
    real_site: None, desk: Client, packet: Packet, ask: Callable[..., Any]
) -> None:
    ask()
    save_profile(desk, name="Zoë O'Brien & Sons")
    desk.post(page_of(packet, "make-version/"))
    # Without what comes after the commit.
    desk.post(page_of(packet, "versions/2/approve/"))
    assert not PacketDelivery.objects.exists()
    queue_waiting_packets()
    assert PacketDelivery.objects.count() == 1
