"""Posts as the providers document them, with our own words in them, and proven as each of them proves its posts."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings
from django.test import Client

from mailings.models import OutgoingEmail

KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_half(key: Any) -> str:
    return base64.b64encode(
        key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).decode()


PUBLIC_KEY = public_half(KEY)
PASSWORD = "reporter:a long password"
SIGNING_KEY = "4f5d0c1a9b7e4c22b1a6"
SECRETS = {
    "amazon-ses": PASSWORD,
    "brevo": PASSWORD,
    "mailersend": SIGNING_KEY,
    "mailgun": SIGNING_KEY,
    "mailjet": PASSWORD,
    "mailtrap": SIGNING_KEY,
    "mandrill": SIGNING_KEY,
    "postal": public_half(RSA_KEY),
    "postmark": PASSWORD,
    "resend": "whsec_" + base64.b64encode(b"a key of some length").decode(),
    "sendgrid": PUBLIC_KEY,
    "sparkpost": PASSWORD,
    "unisender-go": SIGNING_KEY,
}
HARD = {
    "amazon-ses": "Permanent",
    "brevo": "hard_bounce",
    "mailersend": "hard_bounced",
    "mailgun": "permanent",
    "mailjet": "user unknown",
    "mailtrap": "bounce",
    "mandrill": "hard_bounce",
    "postal": "HardFail",
    "postmark": "HardBounce",
    "resend": "Permanent",
    "sendgrid": "bounce",
    "sparkpost": "10",
    "unisender-go": "err_user_unknown",
}
SOFT = {
    "amazon-ses": "Transient",
    "brevo": "soft_bounce",
    "mailersend": "soft_bounced",
    "mailgun": "old",
    "mailjet": "quota exceeded",
    "mailtrap": "reject",
    "mandrill": "soft_bounce",
    "postal": "HardFail",
    "postmark": "SoftBounce",
    "resend": "Transient",
    "sendgrid": "blocked",
    "sparkpost": "22",
    "unisender-go": "err_mailbox_full",
}
NO_SUCH = "550 5.1.1 nobody of that name"
FULL = "452 4.2.2 the mailbox is full"


def bounce(provider: str, outgoing: OutgoingEmail | None, *, to: str = "zoe@example.com", hard: bool = True) -> Any:
    word, reply = (HARD[provider], NO_SUCH) if hard else (SOFT[provider], FULL)
    mark = {"outgoing": str(outgoing.uuid)} if outgoing else {}
    return BODIES[provider](word, reply, mark, to)


def amazon_ses(word: str, reply: str, mark: Any, to: str) -> Any:
    who = {"emailAddress": to, "action": "failed", "diagnosticCode": f"smtp; {reply}"}
    headers = [{"name": "X-Metadata", "value": json.dumps(mark)}]
    said = {
        "notificationType": "Bounce",
        "bounce": {"bounceType": word, "bounceSubType": "General", "bouncedRecipients": [who]},
        "mail": {"messageId": f"ses-{to}", "destination": [to], "headers": headers},
    }
    return sns(said)


def sns(said: Any) -> Any:
    identifier = str(uuid.uuid4())
    return {"Type": "Notification", "MessageId": identifier, "Timestamp": now_iso(), "Message": json.dumps(said)}


def brevo(word: str, reply: str, mark: Any, to: str) -> Any:
    return {
        "event": word,
        "email": to,
        "message-id": f"<{uuid.uuid4()}@relay.example>",
        "ts_epoch": int(time.time() * 1000),
        "reason": reply,
        "X-Mailin-custom": json.dumps(mark),
    }


def mailgun(word: str, reply: str, mark: Any, to: str) -> Any:
    reason = {"permanent": "bounce"}.get(word, word)
    return signed_by_mailgun(
        {
            "event": "failed",
            "severity": "permanent",
            "reason": reason,
            "recipient": to,
            "timestamp": time.time(),
            "delivery-status": {"code": 550, "message": reply},
            "message": {"headers": {"message-id": f"{uuid.uuid4()}@relay.example"}},
            "user-variables": mark,
        }
    )


def signed_by_mailgun(data: Any) -> Any:
    token, at = uuid.uuid4().hex, str(int(time.time()))
    signature = hmac.new(SIGNING_KEY.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    return {"signature": {"token": token, "timestamp": at, "signature": signature}, "event-data": data}


def mailersend(word: str, reply: str, mark: Any, to: str) -> Any:
    email = {"message": {"id": message_id(mark)}, "recipient": {"email": to}}
    morph = {"object": "recipient_bounce", "reason": reply}
    said = {"type": word, "id": uuid.uuid4().hex, "created_at": now_iso(), "email": email, "morph": morph}
    return {"type": f"activity.{word}", "data": said}


def mailjet(word: str, reply: str, mark: Any, to: str) -> Any:
    hard = word == "user unknown"
    event = {"event": "bounce", "time": int(time.time()), "MessageID": uuid.uuid4().int >> 80, "email": to}
    return [{**event, "error": word, "hard_bounce": hard, "smtp_reply": reply, "Payload": json.dumps(mark)}]


def mailtrap(word: str, reply: str, mark: Any, to: str) -> Any:
    event = {"event": word, "message_id": str(uuid.uuid4()), "event_id": str(uuid.uuid4()), "email": to}
    return {"events": [{**event, "timestamp": int(time.time()), "response": reply, "custom_variables": mark}]}


def mandrill(word: str, reply: str, mark: Any, to: str) -> Any:
    said = {"email": to, "diag": f"smtp;{reply}", "metadata": mark}
    return [{"event": word, "ts": int(time.time()), "_id": uuid.uuid4().hex, "msg": said}]


def postal(word: str, reply: str, mark: Any, to: str) -> Any:
    message = {"id": 1, "direction": "outgoing", "message_id": message_id(mark).strip("<>"), "to": to}
    said = {"status": word, "details": "permanent error", "output": reply, "message": message}
    return {"event": "MessageDeliveryFailed", "timestamp": time.time(), "payload": said, "uuid": str(uuid.uuid4())}


def sparkpost(word: str, reply: str, mark: Any, to: str) -> Any:
    event = {"type": "bounce", "bounce_class": word, "raw_rcpt_to": to, "raw_reason": reply, "rcpt_meta": mark}
    event |= {"event_id": uuid.uuid4().hex, "transmission_id": "1", "timestamp": str(int(time.time()))}
    return [{"msys": {"message_event": event}}]


def unisender_go(word: str, reply: str, mark: Any, to: str) -> Any:
    info = {"delivery_status": word, "destination_response": reply}
    said = {"job_id": uuid.uuid4().hex, "email": to, "status": "hard_bounced", "event_time": now_iso()[:-1]}
    event = {
        "event_name": "transactional_email_status",
        "event_data": {**said, "metadata": mark, "delivery_info": info},
    }
    return {"auth": "0" * 32, "events_by_user": [{"user_id": 1, "events": [event]}]}


def message_id(mark: Any) -> str:
    """These two send no mark back, so the mail is found by our Message-ID."""
    return f"<{uuid.UUID(mark['outgoing']).hex if mark else uuid.uuid4().hex}@clinic.example>"


def postmark(word: str, reply: str, mark: Any, to: str) -> Any:
    return {
        "RecordType": "Bounce",
        "ID": uuid.uuid4().int >> 80,
        "Type": word,
        "MessageID": str(uuid.uuid4()),
        "Details": reply,
        "Email": to,
        "BouncedAt": now_iso(),
        "Metadata": mark,
    }


def resend(word: str, reply: str, mark: Any, to: str) -> Any:
    headers = [{"name": "X-Metadata", "value": json.dumps(mark)}]
    said = {"email_id": str(uuid.uuid4()), "to": [to], "headers": headers, "bounce": {"message": reply, "type": word}}
    return {"type": "email.bounced", "created_at": now_iso(), "data": said}


def sendgrid(word: str, reply: str, mark: Any, to: str) -> Any:
    event = {"event": "bounce", "type": word, "email": to, "timestamp": int(time.time()), "reason": reply}
    return [{**event, "sg_event_id": uuid.uuid4().hex, "smtp-id": f"<{uuid.uuid4()}@relay.example>", **mark}]


BODIES = {
    "amazon-ses": amazon_ses,
    "brevo": brevo,
    "mailersend": mailersend,
    "mailgun": mailgun,
    "mailjet": mailjet,
    "mailtrap": mailtrap,
    "mandrill": mandrill,
    "postal": postal,
    "postmark": postmark,
    "resend": resend,
    "sendgrid": sendgrid,
    "sparkpost": sparkpost,
    "unisender-go": unisender_go,
}


def now_iso() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def post(client: Client, provider: str, body: Any, **forged: str) -> Any:
    content = body if isinstance(body, bytes) else SHAPES.get(provider, plainly)(body)
    headers = {**PROOFS[provider](content), **forged}
    return client.post(
        f"/webhooks/{provider}/", content, content_type=TYPES.get(provider, "application/json"), headers=headers
    )


def plainly(body: Any) -> bytes:
    return json.dumps(body).encode()


def as_form(body: Any) -> bytes:
    return urlencode({"mandrill_events": json.dumps(body)}).encode()


def signed_by_unisender(body: Any) -> bytes:
    """The sum over the body with the key in the sum's own place."""
    content = plainly(body)
    signed = hashlib.md5(content.replace(b"0" * 32, SIGNING_KEY.encode())).hexdigest()
    return content.replace(b"0" * 32, signed.encode())


