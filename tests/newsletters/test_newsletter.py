import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mailings.actions import Report, note_report, suppress, write_off
from mailings.models import Consent, MailEvent, OutgoingEmail, Suppression
from newsletters.models import Subscriber

State = Subscriber.State


@pytest.fixture
def subscribe(client: Client, first_content: None, django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    def post(**fields: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return client.post("/newsletter/", {"email": "Zoe@Example.com", "consent": "on", **fields})

    return post


def path_in(body: str, name: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+(/{name}/\S+/)", body)
    assert found, body
    return found[1]


@pytest.fixture
def confirm_path(subscribe: Callable[..., Any], deliver: Callable[[], None], mailoutbox: Any) -> str:
    subscribe()
    deliver()
    return path_in(mailoutbox[0].body, "newsletter/confirm")


def test_signing_up_waits_for_the_owner_of_the_address(subscribe: Callable[..., Any]) -> None:
    response = subscribe()
    assert (response.status_code, response["Location"]) == (303, "/newsletter/check-your-email/")
    assert Subscriber.objects.get().state == State.PENDING
    assert Consent.objects.get().wording.kind == "newsletter"


def test_without_the_tick_nothing_is_stored(subscribe: Callable[..., Any]) -> None:
    response = subscribe(consent="")
    assert response.status_code == 422
    assert "Zoe@Example.com" in response.content.decode()
    assert Subscriber.objects.count() == 0


def test_opening_the_confirmation_link_changes_nothing(client: Client, confirm_path: str) -> None:
    for method in (client.get, client.head):
        assert method(confirm_path).status_code == 200
    assert Subscriber.objects.get().state == State.PENDING


def test_pressing_the_button_subscribes(client: Client, confirm_path: str) -> None:
    response = client.post(confirm_path)
    assert "You have Successfully Subscribed!" in response.content.decode()
    assert Subscriber.objects.get().state == State.CONFIRMED


def test_second_click_on_confirm_changes_nothing(client: Client, confirm_path: str) -> None:
    client.post(confirm_path)
    first = Subscriber.objects.values().get()
    assert client.post(confirm_path).status_code == 200
    assert Subscriber.objects.values().get() == first
    assert OutgoingEmail.objects.filter(kind="newsletter_welcome").count() == 1


def test_an_old_confirmation_link_says_so(client: Client, confirm_path: str) -> None:
    with time_machine.travel(timezone.now() + timezone.timedelta(days=15)):
        response = client.post(confirm_path)
    assert response.status_code == 410
    assert "/newsletter/" in response.content.decode()
    assert Subscriber.objects.get().state == State.PENDING


def test_known_and_unknown_addresses_get_the_same_answer(client: Client, confirm_path: str, subscribe: Any) -> None:
    client.post(confirm_path)
    known, unknown = subscribe(), subscribe(email="stranger@example.com")
    assert (known.content, known["Location"]) == (unknown.content, unknown["Location"])
    assert OutgoingEmail.objects.to("zoe@example.com").filter(kind="newsletter_confirm").count() == 1


def test_one_address_gets_one_confirmation_mail_a_day(subscribe: Callable[..., Any]) -> None:
    for _again in range(5):
        subscribe()
    assert OutgoingEmail.objects.count() == 1


@pytest.fixture
def welcome(client: Client, confirm_path: str, deliver: Callable[[], None], mailoutbox: Any) -> Any:
    client.post(confirm_path)
    deliver()
    return mailoutbox[-1]


def test_unsubscribing_asks_first(client: Client, welcome: Any) -> None:
    path = path_in(welcome.body, "newsletter/unsubscribe")
    client.get(path)
    assert Subscriber.objects.get().state == State.CONFIRMED
    for _twice in range(2):
        assert client.post(path).status_code == 200
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED


def test_one_click_from_a_mail_provider_unsubscribes(client: Client, welcome: Any) -> None:
    headers = welcome.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = path_in(headers["List-Unsubscribe"].strip("<>"), "newsletter/unsubscribe")
    response = client.post(
        path,
        {"List-Unsubscribe": "One-Click"},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"},
    )
    assert response.status_code == 200
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED


def test_an_old_confirmation_link_does_not_bring_back_who_left(client: Client, welcome: Any, confirm_path: str) -> None:
    client.post(path_in(welcome.body, "newsletter/unsubscribe"))
    assert client.post(confirm_path).status_code == 410
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED


def test_who_left_may_come_back(client: Client, welcome: Any, subscribe: Any, deliver: Any, mailoutbox: Any) -> None:
    client.post(path_in(welcome.body, "newsletter/unsubscribe"))
    with time_machine.travel(timezone.now() + timezone.timedelta(days=2)):
        subscribe()
        deliver()
        client.post(path_in(mailoutbox[-1].body, "newsletter/confirm"))
    assert Subscriber.objects.get().state == State.CONFIRMED


def test_who_comes_back_on_the_same_day_gets_a_new_link(
    client: Client, welcome: Any, subscribe: Any, deliver: Any, mailoutbox: Any
) -> None:
    client.post(path_in(welcome.body, "newsletter/unsubscribe"))
    subscribe()
    deliver()
    assert len(mailoutbox) == 3
    client.post(path_in(mailoutbox[-1].body, "newsletter/confirm"))
    assert Subscriber.objects.get().state == State.CONFIRMED


def test_nobody_makes_more_than_that_one_go_to_who_left(client: Client, welcome: Any, subscribe: Any) -> None:
    client.post(path_in(welcome.body, "newsletter/unsubscribe"))
    for _again in range(5):
        subscribe()
    assert OutgoingEmail.objects.filter(kind="newsletter_confirm").count() == 2


def test_a_sign_up_by_a_robot_is_held_and_answered_like_any_other(subscribe: Callable[..., Any]) -> None:
    robot, person = subscribe(leave_this_empty="x"), subscribe(email="person@example.com")
    assert (robot.status_code, robot["Location"]) == (person.status_code, person["Location"])
    assert Subscriber.objects.get(email="zoe@example.com").state == State.HELD
    assert OutgoingEmail.objects.to("zoe@example.com").count() == 0


def test_a_robot_does_nothing_to_somebody_who_waits_for_confirmation(
    client: Client, confirm_path: str, subscribe: Any
) -> None:
    subscribe(leave_this_empty="x")
    assert client.post(confirm_path).status_code == 200
    assert Subscriber.objects.get().state == State.CONFIRMED


def test_the_link_shows_a_confirmed_subscriber_that_it_worked(client: Client, confirm_path: str) -> None:
    client.post(confirm_path)
    assert "You have Successfully Subscribed!" in client.get(confirm_path).text


def test_who_left_and_seems_to_come_back_by_a_robot_waits_for_staff(
    client: Client, welcome: Any, subscribe: Any, deliver: Any, mailoutbox: Any
) -> None:
    client.post(path_in(welcome.body, "newsletter/unsubscribe"))
    mails = len(mailoutbox)
    subscribe(leave_this_empty="x")
    deliver()
    assert Subscriber.objects.get().state == State.HELD
    assert len(mailoutbox) == mails


def test_a_held_sign_up_counts_once_the_link_of_the_one_before_has_run_out(confirm_path: str, subscribe: Any) -> None:
    with time_machine.travel(timezone.now() + timezone.timedelta(days=15)):
        subscribe(leave_this_empty="x")
    assert Subscriber.objects.get().state == State.HELD


def test_a_wrong_address_is_told_of_once(subscribe: Callable[..., Any]) -> None:
    assert len(subscribe(email="bad").context["form"].errors["email"]) == 1


def test_a_second_click_on_release_says_that_it_is_released(
    subscribe: Callable[..., Any], desk: Client, deliver: Callable[[], None]
) -> None:
    subscribe(leave_this_empty="x")
    url = f"/admin/newsletters/subscriber/{Subscriber.objects.get().pk}/release/"
    first = desk.post(url, follow=True)
    assert "Released: the owner of the address is asked to confirm." in first.text
    deliver()
    second = desk.post(url, follow=True)
    assert "It is released already: the owner of the address is asked to confirm." in second.text
    assert "nothing is mailed" not in second.text


@pytest.mark.parametrize("reason", sorted({*Suppression.Reason.values} - {*Suppression.STOPS_NEWSLETTER_ONLY}))
def test_an_old_link_confirms_nothing_at_an_address_that_may_not_be_mailed(
    client: Client, confirm_path: str, subscribe: Any, reason: str
) -> None:
    subscribe(email="other@example.com")
    write_off(address="zoe@example.com", reason=reason)
    # By whoever: nothing is mailed, and the link of before is still in the mailbox.
    subscribe()
    response = client.post(confirm_path)
    assert response.status_code == 410
    assert "no mail may go to this address" in response.text
    assert "we will send you" not in response.text
    assert not Subscriber.objects.filter(state=State.CONFIRMED).exists()


def test_a_bounce_takes_off_a_subscriber_whose_address_was_known_as_dead(client: Client, confirm_path: str) -> None:
    client.post(confirm_path)
    suppress(address="zoe@example.com", reason="hard_bounce")
    outgoing = OutgoingEmail.objects.get(kind="newsletter_confirm")
    note_report(report=Report("test:1", MailEvent.Kind.BOUNCED, outgoing, is_permanent=True))
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED


def rows_of_a_sign_up() -> list[Any]:
    return [list(kind.objects.order_by("pk").values()) for kind in (Subscriber, Consent, Suppression, OutgoingEmail)]


def is_out_of_date(client: Client, path: str) -> bool:
    """As its button would say; opened, it changes nothing."""
    before = rows_of_a_sign_up()
    opened = [client.get(path), client.head(path)]
    assert rows_of_a_sign_up() == before
    pressed = client.post(path)
    assert rows_of_a_sign_up() == before
    assert {response.status_code for response in opened} == {pressed.status_code}
    return pressed.status_code == 410 and opened[0].text == pressed.text and "/newsletter/" in pressed.text


def test_opening_the_link_after_not_me_says_that_it_is_out_of_date(
    client: Client, confirm_path: str, mailoutbox: Any
) -> None:
    client.post(path_in(mailoutbox[0].body, "not-me"))
    assert is_out_of_date(client, confirm_path)


def test_opening_the_link_of_who_left_says_that_it_is_out_of_date(
    client: Client, welcome: Any, confirm_path: str
) -> None:
    client.post(path_in(welcome.body, "newsletter/unsubscribe"))
    assert is_out_of_date(client, confirm_path)


def test_opening_a_link_that_has_run_out_says_so(client: Client, confirm_path: str, subscribe: Any) -> None:
    with time_machine.travel(timezone.now() + timezone.timedelta(days=15)):
        assert is_out_of_date(client, confirm_path)
        # By a robot: staff decide, and the link of before confirms nothing meanwhile.
        subscribe(leave_this_empty="x")
        assert Subscriber.objects.get().state == State.HELD
        assert is_out_of_date(client, confirm_path)


def test_opening_a_link_that_a_newer_one_replaced_says_that_it_is_out_of_date(
    client: Client, confirm_path: str, subscribe: Any, deliver: Any, mailoutbox: Any
) -> None:
    with time_machine.travel(timezone.now() + timezone.timedelta(days=2)):
        subscribe()
        deliver()
        assert is_out_of_date(client, confirm_path)
        assert client.get(path_in(mailoutbox[-1].body, "newsletter/confirm")).status_code == 200


def test_the_link_of_an_erased_reader_says_the_same_opened_and_pressed(
    client: Client, welcome: Any, confirm_path: str
) -> None:
    client.post(path_in(welcome.body, "newsletter/preferences") + "erase/")
    assert not Subscriber.objects.exists()
    assert client.get(confirm_path).status_code == client.post(confirm_path).status_code == 404
