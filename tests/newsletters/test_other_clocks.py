"""The clinic's clock becomes another one while something is set for a moment to come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from articles.actions import publish, release, withdraw
from articles.models import Article
from clinic.models import StaffUser
from foundation.models import ClinicProfile
from newsletters import actions
from newsletters.models import Newsletter, Subscriber
from tests.articles.shown import saved as revised
from tests.browser_posts import untouched
from tests.newsletters.conftest import SUBJECT, approve, articles_of

PROFILE = "/admin/foundation/clinicprofile/1/change/"
NOW = datetime(2199, 1, 10, 12, tzinfo=UTC)
AT = datetime(2199, 1, 15, 14, tzinfo=UTC)
KEEPS_IT = "What is set for a moment keeps it, and by the new clock shows another time."


@pytest.fixture
def clock(first_content: None) -> Any:
    ClinicProfile.objects.update(time_zone="America/New_York")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def scheduled(clock: Any, draft: Newsletter, sender: StaffUser, join: Callable[..., Subscriber]) -> Newsletter:
    join("anna@example.org")
    found = approve(draft, sender)
    return actions.launch(newsletter=found, sha256=found.frozen_sha256, by=sender, at=AT)


def saved(client: Client, **typed: str) -> str:
    answer = client.post(PROFILE, {**untouched(client.get(PROFILE), "clinicprofile_form"), **typed}, follow=True)
    assert answer.status_code == 200
    return str(answer.text)


def test_what_is_set_for_a_moment_stays_there_and_the_page_says_what_it_is_called_now(
    scheduled: Newsletter, desk: Client, staff: Any
) -> None:
    leaving = articles_of(scheduled)[0]
    withdraw(article=leaving, by=staff, reason="A newer one comes", at=AT)
    text = saved(desk, time_zone="Asia/Tokyo")
    assert KEEPS_IT in text
    when = "Jan. 15, 2199, 11 p.m. (before: Jan. 15, 2199, 9 a.m.)."
    assert escape(f"“{SUBJECT}” goes out on {when}") in text
    assert escape(f"“{leaving}” is withdrawn on {when}") in text
    scheduled.refresh_from_db()
    assert scheduled.scheduled_for == AT
    assert actions.begin_due(NOW) == 0


def test_an_article_that_is_to_come_is_among_them(clock: Any, desk: Client, staff: Any) -> None:
    article = Article.objects.published().order_by("slug")[0]
    made = Article.objects.create(slug="a-draft")
    revision = revised(made, staff, **article.content)
    release(revision=revision, by=staff, reason="Why not")
    publish(revision=revision, by=staff, at=AT)
    assert escape(f"“{Article.objects.get(pk=made.pk)}” is published on Jan. 15, 2199, 11 p.m.") in saved(
        desk, time_zone="Asia/Tokyo"
    )


def test_what_waits_for_somebody_since_its_time_is_over_is_not_said_to_go_out(
    scheduled: Newsletter, desk: Client, staff: Any
) -> None:
    withdraw(article=articles_of(scheduled)[0], by=staff, reason="A newer one comes", at=AT)
    Newsletter.objects.update(scheduled_for=NOW - timedelta(hours=3))
    text = saved(desk, time_zone="Asia/Tokyo")
    assert KEEPS_IT in text
    assert "goes out on" not in text


def test_where_no_clock_shows_another_time_nothing_is_said(scheduled: Newsletter, desk: Client) -> None:
    assert KEEPS_IT not in saved(desk, tagline="Where questions are answered")
    assert KEEPS_IT not in saved(desk, time_zone="America/Toronto")
