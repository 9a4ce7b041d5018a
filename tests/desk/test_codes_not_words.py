import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from enquiries.actions import assign_lead, correct_address, note_download, resend_packet, set_next_action
from enquiries.models import BulkOutcome, Enquiry, Lead, LeadEvent, LeadImport, PacketDelivery
from foundation.budgets import NETWORK
from foundation.models import ClinicProfile
from mailings.actions import stop_mail
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.results import finish, note_unanswered, retry_or_fail
from newsletters.models import Subscriber
from tests.browser_posts import untouched
from tests.lead_lists import bring
from tests.test_architecture import MAY_IMPORT, ROOT, modules

Ask = Callable[..., Any]
# Around whatever was translated, so that it is known again wherever it turns up.
MARK = "¡"
LINKS = "www.a.example www.b.example www.c.example"


class Marked(trans_real.DjangoTranslation):
    """Spanish, with a mark around every sentence."""

    def gettext(self, message: str) -> str:
        return f"{MARK}{super().gettext(message)}!"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{MARK}{super().ngettext(msgid1, msgid2, n)}!"


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """To be entered; whatever is said inside is marked."""
    monkeypatch.setitem(trans_real._translations, "es", Marked("es"))
    return lambda: translation.override("es")


@pytest.fixture
def held(spanish: Callable[[], Any], ask: Ask, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    """One enquiry for each reason to hold one, and a sign-up, all by people who read Spanish."""
    with spanish():
        ask(name="www.spam.example")
        ask(message=LINKS)
        ask(leave_this_empty="x", message="trap")
        client.post("/newsletter/", {"email": "zoe@example.com", "consent": "on", "leave_this_empty": "x"})
        for number in range(NETWORK.at_once + 1):
            ask(message=f"number {number}")


def test_what_was_held_in_spanish_reads_in_english_for_english_staff(held: None, desk: Client) -> None:
    reasons = {
        "the name holds a link",
        "the message holds many links",
        "a field that people cannot see was filled in",
        "more than 30 forms in an hour came from the same internet connection",
    }
    for url in (reverse("admin:index"), reverse("admin:enquiries_enquiry_changelist")):
        page = desk.get(url).text
        assert {reason for reason in reasons if reason in page} == reasons
        assert MARK not in page
    for enquiry in Enquiry.objects.held():
        page = desk.get(reverse("admin:enquiries_enquiry_change", args=[enquiry.pk])).text
        assert any(f"{reason}." in page for reason in reasons)
        assert MARK not in page
    subscriber = Subscriber.objects.get()
    for url in (
        reverse("admin:newsletters_subscriber_changelist"),
        reverse("admin:newsletters_subscriber_change", args=[subscriber.pk]),
    ):
        page = desk.get(url).text
        assert "a field that people cannot see was filled in" in page
        assert MARK not in page


def test_it_reads_in_spanish_for_staff_who_read_spanish(held: None, desk: Client, spanish: Any) -> None:
    with spanish():
        assert f"{MARK}the name holds a link!" in desk.get(reverse("admin:enquiries_enquiry_changelist")).text


@pytest.fixture
def busy(spanish: Any, held: None, ask: Ask, desk: Client, staff: Any, deliver: Callable[[], None]) -> Lead:
    """A lead with whatever can happen to one, all of it in Spanish."""
    today = ClinicProfile.objects.current().today()
    with spanish():
        lead = Lead.objects.get(email="zoe@example.com")
        desk.post(f"/admin/enquiries/lead/{lead.pk}/plan/", plan_as_shown(desk, lead), follow=True)
        set_next_action(lead=lead, next_action="Call her", next_action_on=today, by=staff)
        assign_lead(lead=lead, owner=staff, by=staff)
        assign_lead(lead=lead, owner=None, by=staff)
        note_download(delivery=PacketDelivery.objects.filter(lead=lead)[0])
        tell_of_mishaps(OutgoingEmail.objects.get(kind="packet"))
        correct_address(lead=lead, email="zoe@example.org", resend=False, by=staff)
        resend_packet(lead=lead, by=staff)
        stop_mail(address="zoe@example.org", by=staff)
        deliver()
        bring(desk, "Name,E-Mail\nSam,sam@example.com\n")
        # Followed, so that no message waits for the next page.
        desk.post(reverse("admin:enquiries_lead_add"), added_as_shown(desk), follow=True)
    return lead


@pytest.fixture
def left_out(busy: Lead, desk: Client, spanish: Any) -> None:
    """Rows of a list that become no leads, and leads that are left out of what is done with many."""
    with spanish():
        bring(desk, LIST_WITH_FAULTS)
        close_many(desk)


def tell_of_mishaps(packet: OutgoingEmail) -> None:
    packet.attempts = 1
    retry_or_fail(packet, "451 4.2.2 full", "4.2.2")
    for _time in range(2):
        packet.refresh_from_db()
        note_unanswered(packet, "421 gone", wait=timedelta(0))
    finish(packet, OutgoingEmail.State.FAILED, "550 no")


def plan_as_shown(desk: Client, lead: Lead) -> dict[str, Any]:
    """Whoever changes only the day posts the words that the form showed."""
    form = desk.get(lead.get_absolute_url()).context["forms"]["plan"]
    return {"next_action": form["next_action"].value(), "next_action_on": "2028-01-31"}


def added_as_shown(desk: Client) -> dict[str, Any]:
    form = desk.get(reverse("admin:enquiries_lead_add")).context["form"]
    shown = {
        name: form[name].value() for name in ("next_action", "next_action_on", "wording_packet", "wording_contact")
    }
    return {**shown, "phone": "+1 212 555 0142", "consent_contact": "on"}


LIST_WITH_FAULTS = """Name,E-Mail,Telefon,Opt out
No address,nowhere,,
Nobody,,,
Twice,twice@example.com,,
Twice,twice@example.com,,
Stopped,stopped@example.com,,yes
"""


def close_many(desk: Client) -> None:
    """As people who want no more mail; those that a colleague closed meanwhile are left out."""
    leads = list(Lead.objects.order_by("pk").values_list("pk", flat=True))
    chosen = {"action": "bulk_close", "index": "0", "select_across": "0", "_selected_action": leads}
    page = desk.post(reverse("admin:enquiries_lead_changelist"), chosen)
    closed = {"stage": "lost", "asked_to_stop": "on"}
    desk.post(reverse("admin:enquiries_lead_move", args=leads[:1]), closed, follow=True)
    desk.post(reverse("admin:enquiries_lead_bulk-close"), {**untouched(page, "bulk-form"), **closed}, follow=True)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


KEPT: tuple[type[Model], ...] = (
    *(Enquiry, Lead, LeadEvent, LeadImport, BulkOutcome),
    *(OutgoingEmail, MailEvent, Subscriber, Suppression),
)


@pytest.mark.usefixtures("left_out")
def test_what_is_left_out_and_refused_is_told_by_its_code() -> None:
    left_out = BulkOutcome.objects.exclude(left_out_because="").values_list("left_out_because", flat=True)
    assert set(left_out) == {"closed_already"}
    [held] = [held for held in LeadImport.objects.all() if held.refused]
    assert [[code for code, _column, _data in faults] for _number, faults, _cells in held.refused[1:]] == [
        ["no_address_in_cell"],
        ["unreachable"],
        ["twice"],
        ["says_stop"],
    ]
    assert set(Lead.objects.filter(stage="lost").values_list("closed_reason", flat=True)) == {"asked_to_stop"}


@pytest.mark.usefixtures("left_out")
def test_no_sentence_of_ours_is_stored() -> None:
    said = {
        f"{model.__name__}.{name}: {text}"
        for model in KEPT
        for row in model._default_manager.values()
        for name, value in row.items()
        for text in texts(value)
        if MARK in text
    }
    assert said == set()


def test_what_happened_in_spanish_reads_in_english(busy: Lead, desk: Client) -> None:
    page = desk.get(f"{busy.get_absolute_url()}?all").text
    assert MARK not in page
    for words in (
        "Next action: Answer the enquiry · Jan. 31, 2028",
        "Owner: nobody",
        "No packet was sent. Nothing may be sent to this address: they asked us to stop.",
        "Agreed on the site to being contacted about a question, wording 1.",
        "Downloaded Information packet 1.",
    ):
        assert words in page


def test_a_plan_that_nobody_typed_reads_in_the_language_of_who_looks(busy: Lead, desk: Client, spanish: Any) -> None:
    pages = [reverse("admin:enquiries_lead_changelist"), Lead.objects.get(phone="+1 212 555 0142").get_absolute_url()]
    for url in pages:
        assert "Call back" in desk.get(url).text
        with spanish():
            assert f"{MARK}Call back!" in desk.get(url).text


# Columns, and the keywords by which actions are given what goes into one.
STORED = {"held_reason", "closed_reason", "left_out_because", "next_action", "last_reply", "reply", "text"}
STORED |= {"data", "faults", "language", "refused"}
TRANSLATES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}


