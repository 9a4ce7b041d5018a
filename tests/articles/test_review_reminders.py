from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.actions import approve, withdraw
from articles.models import Article, Reviewer
from clinic.tasks import remind_of_reviews
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail

ALERT = "alerts@clinic.example"


@pytest.fixture
def reviewed(article: Article, reviewer: Reviewer, settings: Any) -> Article:
    settings.STAFF_ALERT_EMAIL = ALERT
    assert article.live_revision
    approve(revision=article.live_revision, by=reviewer.account)
    article.refresh_from_db()
    return article


def due_in(article: Article, days: int) -> None:
    today = ClinicProfile.objects.current().today()
    Article.objects.filter(pk=article.pk).update(review_due_on=today + timedelta(days=days))


def addresses() -> list[str]:
    return sorted(OutgoingEmail.objects.filter(kind="review_due").values_list("email", flat=True))


@pytest.mark.parametrize(("days", "mails"), [(61, 0), (60, 1), (59, 1), (30, 1), (1, 1), (0, 2), (-3, 2)])
def test_a_reminder_goes_out_once_for_each_of_its_days(reviewed: Article, days: int, mails: int) -> None:
    due_in(reviewed, days)
    remind_of_reviews()
    remind_of_reviews()
    assert len(addresses()) == mails
    assert set(addresses()) <= {"zoe@clinic.example", ALERT}


def test_from_the_first_day_to_the_last_there_are_three(reviewed: Article, time_machine: Any) -> None:
    now = timezone.now()
    due_in(reviewed, 70)
    for day in range(0, 80, 5):
        time_machine.move_to(now + timedelta(days=day))
        remind_of_reviews()
    assert addresses() == [ALERT, "zoe@clinic.example", "zoe@clinic.example", "zoe@clinic.example"]


def test_who_left_is_written_to_no_more(reviewed: Article, reviewer: Reviewer) -> None:
    assert reviewer.account
    reviewer.account.is_active = False
    reviewer.account.save()
    due_in(reviewed, 30)
    remind_of_reviews()
    assert addresses() == [ALERT]


def test_the_mail_names_the_article_and_leads_to_it(reviewed: Article, deliver: Any, mailoutbox: list[Any]) -> None:
    due_in(reviewed, 30)
    remind_of_reviews()
    deliver()
    (mail,) = mailoutbox
    assert str(reviewed) in mail.body
    assert f"/admin/articles/article/{reviewed.pk}/change/" in mail.body


@pytest.mark.parametrize("meanwhile", ["reviewed", "withdrawn"])
def test_nobody_is_reminded_of_what_is_done(
    reviewed: Article,
    reviewer: Reviewer,
    staff: Any,
    deliver: Any,
    mailoutbox: list[Any],
    meanwhile: str,
) -> None:
    due_in(reviewed, 30)
    remind_of_reviews()
    if meanwhile == "reviewed":
        approve(revision=reviewed.live_revision, by=reviewer.account)
    else:
        withdraw(article=reviewed, by=staff, reason="It is wrong")
    deliver()
    assert mailoutbox == []
