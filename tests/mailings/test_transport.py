import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.mail import EmailMessage

from mailings import transport
from mailings.transport import Outcome, SmtpBackend
from tests.embedded.site import free_port

pytestmark = pytest.mark.pure

CUT = b"cut"
USUAL = {b"EHLO": b"250 ok", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"DATA": b"354 go on"}
ENDINGS = {b".": b"250 taken", b"RSET": b"250 ok", b"QUIT": b"221 bye"}


def answer(listener: socket.socket, replies: dict[bytes, bytes]) -> None:
    """Says its line for each command, and for the lone dot at a text's end; CUT hangs up instead."""
    with contextlib.suppress(OSError), listener.accept()[0] as talk, talk.makefile("rb") as lines:
        talk.sendall(b"220 hello\r\n")
        for line in lines:
            reply = replies.get(line.strip()[:4].upper())
            if reply == CUT:
                return
            if reply:
                talk.sendall(reply + b"\r\n")


@pytest.fixture
def server() -> Iterator[Callable[..., Any]]:
    opened: list[Any] = []

    def start(**replies: bytes) -> SmtpBackend:
        port = free_port()
        listener = socket.create_server(("127.0.0.1", port))
        script = {**USUAL, **ENDINGS, **{name.encode().replace(b"dot", b"."): said for name, said in replies.items()}}
        threading.Thread(target=answer, args=(listener, script), daemon=True).start()
        backend = SmtpBackend(host="127.0.0.1", port=port, timeout=2)
        opened.extend([backend, listener])
        return backend

    yield start
    for end in opened:
        end.close()


# What is sent ahead of the replies is answered all the same, in the order in which it came.
@pytest.mark.parametrize("greeted", [b"250 ok", b"250-ok\r\n250 PIPELINING"])
@pytest.mark.parametrize(
    ("command", "reply", "outcome"),
    [
        ("dot", b"250 taken", Outcome.ACCEPTED),
        ("dot", b"451 later", Outcome.LATER),
        ("dot", b"554 5.7.1 never", Outcome.REFUSED),
        ("dot", CUT, Outcome.UNKNOWN),
        ("dot", b"259 odd", Outcome.UNKNOWN),
        ("dot", b"what", Outcome.UNKNOWN),
        ("DATA", CUT, Outcome.CUT_OFF),
        ("DATA", b"451 later", Outcome.LATER),
        ("RCPT", CUT, Outcome.CUT_OFF),
        ("RCPT", b"450 later", Outcome.LATER),
        ("RCPT", b"550 no such user", Outcome.NO_SUCH_ADDRESS),
        ("RCPT", b"550 who", Outcome.REFUSED),
        ("RCPT", b"550 5.7.1 listed", Outcome.REFUSED),
        ("MAIL", b"550 5.7.1 not yours", Outcome.BLOCKED),
        ("MAIL", b"451 later", Outcome.LATER),
        ("MAIL", b"552 5.3.4 too large", Outcome.REFUSED),
    ],
)
def test_what_a_server_says_and_when_decides(
    server: Any, command: str, reply: bytes, outcome: Outcome, greeted: bytes
) -> None:
    connection = server(EHLO=greeted, **{command: reply})
    assert transport.open_connection(connection) is None
    result = transport.send(connection, EmailMessage("Subject", "Text", "a@clinic.example", ["b@example.com"]))
    assert result.outcome == outcome


def test_a_server_that_closes_down_takes_no_more_mail_on_this_connection(server: Any) -> None:
    connection = server(RCPT=b"421 4.3.2 closing")
    transport.open_connection(connection)
    result = transport.send(connection, EmailMessage("Subject", "Text", "a@clinic.example", ["b@example.com"]))
    assert result.outcome == Outcome.LATER
    assert result.ends_the_lease


def test_one_lost_answer_does_not_hide_behind_the_mail_before_it(server: Any) -> None:
    connection = server()
    transport.open_connection(connection)
    mail = EmailMessage("Subject", "Text", "a@clinic.example", ["b@example.com"])
    assert transport.send(connection, mail).outcome == Outcome.ACCEPTED
    connection.connection.sock.shutdown(socket.SHUT_RDWR)
    assert transport.send(connection, mail).outcome == Outcome.CUT_OFF


def in_one_trip(listener: socket.socket, refused: bytes, taken: list[list[str]]) -> None:
    """As a server that is slow to read: each answer waits for all that is sent ahead of it."""
    with listener.accept()[0] as talk:
        talk.sendall(b"220 hello\r\n")
        talk.recv(1000)
        talk.sendall(b"250-ok\r\n250 PIPELINING\r\n")
        while ahead := talk.recv(1000).decode():
            taken.append(ahead.splitlines())
            said = {"mail": b"250 ok", "rcpt": refused if "nobody@" in ahead else b"250 ok", "data": b"354 go on"}
            talk.sendall(b"".join(said.get(line[:4], b"250 ok") + b"\r\n" for line in ahead.splitlines()))
            if "data" in taken[-1] and "nobody@" not in ahead:
                talk.sendall(b"250 taken\r\n" * bool(talk.recv(1000)))