SHAPES = {"mandrill": as_form, "unisender-go": signed_by_unisender}
TYPES = {"amazon-ses": "text/plain", "mandrill": "application/x-www-form-urlencoded"}


def with_password(content: bytes) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"}


def by_amazon(content: bytes) -> dict[str, str]:
    try:
        said = json.loads(content)
        named = {"x-amz-sns-message-type": said["Type"], "x-amz-sns-message-id": said["MessageId"]}
    except (ValueError, LookupError, TypeError, RecursionError):
        named = {}
    return {**with_password(content), **named}


def by_sendgrid(content: bytes) -> dict[str, str]:
    at = str(int(time.time()))
    signature = KEY.sign(at.encode() + content, ec.ECDSA(hashes.SHA256()))
    name = "X-Twilio-Email-Event-Webhook"
    return {f"{name}-Timestamp": at, f"{name}-Signature": base64.b64encode(signature).decode()}


def by_resend(content: bytes, ago: int = 0) -> dict[str, str]:
    at, name = str(int(time.time()) - ago), hashlib.sha256(content).hexdigest()
    signature = hmac.digest(b"a key of some length", f"{name}.{at}.".encode() + content, hashlib.sha256)
    signed = f"v1,c29tZXRoaW5nIGVsc2U= v1,{base64.b64encode(signature).decode()}"
    return {"svix-id": name, "svix-timestamp": at, "svix-signature": signed}


