import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import JobTick
from clinic.requests import count
from enquiries.models import Enquiry
from mailings.actions import note_trouble, suppress
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.results import finish

State = OutgoingEmail.State


def numbers(client: Client) -> dict[str, float]:
    lines = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _space, value in (line.rpartition(" ") for line in lines)}


def of_the_site(found: dict[str, float]) -> dict[str, float]:
    """Without what this process counts of its own since it began."""
    return {name: value for name, value in found.items() if not name.startswith("clinic_request")}


def test_a_quiet_site_says_so_with_zeros(client: Client, db: None) -> None:
    response = client.get("/metrics")
    assert response["Content-Type"].startswith("text/plain; version=")
    assert response["Cache-Control"] == "no-store"
    assert set(of_the_site(numbers(client)).values()) == {0.0}
    assert "# HELP clinic_outbox_oldest_due_seconds" in response.text


def test_what_waits_is_counted_by_state_and_kind(client: Client, ask: Callable[..., Any]) -> None:
    ask(consent_newsletter="on")
    ask(email="other@example.com")
    ask(email="spam@example.com", name="www.spam.example")
    mail = OutgoingEmail.objects.get(kind="packet", email="other@example.com")
    finish(mail, State.UNCERTAIN, "cut off")
    suppress(address="zoe@example.com", reason=Suppression.Reason.COMPLAINT)
    note_trouble("535", "sign_in")
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        found = numbers(client)
    assert found['clinic_outbox_mails{kind="packet",state="queued"}'] == 1
    assert found['clinic_outbox_mails{kind="newsletter_confirm",state="queued"}'] == 1
    assert 600 <= found["clinic_outbox_oldest_due_seconds"] < 660
    assert found["clinic_outbox_uncertain_mails"] == 1
    assert found["clinic_mail_channel_paused"] == 1
    assert found["clinic_mail_channel_failures"] == 1
    assert found["clinic_held_enquiries"] == 1
    assert found['clinic_suppressed_addresses{reason="complaint"}'] == 1
    assert found['clinic_suppressed_addresses{reason="hard_bounce"}'] == 0


def test_a_mail_that_is_tried_later_is_not_overdue(client: Client, lead: Any) -> None:
    OutgoingEmail.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
    assert numbers(client)["clinic_outbox_oldest_due_seconds"] == 0


def test_each_request_is_counted_under_its_route(client: Client, first_content: None) -> None:
    page = 'clinic_requests_total{method="GET",route="research/<slug:slug>/",status="404"}'
    nowhere = 'clinic_requests_total{method="other",route="none",status="404"}'
    took = 'clinic_request_seconds_count{route="research/<slug:slug>/"}'
    before = numbers(client)
    client.get("/research/no-such-article/")
    client.get("/research/nor-this/")
    client.generic("BREW", "/coffee/")
    after = numbers(client)
    assert [after[name] - before.get(name, 0) for name in (page, nowhere, took)] == [2, 1, 2]
    assert not [name for name in after if "/metrics" in name]


def test_the_first_failure_is_an_increase(client: Client, db: None) -> None:
    before = numbers(client)["clinic_requests_failed_total"]
    for status in (200, 404, 499, 500, 503):
        count("GET", "of-a-test/", status, 0.1)
    assert numbers(client)["clinic_requests_failed_total"] - before == 2


def test_the_last_day_is_told_by_form_and_by_result(client: Client, ask: Callable[..., Any]) -> None:
    ask()
    ask(email="spam@example.com", name="www.spam.example")
    finish(OutgoingEmail.objects.get(kind="packet", email="zoe@example.com"), State.SENT, "250 ok")
    found = numbers(client)
    assert found['clinic_enquiries_24h{form="packet",verdict="accepted"}'] == 1
    assert found['clinic_enquiries_24h{form="packet",verdict="held"}'] == 1
    assert (found['clinic_mail_results_24h{result="sent"}'], found['clinic_mail_results_24h{result="failed"}']) == (
        1,
        0,
    )
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        later = numbers(client)
    assert not [name for name in later if "enquiries_24h" in name]
    assert later['clinic_mail_results_24h{result="sent"}'] == 0


