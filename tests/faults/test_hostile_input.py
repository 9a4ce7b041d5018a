"""Words of strangers, and of the clinic itself, against the mails that they cause."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from clinic.embedded.speech import say
from enquiries.models import Packet
from foundation.models import ClinicProfile
from mailings import delivery, transport
from mailings.models import OutgoingEmail
from tests.faults.conftest import SEED

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(6 * 3600)]

SIZES = pytest.mark.parametrize("examples", [500, pytest.param(100_000, marks=pytest.mark.full)])
FEWER = pytest.mark.parametrize("examples", [50, pytest.param(10_000, marks=pytest.mark.full)])

NO_SERVER_ERROR = {200, 303, 400, 413, 422}
# Stands in every text, and may stand in no mail.
CANARY = "zqcanaryqz"
USUAL = {
    "name": "Zoë",
    "email": "zoe@example.com",
    "consent_packet": "on",
    "consent_contact": "on",
    "consent_newsletter": "on",
}
LINE_ENDS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "%0d%0a", "=0D=0A", "\\r\\n", "\0"]
HEADERS = ["Bcc: evil@evil.example", "To: evil@evil.example", "Subject: evil", "\r\n<p>evil</p>", ".", "From: evil"]
AWKWARD = [
    "Zoë O'Brien & Sons", 'a, "b" <c@evil.example>', "<script>alert(1)</script>", "\u202eעברית", "👩‍⚕️", "a\u0301",
    "{{ clinic }}", "{% debug %}", "{{ settings.SECRET_KEY }}", "=?utf-8?q?evil=0D=0ABcc:_evil@evil.example?=", "'; --",
    "x" * 150, "ß" * 150, "\ufeff", "\u200b", "\ufffd", "\x1b[2J", "\x08", "\\", "(comment)", ";", "\U0010ffff",
    "%s%n%(x)s",
]  # fmt: skip
# Full-width signs, and others that become ASCII when a domain is made ready for the wire.
LOOKALIKES = ["，", "＠", "＜evil", "；", "。", "．", "ｇ", "℀", "㏕", "⑴", "\u3000", "\u00ad"]
LABELS = [
    "example",
    "bücher",
    "faß",
    "xn--bcher-kva",
    "xn--a",
    "例え",
    "مثال",
    "İ",
    "ſ",
    "K",
    "😀",
    "ﬁ",
    "a-b",
    "x" * 63,
]
# All that UTF-8 can say; said like this, hypothesis need not try out each of a million signs first.
LETTERS = st.characters(exclude_categories=["Cs"])


def mostly(usual: Any, *others: Any) -> Any:
    """Of what is refused at once, few are enough: it causes no mail that could go wrong."""
    choices = [*[usual] * 4 * len(others), *others]
    return st.integers(0, len(choices) - 1).flatmap(choices.__getitem__)


injection = st.tuples(st.sampled_from(LINE_ENDS), st.sampled_from(HEADERS)).map("".join)
hostile = st.lists(st.one_of(st.text(LETTERS, max_size=20), st.sampled_from(AWKWARD), injection), max_size=4).map(
    "".join
)
typed = hostile.map(lambda text: CANARY + text)
atom = st.text("abcXYZ019!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=20)
local_part = st.lists(atom, min_size=1, max_size=3).map(".".join)
lookalike = st.lists(st.sampled_from([*LOOKALIKES, "a", "b", "-"]), min_size=1, max_size=4).map("".join)
label = mostly(st.sampled_from(LABELS), lookalike, st.text(LETTERS, min_size=1, max_size=10))
domain = st.lists(label, min_size=1, max_size=2).map(lambda labels: ".".join([*labels, "example"]))
plausible = st.tuples(local_part, domain).map("@".join)
address = mostly(
    plausible, st.emails(), st.tuples(plausible, injection).map("".join), st.tuples(hostile, domain).map("@".join)
)
TEXTS = ("country", "for_whom", "topic", "contact_by", "message")
HIDDEN = ("source_path", "wording", "language")


def packet_form(text: str, email: str, newsletter: bool) -> dict[str, str]:
    """The same text in every field: drawing one for each would take as long as the posts."""
    consents = {"consent_packet": "on", "consent_contact": "on", **({"consent_newsletter": "on"} if newsletter else {})}
    return {"name": text, "phone": text[:40], "email": email, **dict.fromkeys(TEXTS + HIDDEN, text), **consents}


def newsletter_form(text: str, email: str) -> dict[str, str]:
    return {"email": email, "consent": "on", **dict.fromkeys(HIDDEN, text)}


packet_post = st.tuples(st.just("/information-packet/"), st.builds(packet_form, typed, address, st.booleans()))
newsletter_post = st.tuples(st.just("/newsletter/"), st.builds(newsletter_form, typed, address))
# The newsletter takes addresses just like the packet, in half of the time.
post = st.sampled_from([packet_post, newsletter_post, newsletter_post]).flatmap(lambda chosen: chosen)


def run(examples: int, strategy: Any, check: Any) -> None:
    """Each example in a transaction that is rolled back, so that it meets no limit and no row of another."""

    @seed(SEED)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def example(value: Any) -> None:
        with transaction.atomic():
            mail.outbox.clear()
            check(value)
            transaction.set_rollback(True)

    say(f"hostile input: {examples} examples (FAULTS_SEED={SEED})")
    example()


def send(path: str, fields: dict[str, str], as_parts: bool = False) -> int:
    if as_parts:
        return Client().post(path, fields).status_code
    return Client().post(path, urlencode(fields), content_type="application/x-www-form-urlencoded").status_code


def drain() -> None:
    while delivery.drain():
        pass
    left = OutgoingEmail.objects.exclude(state=OutgoingEmail.State.SENT)
    assert [row.last_reply for row in left] == []


def write_and_send() -> None:
    """As a drain does, without the rows that it writes: those take most of its time."""
    connection = mail.get_connection()
    for row in OutgoingEmail.objects.all():
        result = transport.send(connection, delivery.write(row))
        assert result.outcome == transport.Outcome.ACCEPTED, (result, row.last_reply)


def on_the_wire() -> dict[str, EmailMessage]:
    """By kind, each mail as the mail server gets it: none is missing."""
    rows = {row.message_id: row for row in OutgoingEmail.objects.all()}
    assert len(mail.outbox) == len(rows)
    found = {}
    for message in mail.outbox:
        assert len(message.recipients()) == 1
        parsed: Any = message_from_bytes(message.message().as_bytes(linesep="\r\n"), policy=policy.SMTP)
        found[rows[parsed["Message-ID"]].kind] = parsed
        # What the SMTP backend would name at RCPT.
        assert sanitize_address(message.to[0], "utf-8") == recipient(parsed)
    return found


def recipient(message: EmailMessage) -> str:
    [only] = message["To"].addresses
    return only.addr_spec


def words(message: EmailMessage) -> str:
    """All of a mail that a person can see, and its headers."""
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), *texts])


def normal(posted: str) -> str:
    """As mail servers know it: in small letters, the domain in ASCII."""
    local, _at, domain = posted.strip().rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}".lower()


@pytest.fixture
def shape(first_content: None) -> dict[str, list[str]]:
    """The header names of each kind of mail, in their order, when nothing is wrong with what was typed."""
    # Writing the PDF into each mail would take half of the time, and no word of a stranger is near it.
    Packet.objects.update(carriage=Packet.Carriage.LINKED)
    with transaction.atomic():
        assert send("/information-packet/", USUAL) == 303
        drain()
        found = {kind: message.keys() for kind, message in on_the_wire().items()}
        transaction.set_rollback(True)
    assert set(found) == {"packet", "newsletter_confirm"}
    return found


one_in_ten_drained = st.sampled_from([*[write_and_send] * 9, drain])


@SIZES
def test_what_strangers_type_gets_into_no_header_and_no_mail(examples: int, shape: dict[str, list[str]]) -> None:
    seen: dict[int, int] = {}
    mails = 0

    def check(example: tuple[tuple[str, dict[str, str]], bool, Any]) -> None:
        nonlocal mails
        (path, fields), as_parts, deliver = example
        status = send(path, fields, as_parts)
        assert status in NO_SERVER_ERROR
        seen[status] = seen.get(status, 0) + 1
        deliver()
        for kind, message in on_the_wire().items():
            mails += 1
            assert message.keys() == shape[kind]
            assert recipient(message) == normal(fields["email"])
            assert CANARY not in words(message)

    run(examples, st.tuples(post, st.booleans(), one_in_ten_drained), check)
    say(f"hostile input: answers {seen}, {mails} mails")
    # Else the examples would show nothing.
    assert seen[303] > examples / 3
    assert mails > examples / 3


clinic_text = st.one_of(hostile, st.text(LETTERS, max_size=60)).map(lambda text: text.replace("\0", "")[:100])


@FEWER
def test_the_clinics_own_words_break_no_header(examples: int, shape: dict[str, list[str]]) -> None:
    def check(texts: dict[str, str]) -> None:
        ClinicProfile.objects.update(**texts)
        assert send("/information-packet/", USUAL) == 303
        drain()
        mails = on_the_wire()
        assert set(mails) == set(shape)
        for kind, message in mails.items():
            assert message.keys() == shape[kind]
            assert recipient(message) == "zoe@example.com"
            assert [address for _name, address in getaddresses([message["From"]])] == ["packets@clinic.example"]

    texts = dict.fromkeys(("name", "postal_address", "hours", "newsletter_intro"), clinic_text)
    phone = clinic_text.map(lambda text: text[:40])
    run(examples, st.fixed_dictionaries({**texts, "phone": phone}), check)
