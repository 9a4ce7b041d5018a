import base64
import json
import logging
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client

from enquiries.models import Lead
from mailings import delivery
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.rules import suppressed
from tests import provider_posts as posts

pytestmark = [
    pytest.mark.django_db,
    # It works, and is no longer tried out against the real one; docs/sending.md says so.
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]
Kind = MailEvent.Kind
State = OutgoingEmail.State
PROVIDERS = sorted(posts.BODIES)
STRANGER = base64.b64encode(b"reporter:guessed").decode()
FORGED = {
    "amazon-ses": {"Authorization": f"Basic {STRANGER}"},
    "brevo": {"Authorization": f"Basic {STRANGER}"},
    "mailersend": {"Signature": "0" * 64},
    "mailjet": {"Authorization": f"Basic {STRANGER}"},
    "mailtrap": {"Mailtrap-Signature": "0" * 64},
    "mandrill": {"X-Mandrill-Signature": "Zm9yZ2Vk"},
    "postal": {"X-Postal-Signature": "Zm9yZ2Vk"},
    "postmark": {"Authorization": "Bearer x"},
    "resend": {"svix-signature": "v1,Zm9yZ2Vk"},
    "sendgrid": {"X-Twilio-Email-Event-Webhook-Signature": "Zm9yZ2Vk"},
    "sparkpost": {"Authorization": "Basic ="},
}


@pytest.fixture(autouse=True)
def secret(request: Any, settings: Any) -> None:
    provider = getattr(request.node, "callspec", None) and request.node.callspec.params.get("provider")
    settings.WEBHOOK_SECRET = posts.SECRETS.get(provider, posts.PASSWORD)


@pytest.fixture
def packet(lead: Lead) -> OutgoingEmail:
    return OutgoingEmail.objects.get(kind="packet")


def reported() -> list[str]:
    return list(MailEvent.objects.exclude(report_id="").values_list("kind", flat=True))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_hard_bounce_marks_its_mail_and_silences_the_address(
    client: Client, packet: OutgoingEmail, provider: str
) -> None:
    delivery.drain()
    assert posts.post(client, provider, posts.bounce(provider, packet)).status_code == 200
    packet.refresh_from_db()
    assert packet.state == State.BOUNCED
    event = packet.events.get(kind=Kind.BOUNCED)
    assert event.status == "5.1.1"
    assert "nobody of that name" in event.reply
    assert suppressed(packet.email)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_soft_bounce_silences_nobody(client: Client, packet: OutgoingEmail, provider: str) -> None:
    delivery.drain()
    assert posts.post(client, provider, posts.bounce(provider, packet, hard=False)).status_code == 200
    assert reported() == [Kind.BOUNCED]
    assert not suppressed(packet.email)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_report_sent_again_counts_once(client: Client, packet: OutgoingEmail, provider: str) -> None:
    delivery.drain()
    body = posts.bounce(provider, packet)
    assert [posts.post(client, provider, body).status_code for _ in range(3)] == [200, 200, 200]
    assert reported() == [Kind.BOUNCED]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_bounce_before_we_wrote_that_the_mail_is_out_is_kept(
    client: Client, packet: OutgoingEmail, provider: str
) -> None:
    posts.post(client, provider, posts.bounce(provider, packet, hard=False))
    delivery.drain()
    packet.refresh_from_db()
    assert packet.state == State.BOUNCED


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_bounce_of_a_mail_that_we_do_not_know_silences_its_address(client: Client, provider: str) -> None:
    body = posts.bounce(provider, None, to="Old.Patient@Example.com")
    assert posts.post(client, provider, body).status_code == 200
    assert suppressed("old.patient@example.com")
    [event] = MailEvent.objects.all()
    assert event.reply == ""


@pytest.mark.parametrize("provider", sorted(FORGED))
def test_a_forged_report_changes_nothing(client: Client, packet: OutgoingEmail, provider: str) -> None:
    body = posts.bounce(provider, packet)
    assert posts.post(client, provider, body, **FORGED[provider]).status_code in (401, 403)
    assert client.post(f"/webhooks/{provider}/", json.dumps(body), content_type="text/plain").status_code in (401, 403)
    assert not reported()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("provider", ["mailgun"])
def test_a_signature_of_another_key_changes_nothing(client: Client, packet: OutgoingEmail, provider: str) -> None:
    body = posts.bounce(provider, packet)
    body["signature"]["signature"] = "0" * 64
    assert posts.post(client, provider, body).status_code == 403
    assert not reported()


@pytest.mark.parametrize("provider", ["resend"])
def test_an_old_signature_is_no_longer_good(client: Client, packet: OutgoingEmail, provider: str) -> None:
    content = json.dumps(posts.bounce(provider, packet)).encode()
    assert posts.post(client, provider, content, **posts.by_resend(content, ago=3600)).status_code == 403
    assert posts.post(client, provider, content, **posts.by_resend(content, ago=30)).status_code == 200


