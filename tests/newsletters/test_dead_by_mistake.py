"""Readers whom a mail server took off, and what becomes of them when staff say that it erred."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailings.actions import lift_mistaken, lift_suppression, stop_mail, write_off
from mailings.models import Suppression
from newsletters.actions import end_subscription, unsubscribe
from newsletters.models import Subscriber, SubscriberChange
from tests.newsletters.readers import new_reader, path_of

Reason = Suppression.Reason
ADDRESS = "zoe@example.org"


@pytest.fixture
def reader(first_content: None) -> Subscriber:
    found = new_reader(ADDRESS)
    write_off(address=ADDRESS, reason=Reason.HARD_BOUNCE)
    found.refresh_from_db()
    assert found.state == "unsubscribed"
    return found


def state_once_lifted(reader: Subscriber, staff: Any) -> str:
    lift_mistaken(since=timezone.now() - timedelta(days=1), until=timezone.now(), by=staff)
    reader.refresh_from_db()
    return reader.state


def test_lifting_them_all_gives_readers_the_newsletter_again(reader: Subscriber, desk: Client) -> None:
    page = desk.get("/admin/mailings/suppression/mistaken/")
    posted = {name: page.context[f"{name}_exactly"] for name in ("since", "until")}
    assert desk.post("/admin/mailings/suppression/mistaken/", posted).status_code == 302
    reader.refresh_from_db()
    assert (reader.state, reader.unsubscribed_at) == ("confirmed", None)


def test_lifting_one_gives_its_reader_the_newsletter_again(reader: Subscriber, staff: Any) -> None:
    lift_suppression(suppression=Suppression.objects.standing().get(), by=staff)
    reader.refresh_from_db()
    assert reader.state == "confirmed"


def test_who_left_by_themselves_meanwhile_stays_away(reader: Subscriber, staff: Any) -> None:
    unsubscribe(subscriber=reader.uuid)
    assert state_once_lifted(reader, staff) == "unsubscribed"


def test_who_told_staff_meanwhile_stays_away(reader: Subscriber, staff: Any) -> None:
    end_subscription(subscriber=reader, said="Zoë rang", said_on=None, by=staff)
    assert state_once_lifted(reader, staff) == "unsubscribed"


def test_who_asked_us_to_stop_meanwhile_stays_away_also_when_both_are_lifted(reader: Subscriber, staff: Any) -> None:
    stop_mail(address=ADDRESS, by=staff)
    Suppression.objects.filter(reason=Reason.ASKED_TO_STOP).update(lifted_at=timezone.now())
    assert state_once_lifted(reader, staff) == "unsubscribed"


def test_who_had_left_before_stays_away(first_content: None, staff: Any) -> None:
    found = new_reader(ADDRESS)
    unsubscribe(subscriber=found.uuid)
    write_off(address=ADDRESS, reason=Reason.HARD_BOUNCE)
    Suppression.objects.filter(reason=Reason.UNSUBSCRIBED).update(lifted_at=timezone.now())
    assert state_once_lifted(found, staff) == "unsubscribed"


def test_who_had_not_confirmed_is_not_subscribed_by_it(first_content: None, staff: Any) -> None:
    found = new_reader(ADDRESS)
    Subscriber.objects.update(state="pending")
    write_off(address=ADDRESS, reason=Reason.HARD_BOUNCE)
    assert state_once_lifted(found, staff) == "unsubscribed"


def test_who_comes_back_by_themselves_and_leaves_is_not_put_back(reader: Subscriber, staff: Any) -> None:
    lift_suppression(suppression=Suppression.objects.standing().get(), by=staff)
    new_reader(ADDRESS)
    unsubscribe(subscriber=reader.uuid)
    write_off(address=ADDRESS, reason=Reason.HARD_BOUNCE)
    assert state_once_lifted(reader, staff) == "unsubscribed"


def test_whoever_opens_the_link_meanwhile_finds_the_button_and_stays_away(
    reader: Subscriber, client: Client, staff: Any
) -> None:
    page = client.get(path_of("unsubscribe", reader))
    assert "<button" in page.text
    assert client.post(path_of("unsubscribe", reader)).status_code == 200
    assert state_once_lifted(reader, staff) == "unsubscribed"


def test_whom_a_stop_took_off_may_still_say_so(first_content: None, client: Client, staff: Any) -> None:
    found = new_reader(ADDRESS)
    stop_mail(address=ADDRESS, by=staff)
    client.post(path_of("unsubscribe", found))
    assert Suppression.objects.standing().filter(reason=Reason.UNSUBSCRIBED).exists()


def test_staff_may_write_down_their_word_meanwhile(reader: Subscriber, desk: Client) -> None:
    take_off = f"/admin/newsletters/subscriber/{reader.pk}/take-off/"
    assert take_off in desk.get(f"/admin/newsletters/subscriber/{reader.pk}/change/").text
    unsubscribe(subscriber=reader.uuid)
    assert take_off not in desk.get(f"/admin/newsletters/subscriber/{reader.pk}/change/").text


def test_who_asked_for_it_again_meanwhile_reads_on_too(reader: Subscriber, client: Client, staff: Any) -> None:
    client.post("/newsletter/", {"email": ADDRESS, "consent": "on"})
    reader.refresh_from_db()
    assert reader.state == "pending"
    assert state_once_lifted(reader, staff) == "confirmed"


def test_to_be_put_back_counts_as_joined_on_that_day(reader: Subscriber, staff: Any) -> None:
    Subscriber.objects.update(confirmed_at=timezone.now() - timedelta(days=400))
    SubscriberChange.objects.all().delete()
    assert state_once_lifted(reader, staff) == "confirmed"
    [change] = SubscriberChange.objects.all()
    assert (change.kind, timezone.now() - change.at < timedelta(hours=1)) == ("joined", True)
