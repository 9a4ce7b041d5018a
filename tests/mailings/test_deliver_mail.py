import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from enquiries.models import Lead
from mailings.actions import note_trouble
from mailings.models import Channel, OutgoingEmail
from tests.embedded.site import free_port
from tests.mail_server import MailServer

ROOT = Path(__file__).parents[2]
State = OutgoingEmail.State


def test_once_sends_all_that_is_due_and_ends(lead: Lead, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("deliver_mail")
    assert [sent.to for sent in mail.outbox] == [[lead.email]]
    assert capsys.readouterr().out == "Nothing waits.\n"


def test_once_says_why_what_waits_is_waiting(lead: Lead, capsys: pytest.CaptureFixture[str]) -> None:
    note_trouble("535 wrong password", Channel.Reason.SIGN_IN)
    call_command("deliver_mail")
    said = capsys.readouterr().out
    assert said.startswith("Waiting: 1.")
    assert "535 wrong password" in said
    assert not mail.outbox


def test_once_says_that_the_database_is_away(lead: Lead) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse), pytest.raises(CommandError, match="database is away"):
        call_command("deliver_mail")


def test_it_leaves_the_signals_as_they_were(lead: Lead) -> None:
    before = signal.getsignal(signal.SIGTERM)
    call_command("deliver_mail")
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_signal_ends_it_after_the_mail_in_hand(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("zoe", "sam", "kim"):
        ask(email=f"{name}@example.com")
    backend = type(mail.get_connection())
    real = backend.send_messages

    def send_and_signal(self: Any, messages: Any) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        return real(self, messages)

    monkeypatch.setattr(backend, "send_messages", send_and_signal)
    call_command("deliver_mail")
    assert len(mail.outbox) == 1
    assert OutgoingEmail.objects.filter(state=State.SENT).count() == 1
    assert OutgoingEmail.objects.filter(state=State.QUEUED, lease_until=None, attempts=0).count() == 2


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def start(transactional_db: None, first_content: None, server: MailServer) -> Iterator[Callable[..., Any]]:
    """The real command, with a mail server and no Redis."""
    with ExitStack() as started:

        def run(**changes: str) -> subprocess.Popen[str]:
            command = [sys.executable, str(ROOT / "manage.py"), "deliver_mail", "--forever"]
            env = {**os.environ, **no_redis(server), **changes}
            process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            started.enter_context(process)
            started.callback(process.kill)
            assert process.stdout
            assert process.stdout.readline().startswith("Sending what is due")
            return process

        yield run


def no_redis(server: MailServer) -> dict[str, str]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        "DATABASE_URL": database.geturl(),
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
        "EMAIL_URL": server.url,
        # Only its shorter times matter here.
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "PYTHONPATH": str(ROOT),
    }


def ends_when_asked(process: subprocess.Popen[str]) -> bool:
    process.send_signal(signal.SIGTERM)
    return process.wait(10) == 0


def test_with_redis_gone_for_good_everything_is_sent(ask: Any, start: Any, server: MailServer) -> None:
    process = start()
    ask()
    ask(email="sam@example.com")
    assert len(server.wait_for("zoe@example.com", seconds=30)) == len(server.wait_for("sam@example.com")) == 1
    assert ends_when_asked(process)
    assert not OutgoingEmail.objects.exclude(state=State.SENT).exists()


def cut_connections() -> int:
    """As a restart of Postgres does, once there is one to cut; how many there were."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            if cursor.rowcount:
                return cursor.rowcount
        time.sleep(0.1)
    return 0


def test_it_goes_on_after_the_database_was_away(ask: Any, start: Any, server: MailServer) -> None:
    process = start()
    assert cut_connections()
    ask()
    server.wait_for("zoe@example.com", seconds=30)
    assert ends_when_asked(process)


def test_it_waits_for_a_database_that_is_not_there_yet(start: Any) -> None:
    process = start(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert "database is away" in process.stdout.readline()
    assert process.poll() is None
    assert ends_when_asked(process)