def test_to_a_server_that_need_not_be_waited_for_a_mail_takes_two_trips_and_the_next_is_not_mistaken_for_it() -> None:
    taken: list[list[str]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=in_one_trip, args=(listener, b"550 5.1.1 nobody", taken), daemon=True).start()
        backend = SmtpBackend(host="127.0.0.1", port=listener.getsockname()[1], timeout=10)
        with contextlib.closing(backend):
            assert transport.open_connection(backend) is None
            first, second = (
                EmailMessage("Subject", "Text", "a@clinic.example", [to]) for to in ("nobody@x.example", "b@x.example")
            )
            assert transport.send(backend, first).outcome == Outcome.NO_SUCH_ADDRESS
            assert transport.send(backend, second).outcome == Outcome.ACCEPTED
    assert [line.lower() for line in taken[0]] == ["mail from:<a@clinic.example>", "rcpt to:<nobody@x.example>", "data"]
    # The text that was asked for after all has no word, and goes to nobody.
    assert taken[1:3] == [["."], ["rset"]]


class ReadyMail:
    from_email, to = "a@clinic.example", ["b@example.com"]

    def __init__(self, content: bytes) -> None:
        self.content = content

    def ready(self) -> bytes:
        return self.content


def taken_by(listener: socket.socket, taken: list[bytes]) -> None:
    """As a mail server reads: a point at the beginning of a line was added, and one alone is the end."""
    with listener.accept()[0] as talk, talk.makefile("rb") as lines:
        talk.sendall(b"220 hello\r\n")
        for line in lines:
            talk.sendall(USUAL[line[:4].upper()] + b"\r\n")
            if line[:4].upper() == b"DATA":
                break
        text = iter(lines.readline, b".\r\n")
        taken.append(b"".join(line.removeprefix(b".") for line in text))
        talk.sendall(b"250 taken\r\n")


@pytest.mark.parametrize(
    "content",
    [
        b".first\r\nlast\r\n",
        b"a\r\n.\r\nb\r\n",
        b"a\r\n..\r\n...\r\n.",
        b"no end",
        b"\r\n.\r\n.\r\n\r\n",
        b".",
        b"a.b\r\n",
    ],
)
def test_points_that_begin_lines_arrive_as_they_were_written(content: bytes) -> None:
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=taken_by, args=(listener, taken), daemon=True)
        server.start()
        connection = SmtpBackend(host="127.0.0.1", port=listener.getsockname()[1], timeout=2)
        assert transport.open_connection(connection) is None
        assert transport.send(connection, ReadyMail(content)).outcome == Outcome.ACCEPTED
        server.join(2)
        connection.close()
    assert taken == [content if content.endswith(b"\r\n") else content + b"\r\n"]


def refuses_and_hangs_up(listener: socket.socket) -> None:
    with listener.accept()[0] as talk:
        talk.sendall(b"220 hello\r\n")
        talk.recv(1000)
        talk.sendall(b"250-ok\r\n250 PIPELINING\r\n")
        talk.recv(1000)
        talk.sendall(b"250 ok\r\n550 5.1.1 nobody\r\n354 go on\r\n")
        talk.recv(1000)


def test_a_text_that_was_asked_for_in_vain_says_nothing_of_the_next_mail() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=refuses_and_hangs_up, args=(listener,), daemon=True).start()
        connection = SmtpBackend(host="127.0.0.1", port=listener.getsockname()[1], timeout=2)
        assert transport.open_connection(connection) is None
        outcomes = [transport.send(connection, ReadyMail(b"text\r\n")).outcome for _mail in range(2)]
    assert outcomes == [Outcome.NO_SUCH_ADDRESS, Outcome.CUT_OFF]


def nests_no_mails(listener: socket.socket, greeted: bytes) -> None:
    """As Postfix and Exim: what was begun and is not over stands in the way of the next. The first text is put off."""
    replies, is_open = {**USUAL, **ENDINGS, b"EHLO": greeted}, False
    put_off = iter([b"451 4.7.1 not now"])
    with contextlib.suppress(OSError), listener.accept()[0] as talk, talk.makefile("rb") as lines:
        talk.sendall(b"220 hello\r\n")
        for line in lines:
            word = line.strip()[:4].upper()
            reply = next(put_off, replies[word]) if word == b"DATA" else replies.get(word)
            if word == b"MAIL" and is_open:
                reply = b"503 5.5.1 nested MAIL command"
            is_open = word not in (b"RSET", b".") and (is_open or word == b"MAIL")
            talk.sendall(reply + b"\r\n" if reply else b"")


@pytest.mark.parametrize("greeted", [b"250 ok", b"250-ok\r\n250 PIPELINING"])
def test_a_mail_whose_text_is_not_taken_yet_does_not_stand_in_the_way_of_the_next(greeted: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=nests_no_mails, args=(listener, greeted), daemon=True).start()
        connection = SmtpBackend(host="127.0.0.1", port=listener.getsockname()[1], timeout=2)
        with contextlib.closing(connection):
            assert transport.open_connection(connection) is None
            outcomes = [transport.send(connection, ReadyMail(b"text\r\n")).outcome for _mail in range(2)]
    assert outcomes == [Outcome.LATER, Outcome.ACCEPTED]