@pytest.mark.parametrize("provider", ["amazon-ses"])
def test_amazon_is_asked_for_its_password(client: Client, provider: str) -> None:
    response = client.post("/webhooks/amazon-ses/", "{}", content_type="text/plain")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("provider", ["amazon-ses"])
def test_amazon_s_subscription_is_confirmed_by_a_person(
    client: Client, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    link = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=2336"
    ask = {"Type": "SubscriptionConfirmation", "MessageId": "1", "TopicArn": "arn:aws:sns:x:1:y", "SubscribeURL": link}
    with caplog.at_level(logging.WARNING):
        assert posts.post(client, provider, ask).status_code == 200
    assert link in caplog.text


@pytest.mark.parametrize("provider", ["amazon-ses"])
def test_mail_sent_through_amazon_by_smtp_is_found_by_our_message_id(
    client: Client, packet: OutgoingEmail, provider: str
) -> None:
    delivery.drain()
    body = posts.bounce(provider, None)
    said = json.loads(body["Message"])
    said["mail"]["headers"] = [{"name": "Message-ID", "value": packet.message_id}]
    posts.post(client, provider, {**body, "Message": json.dumps(said)})
    assert packet.events.filter(kind=Kind.BOUNCED).exists()


@pytest.mark.parametrize("provider", ["postmark"])
def test_a_mail_is_found_by_what_the_provider_calls_it(client: Client, packet: OutgoingEmail, provider: str) -> None:
    OutgoingEmail.objects.filter(pk=packet.pk).update(provider_message_id="pm-1")
    posts.post(client, provider, {**posts.bounce(provider, None), "MessageID": "pm-1"})
    assert packet.events.filter(kind=Kind.BOUNCED).exists()


@pytest.mark.parametrize("provider", ["postmark"])
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"RecordType": "Delivery"}, Kind.DELIVERED),
        ({"RecordType": "Bounce", "Type": "Transient"}, Kind.DELAYED),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint"}, Kind.COMPLAINED),
        ({"RecordType": "SubscriptionChange", "SuppressionReason": "ManualSuppression"}, Kind.UNSUBSCRIBED),
        ({"RecordType": "Bounce", "Type": "AutoResponder"}, None),
        ({"RecordType": "Open"}, None),
        ({"RecordType": "Click"}, None),
        ({"RecordType": "SubscriptionChange", "SuppressSending": False}, None),
    ],
)
def test_what_else_a_provider_reports(
    client: Client, packet: OutgoingEmail, provider: str, said: dict[str, Any], kind: str | None
) -> None:
    body = {**posts.bounce(provider, packet, hard=False), **said}
    assert posts.post(client, provider, body).status_code == 200
    assert reported() == ([kind] if kind else [])


@pytest.mark.parametrize("provider", ["mailgun"])
def test_a_delay_is_no_bounce(client: Client, packet: OutgoingEmail, provider: str) -> None:
    body = posts.bounce(provider, packet)
    body["event-data"]["severity"] = "temporary"
    posts.post(client, provider, body)
    assert reported() == [Kind.DELAYED]


@pytest.mark.parametrize("provider", ["amazon-ses"])
@pytest.mark.parametrize(("word", "kinds"), [("abuse", [Kind.COMPLAINED]), ("not-spam", [])])
def test_a_complaint_taken_back_is_no_complaint(
    client: Client, packet: OutgoingEmail, provider: str, word: str, kinds: list[str]
) -> None:
    complaint = {"complainedRecipients": [{"emailAddress": packet.email}], "complaintFeedbackType": word}
    said = {"notificationType": "Complaint", "complaint": complaint, "mail": {"messageId": "1"}}
    posts.post(client, provider, posts.sns(said))
    assert reported() == kinds
    assert bool(suppressed(packet.email)) == bool(kinds)


@pytest.mark.parametrize("provider", ["amazon-ses"])
def test_one_notice_about_two_people_counts_for_both(client: Client, provider: str) -> None:
    body = posts.bounce(provider, None)
    said = json.loads(body["Message"])
    said["bounce"]["bouncedRecipients"].append({"emailAddress": "sam@example.com"})
    posts.post(client, provider, {**body, "Message": json.dumps(said)})
    assert suppressed("zoe@example.com")
    assert suppressed("sam@example.com")


@pytest.mark.parametrize("provider", ["brevo"])
def test_a_refusal_for_policy_says_nothing_of_the_address(client: Client, provider: str) -> None:
    posts.post(client, provider, {**posts.bounce(provider, None), "reason": "550 5.7.1 looks like spam"})
    assert reported() == [Kind.BOUNCED]
    assert not suppressed("zoe@example.com")


