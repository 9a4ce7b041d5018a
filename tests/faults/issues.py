"""The test's side of an issue of the newsletter that goes out: its account, and whoever pauses, cancels or leaves."""

import http.client
import json
import time
import urllib.parse
from collections import Counter
from typing import Any

from tests import browser_posts
from tests.faults.stack import CHILDREN, Stack

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"})


class Issue:
    """Under way when it is made."""

    def __init__(self, stack: Stack, addresses: list[str]) -> None:
        self.stack, self.addresses = stack, addresses
        file = stack.folder.path / "issue.json"
        file.write_text(json.dumps(addresses))
        stack.finish(stack.site._python("launch", "tests.faults.launch", str(file)))
        facts: dict[str, Any] = json.loads(file.read_text())
        self.mailing, self.cookies, self.ways_out = facts["mailing"], facts["cookies"], facts["ways_out"]
        self.page = f"/admin/newsletters/newsletter/{facts['number']}/"
        self.number = facts["number"]

    # -- what became of it

    def states(self) -> dict[str, str]:
        """By address."""
        query = "SELECT email, state FROM mailings_outgoingemail WHERE mailing_id = %s ORDER BY id"
        return dict(self.stack.outbox.ask(query, self.mailing))  # type: ignore[arg-type]

    def account(self) -> dict[str, int]:
        query = "SELECT state, count(*) FROM mailings_outgoingemail WHERE mailing_id = %s GROUP BY state"
        return dict(self.stack.outbox.ask(query, self.mailing))  # type: ignore[arg-type]

    def state(self) -> str:
        return self.stack.outbox.one("SELECT state FROM newsletters_newsletter WHERE id = %s", self.number)

    def is_over(self) -> bool:
        return self.state() == "sent"

    def wait_until_over(self, seconds: float) -> None:
        """Nothing may be killed any more."""

        def is_over_at_last() -> bool:
            self.stack.let_go_of_the_killed()
            return self.is_over()

        self.stack.wait_until(is_over_at_last, seconds)

    def copies(self) -> Counter[str]:
        """By address, how often the mail server took it."""
        wanted = set(self.addresses)
        return Counter(address for _name, address in self.stack.mail.accepted() if address in wanted)

    # -- what people do

    def press(self, verb: str) -> None:
        """A button of its page, as a browser does it."""
        page, answer = self._ask("GET", f"{self.page}change/")
        token = "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or [])
        self.cookies = "; ".join(filter(None, [self.cookies, token]))
        posted = browser_posts.untouched(page, f"{verb}_form")
        _page, answer = self._ask("POST", f"{self.page}{verb}/", urllib.parse.urlencode(posted))
        assert answer.status == 302, (verb, answer.status)

    def _ask(self, method: str, path: str, body: str = "") -> tuple[str, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=60)
        connection.request(method, path, body or None, {**FORM, "Cookie": self.cookies})
        answer = connection.getresponse()
        page = answer.read().decode()
        connection.close()
        return page, answer

    def leave(self, address: str) -> float:
        """Through the mail program's own button; when it was answered, in unix time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=60)
        connection.request("POST", self.ways_out[address], ONE_CLICK, FORM)
        status = connection.getresponse().status
        connection.close()
        assert status == 200, status
        return time.time()

    @property
    def senders(self) -> int:
        """So many mails are on the wire at once, at most."""
        return len(self.stack.workers) * CHILDREN


def check_account(issue: Issue, **expected: int) -> dict[str, int]:
    """Each recipient stands in one place, and what the account says of them is what the mail server saw."""
    states, copies = issue.states(), issue.copies()
    assert sorted(states) == sorted(issue.addresses)
    assert max(copies.values(), default=0) <= 1
    assert {address for address, state in states.items() if state == "sent"} <= set(copies)
    assert all(states[address] in ("sent", "uncertain") for address in copies)
    account = issue.account()
    assert {state: account.get(state, 0) for state in expected} == expected
    return account