def written_with_gettext(source: str) -> Iterator[str]:
    """Where a value that is stored is made of a translation, on the spot."""
    statements = [statement for statement in ast.parse(source).body if not is_a_table(statement)]
    for node in (node for statement in statements for node in ast.walk(statement)):
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target.attr, node.value) for target in node.targets if isinstance(target, ast.Attribute)]
        elif isinstance(node, ast.Call):
            pairs = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
        elif isinstance(node, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else "" for key in node.keys]
            pairs = [(str(key), value) for key, value in zip(keys, node.values, strict=True)]
        yield from (f"{node.lineno}: {name}" for name, value in pairs if name in STORED and translates(value))


def is_a_table(statement: ast.stmt) -> bool:
    """LABELS = {...}: what a module says of fields is no value of theirs."""
    return isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)


def translates(value: ast.expr) -> bool:
    calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
    names = {getattr(call, "id", "") or getattr(call, "attr", "") for call in calls}
    labels = [node for node in ast.walk(value) if isinstance(node, ast.Attribute) and node.attr == "label"]
    displays = [name for name in names if name.startswith("get_") and name.endswith("_display")]
    return bool(names & TRANSLATES or displays or labels)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_translation_is_written_into_what_is_stored(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{place}"
        for path in modules(room)
        for place in written_with_gettext(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "Store a code and say it when it is shown; see enquiries/words.py."


@pytest.mark.parametrize(
    "source",
    [
        'Lead(next_action=_("Answer"))',
        'lead.next_action = gettext("Answer")',
        'note_event(lead, kind, text=str(owner or _("nobody")))',
        "note_event(lead, kind, text=suppression.get_reason_display())",
        "here.update(last_reply=str(reason.label))",
        'def initial():\n    return {"next_action": _("Call back")}',
    ],
)
def test_such_a_translation_is_seen_however_it_is_written(source: str) -> None:
    assert list(written_with_gettext(source))