@pytest.mark.parametrize("provider", ["brevo"])
def test_a_password_alone_belongs_to_the_user_webhook(client: Client, provider: str, settings: Any) -> None:
    settings.WEBHOOK_SECRET = "only a password"
    body = posts.bounce(provider, None)
    right = base64.b64encode(b"webhook:only a password").decode()
    assert posts.post(client, provider, body).status_code == 401
    assert posts.post(client, provider, body, Authorization=f"Basic {right}").status_code == 200


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_secret_nothing_is_taken_and_the_provider_keeps_it(
    client: Client, packet: OutgoingEmail, provider: str, settings: Any
) -> None:
    settings.WEBHOOK_SECRET = ""
    response = posts.post(client, provider, posts.bounce(provider, packet))
    assert response.status_code == 503
    assert b"WEBHOOK_SECRET" in response.content
    assert not reported()


@pytest.mark.parametrize("provider", ["mailgun", "postmark", "resend"])
def test_a_public_key_is_no_password(client: Client, provider: str, settings: Any) -> None:
    settings.WEBHOOK_SECRET = posts.PUBLIC_KEY
    known = base64.b64encode(f"webhook:{posts.PUBLIC_KEY}".encode()).decode()
    body = posts.bounce(provider, None)
    assert posts.post(client, provider, body, Authorization=f"Basic {known}").status_code == 503
    assert not reported()


@pytest.mark.parametrize("provider", ["sendgrid"])
def test_a_password_is_no_public_key(client: Client, provider: str, settings: Any) -> None:
    settings.WEBHOOK_SECRET = posts.PASSWORD
    assert posts.post(client, provider, posts.bounce(provider, None)).status_code == 503


@pytest.mark.parametrize("method", ["post", "get"])
def test_an_unknown_provider_is_not_found(client: Client, method: str) -> None:
    assert getattr(client, method)("/webhooks/pigeon/").status_code == 404


def test_a_provider_may_look_whether_anybody_is_there(client: Client) -> None:
    assert client.head("/webhooks/mandrill/").status_code == 200
    assert client.get("/webhooks/unisender-go/").status_code == 200
    assert client.put("/webhooks/postmark/").status_code == 405


HOSTILE = [
    b"",
    b"\0",
    b"{",
    b"null",
    b"[]",
    b"0",
    b'"text"',
    b"[" * 100_000,
    b"1" * 5000,
    b"\xff\xfe",
    b'{"RecordType": []}',
    b'{"RecordType": {"a": 1}, "Type": {}}',
    b'{"event": {}, "email": 5}',
    b'{"event": "hard_bounce", "email": ["a"], "ts_epoch": 1e999}',
    b'[{"event": "bounce", "email": {"a": "b"}, "timestamp": "x"}]',
    b'{"Type": "Notification", "MessageId": "1", "Message": "[]"}',
    b'{"Type": "Notification", "MessageId": "1", "Message": "{\\"notificationType\\": \\"Bounce\\"}"}',
]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_report_that_cannot_be_read_is_refused(client: Client, provider: str) -> None:
    for content in HOSTILE:
        assert posts.post(client, provider, content).status_code in (200, 400, 401, 403), content[:40]
    assert not reported()


@pytest.mark.parametrize("provider", ["postmark"])
def test_text_that_postgres_cannot_store_is_stored_without(
    client: Client, packet: OutgoingEmail, provider: str
) -> None:
    body = posts.bounce(provider, packet)
    odd = {"Details": "5.1.1 \0 \ud800 gone", "ID": "\0\ud800", "MessageID": "\0", "BouncedAt": "9999-12-31T23:59:59Z"}
    assert posts.post(client, provider, {**body, **odd}).status_code == 200
    assert "gone" in packet.events.get(kind=Kind.BOUNCED).reply


@pytest.mark.parametrize("provider", ["sendgrid"])
def test_hundreds_of_reports_come_in_one(client: Client, provider: str) -> None:
    many = [posts.bounce(provider, None, to=f"person{number}@example.com")[0] for number in range(300)]
    assert len(json.dumps(many)) > 64 * 1024
    assert posts.post(client, provider, many).status_code == 200
    assert len(reported()) == 300


@pytest.mark.parametrize("provider", ["brevo"])
def test_a_body_beyond_all_measure_is_refused_unread(client: Client, provider: str) -> None:
    assert posts.post(client, provider, b" " * (1024 * 1024 + 1)).status_code == 413


@pytest.mark.parametrize("provider", ["postmark"])
@pytest.mark.parametrize("trouble", [OperationalError, ProgrammingError])
def test_while_the_database_is_away_the_provider_keeps_its_report(
    client: Client, provider: str, trouble: type[Exception]
) -> None:
    def refuse(*_: Any) -> None:
        raise trouble

    with connection.execute_wrapper(refuse):
        response = posts.post(client, provider, posts.bounce(provider, None))
    assert response.status_code == 503
    assert response.headers["Retry-After"]
