from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from articles.models import Topic
from clinic import mailbox
from enquiries import actions
from enquiries.models import Enquiry, Lead, Packet, PacketDelivery, PacketVersion
from foundation.actors import JOB
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail

CANARY = "canary-bird"
TYPED = ["name", "phone", "country", "for_whom", "topic", "contact_by", "message", "source_path", "wording", "language"]


@pytest.fixture
def send(
    ask: Callable[..., Any], deliver: Callable[[], None], mailoutbox: list[Any]
) -> Callable[..., dict[str, EmailMessage]]:
    """Asks for the packet and gives what went out, by kind."""

    def ask_and_deliver(**fields: str) -> dict[str, EmailMessage]:
        assert ask(**fields).status_code == 303
        deliver()
        received = [mailbox.parse(message.message().as_bytes()) for message in mailoutbox]
        return {OutgoingEmail.objects.get(message_id=mail["Message-ID"]).kind: mail for mail in received}

    return ask_and_deliver


def texts(mail: EmailMessage) -> list[str]:
    """Every header and every part of a mail, decoded; of a PDF, its bytes as Latin-1."""
    found = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        found += [f"{name}: {value}" for name, value in part.items()]
        if not part.is_multipart():
            content = part.get_content()
            found.append(content if isinstance(content, str) else content.decode("latin-1"))
    return found


def readable(mail: EmailMessage) -> list[str]:
    return [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]


@pytest.mark.parametrize(
    ("carriage", "attached", "linked"),
    [("attached", True, False), ("linked", False, True), ("both", True, True)],
)
def test_the_packet_goes_attached_or_linked_as_the_clinic_chose(
    send: Callable[..., dict[str, EmailMessage]], carriage: str, attached: bool, linked: bool
) -> None:
    Packet.objects.update(carriage=carriage)
    mail = send()["packet"]
    assert len(list(mail.iter_attachments())) == attached
    for text in readable(mail):
        assert ("/packet/" in text) == linked
        assert ("is attached" in text) == attached


def test_the_attachment_is_the_approved_version_byte_for_byte(send: Callable[..., dict[str, EmailMessage]]) -> None:
    [attachment] = send()["packet"].iter_attachments()
    assert attachment.get_filename() == "information-packet.pdf"
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == bytes(PacketVersion.objects.get().pdf)


def test_a_version_approved_later_does_not_change_a_mail_that_waits(
    ask: Callable[..., Any], deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    ask()
    first = PacketVersion.objects.get()
    second = actions.save_version(packet=first.packet, pdf=b"%PDF another")
    actions.approve_version(version=second, by=JOB)
    deliver()
    assert PacketDelivery.objects.get().version == first
    assert mailoutbox[0].attachments[0].content == bytes(first.pdf)


def test_nothing_that_the_visitor_typed_is_in_any_mail(
    send: Callable[..., dict[str, EmailMessage]], settings: Any
) -> None:
    settings.STAFF_ALERT_EMAIL = "staff@clinic.example"
    mails = send(consent_newsletter="on", **dict.fromkeys(TYPED, CANARY))
    assert sorted(mails) == ["newsletter_confirm", "packet", "staff_notice"]
    assert CANARY in str(Enquiry.objects.get().fields)
    for mail in mails.values():
        assert not [text for text in texts(mail) if CANARY in text]
    assert not [text for text in texts(mails["staff_notice"]) if "zoe@" in text]


def test_nor_what_is_known_about_somebody_who_writes_again(send: Callable[..., dict[str, EmailMessage]]) -> None:
    today = ClinicProfile.objects.current().today()
    Lead.objects.create(email="zoe@example.com", name=CANARY, phone=CANARY, next_action=CANARY, next_action_on=today)
    assert not [text for text in texts(send()["packet"]) if CANARY in text]


def test_a_message_that_would_break_a_header_is_in_none(send: Callable[..., dict[str, EmailMessage]]) -> None:
    mail = send(name=f"Zoë\r\nBcc: {CANARY}@example.com", message=f"\r\nBcc: {CANARY}@example.com")["packet"]
    assert "Bcc" not in mail
    assert [address.addr_spec for address in mail["To"].addresses] == ["zoe@example.com"]


def test_the_packet_mail_names_no_condition_and_no_treatment(send: Callable[..., dict[str, EmailMessage]]) -> None:
    topic = Topic.objects.first()
    assert topic
    mail = send(topic=topic.slug)["packet"]
    words = [str(value).lower() for value in mail.values()] + [text.lower() for text in readable(mail)]
    conditions = [name.lower() for topic in Topic.objects.all() for name in (topic.slug, str(topic))]
    for text in words:
        assert "stem cell" not in text
        assert not [condition for condition in conditions if condition in text]


def test_the_packet_mail_says_what_happens_next_whom_to_call_and_how_to_disown_it(
    send: Callable[..., dict[str, EmailMessage]],
) -> None:
    mail = send()["packet"]
    assert mail["Subject"].strip() == "Your information packet from Northside Clinic"
    for text in readable(mail):
        assert "coordinator" in text
        assert ClinicProfile.objects.current().phone in text
        assert "/not-me/" in text


@pytest.mark.parametrize("asked", [{"contact_by": "phone", "phone": ""}, {"contact_by": "email"}, {}], ids=str)
def test_nobody_is_promised_a_way_that_they_left_us_no_number_for(
    send: Callable[..., dict[str, EmailMessage]], asked: dict[str, str]
) -> None:
    for text in readable(send(**asked)["packet"]):
        words = " ".join(text.split())
        assert "in the way that you asked for" not in words
        assert "by e-mail, or by telephone if you chose that and left a number." in words


def test_a_clinic_without_a_telephone_asks_nobody_to_call(send: Callable[..., dict[str, EmailMessage]]) -> None:
    ClinicProfile.objects.update(phone="")
    assert not [text for text in readable(send()["packet"]) if "Call us" in text]


def test_a_held_enquiry_sends_staff_a_notice_and_the_visitor_nothing(
    send: Callable[..., dict[str, EmailMessage]], settings: Any
) -> None:
    settings.STAFF_ALERT_EMAIL = "staff@clinic.example"
    mails = send(name=f"https://{CANARY}.example")
    assert list(mails) == ["staff_notice"]
    assert mails["staff_notice"]["Subject"] == "1 enquiry waits to be looked at"
    assert not [text for text in texts(mails["staff_notice"]) if CANARY in text]