def test_a_job_that_stopped_ticking_is_seen(client: Client, db: None) -> None:
    JobTick.objects.create(job="deliver-mail", ticked_at=timezone.now() - timedelta(minutes=5))
    assert 300 <= numbers(client)['clinic_job_last_tick_seconds{job="deliver-mail"}'] < 330


def test_nobody_is_named(client: Client, ask: Callable[..., Any]) -> None:
    ask(name="Canary", email="canary@example.com")
    finish(OutgoingEmail.objects.get(kind="packet"), State.FAILED, "550 canary@example.com unknown")
    assert "canary" not in client.get("/metrics").text.lower()


@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "10.1.2.3", "172.20.0.5", "192.168.1.9", "::1", "fd00::1", "::ffff:10.0.0.1"]
)
def test_loopback_and_private_networks_may_ask(client: Client, db: None, peer: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize("peer", ["203.0.113.9", "8.8.8.8", "172.32.0.1", "2001:db8::1", "", "nonsense"])
def test_for_everybody_else_there_is_nothing(client: Client, db: None, peer: str) -> None:
    response = client.get("/metrics", REMOTE_ADDR=peer)
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"
    assert "clinic_" not in response.text


def test_behind_a_proxy_it_is_the_client_who_counts(client: Client, db: None, settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1

    def status(forwarded: str) -> int:
        return client.get("/metrics", REMOTE_ADDR="10.0.0.2", headers={"X-Forwarded-For": forwarded}).status_code

    assert status("203.0.113.9") == 404
    assert status("127.0.0.1, 203.0.113.9") == 404
    assert status("10.0.0.7") == 200


def test_it_comes_before_host_check_and_redirect(client: Client, db: None, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/metrics", headers={"Host": "10.0.0.5:8000"}).status_code == 200


def test_without_a_database_it_says_so(client: Client) -> None:
    response = client.get("/metrics")
    assert response.status_code == 503
    assert response.text == "database unreachable\n"


def test_fifty_mails_need_no_more_queries_than_one(client: Client, lead: Any) -> None:
    with CaptureQueriesContext(connection) as one:
        client.get("/metrics")
    for number in range(49):
        fields = {"email": f"zoe{number}@example.com", "dedupe_key": str(number), "message_id": f"<{number}@x>"}
        OutgoingEmail.objects.create(kind="packet", **fields)
    with CaptureQueriesContext(connection) as fifty:
        assert numbers(client)['clinic_outbox_mails{kind="packet",state="queued"}'] == 50
    assert len(fifty) == len(one)


@pytest.fixture
def years(lead: Any) -> None:
    """A history of which the last day is a small part, and of which the planner knows."""
    times = [timezone.now() - timedelta(hours=number) for number in range(3000)]
    held = {"form": "packet", "verdict": "held", "held_reason": "links", "fields": {}}
    Enquiry.objects.bulk_create([Enquiry(email=f"{at.timestamp()}@x.example", received_at=at, **held) for at in times])
    MailEvent.objects.bulk_create([MailEvent(kind="sent", at=at) for at in times])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE enquiries_enquiry; ANALYZE mailings_mailevent")


@pytest.mark.parametrize("table", ["enquiries_enquiry", "mailings_mailevent"])
def test_a_day_is_found_by_an_index(client: Client, years: None, table: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/metrics")
    [question] = [query["sql"] for query in asked.captured_queries if table in query["sql"] and " >= " in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {question}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert re.search(r"(enquiry|mailevent)_newest", plan), plan


def test_no_scrape_reads_the_whole_ledger(client: Client, lead: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/metrics")
    questions = [query["sql"] for query in asked.captured_queries if "mailings_outgoingemail" in query["sql"]]
    assert len(questions) == 3
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for question in questions:
            cursor.execute(f"EXPLAIN {question}")
            plan = " ".join(row[0] for row in cursor.fetchall())
            assert re.search(r"outgoingemail_(next|waiting|stopped|did_not_arrive)", plan), plan
