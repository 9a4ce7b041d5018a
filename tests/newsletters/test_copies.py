"""From the second reader on a newsletter is the bytes of the first, with its own address and links."""

import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from typing import Any, cast

import pytest
from django.utils import timezone

from mailings import delivery, letters, transport
from mailings.emails import Copies, written
from mailings.models import OutgoingEmail
from mailings.transport import SmtpBackend
from newsletters import actions, emails
from newsletters.emails import links_of
from newsletters.models import Newsletter, Subscriber

READERS = [f"{name}@example.org" for name in ("anna", "bob", "carla", "dan", "zoe.o-brien")]


def take(listener: socket.socket, taken: list[tuple[str, str, bytes]]) -> None:
    """As a mail server that need not be waited for: what each envelope says, and the text."""
    with listener.accept()[0] as talk, talk.makefile("rb") as lines:
        talk.sendall(b"220 hello\r\n")
        envelope: list[str] = []
        for line in lines:
            word = line[:4].upper()
            if word in (b"MAIL", b"RCPT"):
                envelope.append(line.decode().partition("<")[2].partition(">")[0])
            said = {
                b"EHLO": b"250-ok\r\n250-SIZE 1000000\r\n250 PIPELINING",
                b"DATA": b"354 go on",
                b"QUIT": b"221 bye",
            }
            talk.sendall(said.get(word, b"250 ok") + b"\r\n")
            if word == b"DATA":
                text = b"".join(line.removeprefix(b".") for line in iter(lines.readline, b".\r\n"))
                taken.append((envelope[-2], envelope[-1], text))
                talk.sendall(b"250 taken\r\n")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str, bytes]]]:
    """What a mail server was given, over a socket as ever."""
    found: list[tuple[str, str, bytes]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=take, args=(listener, found), daemon=True).start()
        port = listener.getsockname()[1]
        monkeypatch.setattr(delivery, "get_connection", lambda: SmtpBackend(host="127.0.0.1", port=port, timeout=10))
        yield found


def last_of(after: list[OutgoingEmail]) -> OutgoingEmail | None:
    """Which of them is the only one that still waits: nobody has said in which order the mails of an issue go."""
    waits = OutgoingEmail.objects.filter(kind="newsletter", state=OutgoingEmail.State.QUEUED).count()
    return after[0] if after and waits == 1 else None


def parsed(content: bytes) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(content, policy=default))


def said(message: EmailMessage) -> dict[str, Any]:
    """All of it but its date, and the boundaries that each writes anew."""
    headers = {name: str(value).strip() for name, value in message.items() if name not in ("Date", "Content-Type")}
    leaves = [cast(EmailMessage, part) for part in message.walk() if not part.is_multipart()]
    return {**headers, "parts": [(part.get_content_type(), part.get_content()) for part in leaves]}


def test_each_reader_gets_what_a_mail_written_for_them_alone_would_say(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], taken: list[Any], settings: Any
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"
    readers = {address: join(address) for address in READERS}
    under_way()
    delivery.drain()
    assert sorted(to for _sender, to, _content in taken) == READERS
    links = {address: set(links_of(reader.uuid).values()) for address, reader in readers.items()}
    for sender, to, content in taken:
        letter = cast(letters.Letter, written(OutgoingEmail.objects.get(email=to, kind="newsletter")))
        assert sender == letter.from_email
        assert said(parsed(content)) == said(parsed(letter.message().as_bytes(linesep="\r\n")))
        assert {link for of_one in links.values() for link in of_one if link.encode() in content} == links[to]
        assert b"standin" not in content
    assert OutgoingEmail.objects.filter(kind="newsletter", state="sent").count() == len(READERS)


