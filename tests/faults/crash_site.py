"""The test's side of `forks`: a site without workers, on tables of its own, where one task at a time runs or dies."""

import json
import signal
import subprocess
import sys
from typing import Any, NamedTuple, Self

import psycopg

from clinic.embedded.privileges import before_exec
from clinic.embedded.processes import ROOT
from tests.faults.outbox import TO_DO
from tests.faults.stack import Stack

DATABASE = "crashes"


class Mail(NamedTuple):
    state: str
    attempts: int
    lease_id: Any
    message_id: str


class CrashSite:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.number = 0
        stack.outbox.ask(f"CREATE DATABASE {DATABASE} TEMPLATE pristine")
        with open(stack.folder.log("forks"), "ab") as log:
            self.forks = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.forks"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=stack.env,
                cwd=ROOT,
                text=True,
                preexec_fn=before_exec(signal.SIGKILL, without_root=False),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.forks.communicate()

    def begin(self) -> None:
        """Nothing left of the test before, and an address that nobody has written to."""
        self.number += 1
        self.who = f"zoe{self.number}@example.com"
        self.ask(f"UPDATE mailings_outgoingemail SET state = 'cancelled' WHERE {TO_DO}; DELETE FROM mailings_channel")
        if self.stack.mail.script:
            self.stack.mail.begin({}, self.stack.seed)

    def do(self, task: str, *arguments: Any, dies: tuple[str, str] | None = None) -> None:
        """Runs it in a process of its own. dies: ("before" or "after", function), where it is killed."""
        order = {"database": DATABASE, "task": task, "arguments": arguments, "failpoint": dies}
        assert self.forks.stdin
        assert self.forks.stdout
        self.forks.stdin.write(json.dumps(order) + "\n")
        self.forks.stdin.flush()
        ended = int(self.forks.stdout.readline())
        assert ended == (-signal.SIGKILL if dies else 0), self.stack.folder.log("forks").read_text()[-3000:]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        url = self.stack.postgres.url.replace("/clinic?", f"/{DATABASE}?")
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def time_passes(self) -> None:
        """An hour, seen from the rows: leases end, and what waited for its next try is due."""
        self.ask(
            """UPDATE mailings_outgoingemail SET lease_until = lease_until - interval '1 hour',
            next_attempt_at = next_attempt_at - interval '1 hour'"""
        )

    def mail(self, address: str = "") -> Mail:
        address = address or self.who
        columns = ", ".join(Mail._fields)
        [found] = self.ask(f"SELECT {columns} FROM mailings_outgoingemail WHERE email = '{address}'")
        return Mail(*found)

    def events(self) -> list[str]:
        """What the ledger says happened, in order."""
        query = "SELECT kind FROM mailings_mailevent WHERE outgoing_id = (SELECT id FROM mailings_outgoingemail"
        return [kind for (kind,) in self.ask(f"{query} WHERE email = '{self.who}') ORDER BY id")]

    def copies(self, address: str = "") -> list[str]:
        """The Message-ID of each that the mail server took."""
        wanted = address or self.who
        return [message_id for message_id, recipient in self.stack.mail.accepted() if recipient == wanted]
