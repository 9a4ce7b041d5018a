import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import time_machine
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from clinic.models import StaffUser
from foundation.models import ClinicProfile
from mailings.models import MailEvent, OutgoingEmail
from newsletters import actions
from newsletters.models import Newsletter, Subscriber, SubscriberChange
from tests.newsletters.readers import new_reader
from tests.newsletters.test_issue_pages import HOME, browser_of
from tests.newsletters.test_issue_pauses_by_itself import report

Join = Callable[..., Subscriber]
SUBSCRIBERS = "/admin/newsletters/subscriber/numbers/"
COLUMNS = ["people", "sent", "failed", "bounced", "cancelled", "uncertain", "waiting", "complained", "left"]


def in_file(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff"))))


def by_domain(client: Client, newsletter: Newsletter) -> dict[str, dict[str, int]]:
    """What is more than nothing, of each row."""
    _headings, *rows, _total = in_file(client.get(f"{HOME}{newsletter.pk}/numbers/by-domain.csv"))
    return {name: {word: int(n) for word, n in zip(COLUMNS, row, strict=True) if int(n)} for name, *row in rows}


def mail_to(address: str) -> OutgoingEmail:
    return OutgoingEmail.objects.get(email=address, kind="newsletter")


def test_an_issue_is_counted_by_domain_and_small_domains_as_one(
    under_way: Callable[[], Newsletter], join: Join, deliver: Callable[[], None], desk: Client, sender: StaffUser
) -> None:
    for number in range(12):
        join(f"reader{number}@big.example")
    for number in range(9):
        join(f"reader{number}@small.example")
    *_others, last = [join(f"reader{number}@smaller.example") for number in range(3)]
    newsletter = under_way()
    deliver()
    report(mail_to("reader0@big.example"), MailEvent.Kind.BOUNCED, is_permanent=False, meaning="full")
    report(mail_to("reader1@big.example"), MailEvent.Kind.COMPLAINED)
    OutgoingEmail.objects.filter(pk=mail_to("reader2@big.example").pk).update(state="failed")
    actions.unsubscribe(subscriber=last.uuid)
    assert by_domain(desk, newsletter) == {
        "big.example": {"people": 12, "sent": 10, "failed": 1, "bounced": 1, "complained": 1, "left": 1},
        "other": {"people": 12, "sent": 12, "left": 1},
    }
    page = browser_of(sender).get(f"{HOME}{newsletter.pk}/numbers/")
    assert "small" not in page.text.split('id="content-main"')[1]
    for shown in (page, desk.get(SUBSCRIBERS)):
        assert all(part in shown.text for part in ("<svg", "<table", ".csv"))
    assert "83.3 % sent" in page.text
    assert f"{HOME}{newsletter.pk}/numbers/" in browser_of(sender).get(f"{HOME}{newsletter.pk}/change/").text


def test_one_person_at_a_domain_of_their_own_is_not_told_by_being_what_is_left_over(
    under_way: Callable[[], Newsletter], join: Join, deliver: Callable[[], None], desk: Client
) -> None:
    for number in range(11):
        join(f"reader{number}@big.example")
    for number in range(10):
        join(f"reader{number}@ten.example")
    join("zoe@alone.example")
    newsletter = under_way()
    deliver()
    assert by_domain(desk, newsletter) == {
        "big.example": {"people": 11, "sent": 11},
        "other": {"people": 11, "sent": 11},
    }


def test_whoever_left_before_it_or_long_after_it_did_not_leave_because_of_it(
    under_way: Callable[[], Newsletter], join: Join, deliver: Callable[[], None], desk: Client
) -> None:
    for number in range(10):
        join(f"reader{number}@big.example")
    newsletter = under_way()
    before = Subscriber.objects.get(email="reader0@big.example")
    actions.unsubscribe(subscriber=before.uuid)
    deliver()
    later = Subscriber.objects.get(email="reader1@big.example")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        actions.unsubscribe(subscriber=later.uuid)
    assert by_domain(desk, newsletter) == {"big.example": {"people": 10, "sent": 9, "cancelled": 1}}


def test_an_issue_that_has_not_begun_has_no_numbers_and_its_page_names_none(draft: Newsletter, desk: Client) -> None:
    page = f"{HOME}{draft.pk}/"
    assert desk.get(f"{page}numbers/")["Location"] == f"{page}change/"
    assert f"{page}numbers/" not in desk.get(f"{page}change/").text
    assert by_domain(desk, draft) == {}


def test_who_sees_no_person_sees_what_became_of_an_issue_and_not_who_is_on_the_list(
    under_way: Callable[[], Newsletter], join: Join, writer: StaffUser
) -> None:
    join("anna@example.org")
    editor, newsletter = browser_of(writer), under_way()
    assert editor.get(f"{HOME}{newsletter.pk}/numbers/").status_code == 200
    assert editor.get(SUBSCRIBERS).status_code == 403
    assert editor.get(f"{SUBSCRIBERS}subscribers.csv").status_code == 403


def weeks(client: Client, first: str, last: str) -> list[list[int]]:
    """Joined, left, and how many there were in the end; the total last."""
    _headings, *rows = in_file(client.get(f"{SUBSCRIBERS}subscribers.csv", {"from": first, "to": last}))
    return [[int(number) for number in row[2:]] for row in rows]


def changed(kind: str) -> int:
    return sum(SubscriberChange.objects.filter(kind=kind).values_list("number", flat=True))


def test_subscribers_are_counted_week_by_week_by_the_clinics_clock(desk: Client, join: Join) -> None:
    ClinicProfile.objects.update(time_zone="Europe/Berlin")
    for day in ("2026-03-01T22:59", "2026-03-01T23:01", "2026-03-10T12:00"):
        with time_machine.travel(at(day)):
            join(f"reader{day[-5:-3]}@example.org", confirmed_at=at(day))
    assert weeks(desk, "2026-03-02", "2026-03-15") == [[1, 0, 2], [1, 0, 3], [2, 0, 3]]


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def test_whoever_leaves_is_forgotten_or_erased_stays_counted_and_is_counted_once(
    first_content: None, desk: Client
) -> None:
    today = ClinicProfile.objects.current().today().isoformat()
    left, gone = new_reader("left@example.org"), new_reader("gone@example.org")
    new_reader("stays@example.org")
    for _twice in range(2):
        actions.unsubscribe(subscriber=left.uuid)
    actions.erase_subscriber(subscriber=gone.uuid)
    assert Subscriber.objects.filter(email="gone@example.org").count() == 0
    left.refresh_from_db()
    left.delete()
    assert weeks(desk, today, today)[-1] == [3, 2, 1]
    page = desk.get(SUBSCRIBERS)
    assert "Joined, upwards <strong>3</strong>" in page.text
    assert "Left, downwards <strong>2</strong>" in page.text


def test_a_change_names_nobody_and_no_moment(first_content: None) -> None:
    new_reader("anna@example.org")
    [change] = SubscriberChange.objects.all()
    assert {field.name for field in SubscriberChange._meta.get_fields()} == {"id", "kind", "number", "at"}
    assert (change.at.minute % 15, change.at.second, change.at.microsecond) == (0, 0, 0)


def test_who_came_and_went_before_there_was_a_count_is_counted_as_far_as_it_is_known(join: Join) -> None:
    for name in ("a", "b"):
        join(f"{name}@example.org")
    join("left@example.org", state=Subscriber.State.UNSUBSCRIBED, unsubscribed_at=at("2026-03-10T12:00"))
    join("again@example.org", state=Subscriber.State.PENDING)
    join("never@example.org", state=Subscriber.State.PENDING, confirmed_at=None)
    SubscriberChange.objects.all().delete()
    migration = MigrationLoader(connection).get_migration("newsletters", "0024_changes_of_subscribers")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(migration.operations[-1].sql)
    assert (changed("joined"), changed("left")) == (4, 2)


def test_a_time_without_sense_is_told_on_the_page(desk: Client) -> None:
    wrong = {"from": "2026-03-02", "to": "2026-03-01"}
    page = desk.get(SUBSCRIBERS, wrong)
    assert (page.status_code, "This day comes before the first one." in page.text) == (422, True)
    assert desk.get(f"{SUBSCRIBERS}subscribers.csv", wrong)["Location"].startswith(f"{SUBSCRIBERS}?")