def test_what_is_alike_is_written_once_and_what_is_not_is_not_taken_for_it(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    taken: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []
    compose = letters.Letter.__init__

    def count(self: Any, words: Any, links: Any, **fields: Any) -> None:
        made.append(fields["to"][0])
        compose(self, words, links, **fields)

    monkeypatch.setattr(letters.Letter, "__init__", count)
    for address in READERS:
        join(address)
    under_way()
    for number, address in enumerate(READERS):
        due = timezone.now() - timedelta(minutes=10 - number)
        OutgoingEmail.objects.filter(email=address).update(next_attempt_at=due)
    OutgoingEmail.objects.filter(email=READERS[-1]).update(language="de")
    delivery.drain()
    assert [to for _sender, to, _content in taken] == READERS
    # The first of a lease goes the long way; of the next the others are copies, as long as they are of one language.
    assert made == [READERS[0], READERS[1], READERS[-1]]


def test_an_answer_that_is_written_down_late_is_not_lost_to_who_took_its_sender_for_dead(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    taken: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for address in READERS[:3]:
        join(address)
    under_way()
    send, sent = transport.send, count()

    def stand_still_after_the_second(connection: Any, message: Any) -> Any:
        """As a machine that slept for longer than its lease."""
        result = send(connection, message)
        if next(sent) == 1:
            left = OutgoingEmail.objects.filter(state="sending", lease_id__isnull=False)
            left.update(lease_until=timezone.now() - timedelta(seconds=1))
            [found] = delivery.claim(uuid.uuid4(), 1)
            delivery.deliver(found, None)
        return result

    monkeypatch.setattr(transport, "send", stand_still_after_the_second)
    delivery.drain()
    assert len(taken) == 3
    assert OutgoingEmail.objects.filter(kind="newsletter", state="sent").count() == 3


def test_while_the_server_reads_a_mail_the_next_is_written(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    taken: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for address in READERS:
        join(address)
    under_way()
    order: list[str] = []
    copied, getreply = Copies.copied, transport.Wire.getreply

    def note(self: Any, outgoing: OutgoingEmail, alike: Any) -> Any:
        found = copied(self, outgoing, alike)
        if found:
            order.append("written")
        return found

    def answered(self: Any) -> tuple[int, bytes]:
        code, reply = getreply(self)
        if reply == b"taken":
            order.append("taken")
        return code, reply

    monkeypatch.setattr(Copies, "copied", note)
    monkeypatch.setattr(transport.Wire, "getreply", answered)
    delivery.drain()
    # The first two go the long way, each as the first of something; of the rest each is there before it is asked for.
    assert order == ["taken", *["written", "taken"] * (len(READERS) - 2), "taken"]
    assert sorted(to for _sender, to, _content in taken) == READERS


def test_whoever_leaves_while_the_server_reads_the_mail_before_gets_none(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    taken: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers, gone = {address: join(address) for address in READERS}, list[str]()
    under_way()
    write_ahead = delivery.Sitting.write_ahead

    def leave(self: Any, alike: Any, after: list[OutgoingEmail]) -> None:
        write_ahead(self, alike, after)
        if last := last_of(after):
            actions.unsubscribe(subscriber=readers[last.email].uuid)
            gone.append(last.email)

    monkeypatch.setattr(delivery.Sitting, "write_ahead", leave)
    delivery.drain()
    assert sorted([*gone, *(to for _sender, to, _content in taken)]) == READERS
    assert OutgoingEmail.objects.get(email=gone[0], kind="newsletter").state == OutgoingEmail.State.CANCELLED


@pytest.mark.parametrize("ends", [actions.unsubscribe, actions.pause_newsletters])
def test_nor_does_who_goes_when_the_lease_before_ended_for_a_packet(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    taken: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    ends: Callable[..., Any],
) -> None:
    seen, readers, gone = count(), {address: join(address) for address in READERS}, list[str]()
    under_way()
    write_ahead = delivery.Sitting.write_ahead

    def go(self: Any, alike: Any, after: list[OutgoingEmail]) -> None:
        write_ahead(self, alike, after)
        if last := last_of(after):
            ends(subscriber=readers[last.email].uuid)
            gone.append(last.email)

    # Two are out; the others are handed back, and taken anew by the same worker.
    monkeypatch.setattr(delivery.Lookout, "sees_something_before", lambda self, outgoing: next(seen) == 2)
    monkeypatch.setattr(delivery.Sitting, "write_ahead", go)
    delivery.drain()
    assert sorted([*gone, *(to for _sender, to, _content in taken)]) == READERS
    assert OutgoingEmail.objects.get(email=gone[0], kind="newsletter").state == OutgoingEmail.State.CANCELLED


def test_a_lease_that_takes_the_same_mails_anew_reads_of_whom_they_are_at_once(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    taken: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for address in READERS:
        join(address)
    under_way()
    seen, alone, who_gets_it = count(), list[str](), emails._who_gets_it

    def asked_alone(outgoing: OutgoingEmail) -> Any:
        alone.append(outgoing.email)
        return who_gets_it(outgoing)

    monkeypatch.setattr(emails, "_who_gets_it", asked_alone)
    monkeypatch.setattr(delivery.Lookout, "sees_something_before", lambda self, outgoing: next(seen) == 2)
    delivery.drain()
    went = [to for _sender, to, _content in taken]
    assert sorted(went) == READERS
    # The first of each lease, which go the long way.
    assert alone == [went[0], went[2]]