def by_mandrill(content: bytes) -> dict[str, str]:
    signed = f"{settings.SITE_URL}/webhooks/mandrill/"
    signed += "".join(name + value for name, value in sorted(parse_qsl(content.decode(errors="replace"))))
    digest = hmac.digest(SIGNING_KEY.encode(), signed.encode(), hashlib.sha1)
    return {"X-Mandrill-Signature": base64.b64encode(digest).decode()}


def by_postal(content: bytes) -> dict[str, str]:
    return {"X-Postal-Signature": base64.b64encode(RSA_KEY.sign(content, padding.PKCS1v15(), hashes.SHA1())).decode()}


def with_sum(content: bytes) -> dict[str, str]:
    digest = hmac.new(SIGNING_KEY.encode(), content, hashlib.sha256).hexdigest()
    return {"Signature": digest, "Mailtrap-Signature": digest}


PROOFS = {
    "amazon-ses": by_amazon,
    "brevo": with_password,
    "mailersend": with_sum,
    "mailgun": lambda content: {},
    "mailjet": with_password,
    "mailtrap": with_sum,
    "mandrill": by_mandrill,
    "postal": by_postal,
    "postmark": with_password,
    "resend": by_resend,
    "sendgrid": by_sendgrid,
    "sparkpost": with_password,
    "unisender-go": lambda content: {},
}
