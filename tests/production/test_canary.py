import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.embedded.speech import say
from foundation.tokens import make_token
from tests.faults.stack import Stack
from tests.production.canaries import ADDRESS, CANARIES, PASSWORD, TYPED, Browser, Listener, hits

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]
UNHEARD = "broker cannot be reached"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path / "site", seed=1, workers=1) as stack:
        stack.begin()
        yield stack


def visit(stack: Stack, browser: Browser) -> list[str]:
    """Everything a visitor can do right and wrong; returns the tokens that were mailed."""
    assert browser.post("/information-packet/", TYPED)[0] == 303
    assert browser.post("/information-packet/", {**TYPED, "email": "not-an-address-canary", "name": ""})[0] == 422
    assert browser.post("/information-packet/", {**TYPED, "name": "www.canary.example"})[0] == 303
    assert browser.post("/information-packet/", {**TYPED, "message": "canary\0"})[0] == 400
    assert browser.post("/information-packet/", {**TYPED, "message": "canary" * 20_000})[0] == 413
    assert browser.post("/information-packet/", TYPED, Origin="https://canary.example")[0] == 403
    assert browser.post("/newsletter/", {"email": f"other-{ADDRESS}", "consent": "on"})[0] == 303
    assert browser.get("/research/search/?q=canary+O%27Brien&utm_source=canary")[0] == 200
    assert browser.get("/research/canary/")[0] == 404
    assert browser.get("/canary/zebracanary@example.com/")[0] == 404
    assert browser.get("/", Host="canary.example")[0] == 400
    assert browser.post("/webhooks/mailgun/", {"signature": "canary", "recipient": ADDRESS})[0] >= 400
    tokens = mailed_tokens(stack)
    for place, token in tokens.items():
        assert browser.get(f"/{place}/{token}/")[0] == 200
        browser.post(f"/{place}/{token}/", {})
    return list(tokens.values())


def mailed_tokens(stack: Stack) -> dict[str, str]:
    [[delivery, outgoing]] = stack.outbox.ask(
        """SELECT delivery.uuid, mail.uuid FROM enquiries_packetdelivery AS delivery
        JOIN mailings_outgoingemail AS mail ON mail.id = delivery.outgoing_id"""
    )
    [[subscriber]] = stack.outbox.ask("SELECT uuid FROM mailings_subscriber WHERE email LIKE 'other-%%'")
    [[confirmation]] = stack.outbox.ask(
        "SELECT uuid FROM mailings_outgoingemail WHERE kind = 'newsletter_confirm' AND email LIKE 'other-%%'"
    )
    return {
        "packet": make_token("packet", delivery),
        "newsletter/confirm": make_token("confirm", confirmation),
        "newsletter/unsubscribe": make_token("unsubscribe", subscriber),
        "not-me": make_token("not-me", outgoing),
    }


def work(stack: Stack, browser: Browser) -> None:
    """What staff type, beginning with their own passwords."""
    for address in (ADDRESS, "staff@clinic.example"):
        browser.fill_in("/admin/", "login-form", {"username": address, "password": PASSWORD})
    assert browser.get("/admin/enquiries/lead/?q=zebracanary")[0] == 200
    [[lead]] = stack.outbox.ask("SELECT id FROM enquiries_lead")
    page = f"/admin/enquiries/lead/{lead}/change/"
    assert "Quaggacanary" in browser.get(page)[1]
    token = {"csrfmiddlewaretoken": browser.cookies["csrf"].value}
    for verb, fields in {
        "note": {"text": "She rang: gnucanary."},
        "correct-address": {"name": "Quaggacanary", "email": f"new-{ADDRESS}", "phone": TYPED["phone"]},
    }.items():
        browser.post(
            f"/admin/enquiries/lead/{lead}/{verb}/", {**token, **fields}, Referer=f"http://127.0.0.1:{stack.port}/"
        )
    assert browser.get("/admin/enquiries/lead/?q=canary%00")[0] == 400
    assert browser.get("/admin/mailings/outgoingemail/?q=zebracanary")[0] == 200


def break_things(stack: Stack, browser: Browser) -> None:
    """Each of the servers away in turn, with people at the forms."""
    stack.proxy.refuse()
    assert browser.post("/information-packet/", {**TYPED, "email": f"second-{ADDRESS}"})[0] == 303
    # The doorbell is rung by a thread of its own, for which nobody waits but us.
    stack.wait_until(lambda: UNHEARD in "".join(logs_of(stack)), 30)
    stack.proxy.forward()
    stack.kept["postgres"].stop()
    assert browser.post("/information-packet/", TYPED)[0] == 503
    browser.get("/admin/enquiries/lead/?q=zebracanary")
    stack.kept["postgres"].start()
    stack.wait_until(stack.postgres.answers, 30)
    stack.mail.stop()
    assert browser.post("/information-packet/", {**TYPED, "email": f"third-{ADDRESS}"})[0] == 303
    stack.pause(3)
    stack.mail.begin({"550": 1}, 1)
    stack.wait_until_sent(60)


def test_nobody_stands_in_a_log_in_a_task_in_redis_or_in_an_address(stack: Stack) -> None:
    staff = {**stack.env, "ADMIN_EMAIL": "staff@clinic.example", "ADMIN_PASSWORD": PASSWORD}
    stack.finish(type(stack.site)(stack.folder, staff, dev=False).preparation("create_first_staff"))
    browser = Browser(stack.port)
    with Listener(stack.valkey.socket) as redis:
        tokens = visit(stack, browser)
        work(stack, browser)
        break_things(stack, browser)
        held = redis.held()
    logs = logs_of(stack)
    found = {
        "logs": [line for line in logs if hits(line, tokens)],
        "tasks and Redis": [text for text in itertools.chain(redis.commands, held) if hits(text, tokens)],
        "addresses": [address for address in browser.addresses if hits(without_search(address), [])],
    }
    say(
        f"{browser.requests} requests, {len(logs)} log lines, {len(redis.commands)} Redis commands, {len(held)} keys, "
        f"{len(browser.addresses)} addresses, {len(CANARIES) + len(tokens)} canaries: "
        + ", ".join(f"{len(hits)} hits in {where}" for where, hits in found.items())
    )
    assert found == {"logs": [], "tasks and Redis": [], "addresses": []}
    assert_they_were_looked_for(logs, redis.commands)


def logs_of(stack: Stack) -> list[str]:
    return [line for log in stack.folder.logs.glob("*.log") for line in log.read_text().splitlines()]


def without_search(address: str) -> str:
    """What somebody looked for stands in the address of what was found; a tel: or mailto: is asked of no server."""
    return "" if address.startswith(("tel:", "mailto:")) else re.sub(r"\bq(=|%3D)[^&]*", "", address)


def assert_they_were_looked_for(logs: list[str], commands: list[str]) -> None:
    lines = [json.loads(line) for line in logs if line.startswith("{")]
    assert {"packet/<str:token>/", "newsletter/confirm/<str:token>/"} <= {line.get("route") for line in lines}
    told = " ".join(line["message"] for line in lines)
    assert UNHEARD in told
    assert "could not be stored" in told or "database cannot do it" in told
    assert any("mailings.deliver_mail" in command for command in commands)
