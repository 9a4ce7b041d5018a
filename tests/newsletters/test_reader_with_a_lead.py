from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.utils.html import escape

from enquiries.models import Lead, LeadEvent
from newsletters.actions import begin_due_digest
from newsletters.models import Newsletter, Subscriber
from tests.conftest import ADDRESS
from tests.newsletters.conftest import SUBJECT, dated
from tests.newsletters.readers import new_reader, path_of

HEADING = "Newsletters to this person"


def page(desk: Client, lead: Lead) -> str:
    return desk.get(f"/admin/enquiries/lead/{lead.pk}/change/").text


def test_the_page_of_a_lead_shows_the_issues_they_got(
    desk: Client, lead: Lead, under_way: Callable[[], Newsletter], join: Any, deliver: Callable[[], None]
) -> None:
    assert HEADING not in page(desk, lead)
    join(ADDRESS)
    join("another@example.org")
    newsletter = under_way()
    deliver()
    shown = page(desk, lead)
    assert HEADING in shown
    assert shown.count(f'<a href="/admin/newsletters/newsletter/{newsletter.pk}/change/">{escape(SUBJECT)}</a>') == 1


def test_the_page_of_a_lead_shows_the_monthly_mails_they_got(
    desk: Client, lead: Lead, under_way: Callable[[], Newsletter], join: Any, deliver: Callable[[], None]
) -> None:
    join(ADDRESS, rhythm=Subscriber.Rhythm.MONTHLY)
    join("another@example.org")
    under_way()
    dated(datetime(2025, 10, 20, 12, tzinfo=UTC), datetime(2025, 10, 20, 12, tzinfo=UTC))
    assert HEADING not in page(desk, lead)
    assert begin_due_digest(datetime(2025, 11, 5, 18, tzinfo=UTC))
    deliver()
    shown = page(desk, lead)
    assert HEADING in shown
    assert shown.count('<a href="/admin/newsletters/newsletter/digests/">Monthly e-mail about October 2025</a>') == 1


def test_years_of_newsletters_do_not_hide_the_other_mails_of_a_lead(
    desk: Client, lead: Lead, under_way: Callable[[], Newsletter], join: Any, deliver: Callable[[], None]
) -> None:
    join(ADDRESS)
    under_way()
    deliver()
    kinds = {mail.kind for mail in desk.get(f"/admin/enquiries/lead/{lead.pk}/change/").context["mails"]}
    assert "packet" in kinds
    assert "newsletter" not in kinds


def test_whoever_leaves_the_list_stays_the_lead_they_were(
    client: Client, lead: Lead, django_capture_on_commit_callbacks: Any
) -> None:
    reader = new_reader(ADDRESS)
    before = Lead.objects.values().get()
    moves = LeadEvent.objects.filter(kind="stage").count()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(path_of("unsubscribe", reader)).status_code in (200, 302, 303)
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    after = Lead.objects.values().get()
    assert {name: after[name] for name in FIELDS} == {name: before[name] for name in FIELDS}
    assert LeadEvent.objects.filter(kind="stage").count() == moves


FIELDS = ("stage", "next_action", "next_action_on", "owner_id", "closed_reason", "version")
