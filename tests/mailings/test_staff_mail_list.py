from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings.actions import suppress
from mailings.admin import sending_again
from mailings.models import OutgoingEmail, Suppression

State = OutgoingEmail.State
URL = "/admin/mailings/outgoingemail/"


@pytest.fixture
def mails(first_content: None) -> dict[str, OutgoingEmail]:
    """One in each state, by the name of its address."""
    states = {**{state.value: {"state": state} for state in State}}
    states["sending"]["lease_until"] = timezone.now()
    states["forbidden"] = {"state": State.CANCELLED, "forbidden": True}
    states["sent"]["sent_at"] = timezone.now()
    return {name: make(name, **fields) for name, fields in states.items()}


def make(name: str, **fields: Any) -> OutgoingEmail:
    plain = {"kind": "packet", "email": f"{name}@example.com", "dedupe_key": name, "message_id": f"<{name}@x>"}
    return OutgoingEmail.objects.create(**{**plain, **fields})


def found(client: Client, query: str) -> set[str]:
    return {mail.email.partition("@")[0] for mail in client.get(f"{URL}?{query}").context["cl"].result_list}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("missed=any", {"failed", "bounced", "uncertain", "forbidden"}),
        ("missed=failed", {"failed"}),
        ("missed=bounced", {"bounced"}),
        ("missed=uncertain", {"uncertain"}),
        ("missed=cancelled", {"forbidden"}),
        ("missed=nonsense", set()),
        ("state=waiting", {"queued", "sending"}),
        ("state=cancelled", {"cancelled", "forbidden"}),
        ("missed=any&kind=newsletter_confirm", set()),
    ],
)
def test_who_did_not_get_it_is_a_filter(desk: Client, mails: Any, query: str, names: set[str]) -> None:
    assert found(desk, query) == names


def test_missed_notices_to_staff_are_told_apart_for_a_week(desk: Client, mails: Any) -> None:
    make("notice", kind="staff_notice", audience="staff", state=State.FAILED)
    make("old", kind="staff_notice", audience="staff", state=State.FAILED)
    OutgoingEmail.objects.filter(dedupe_key="old").update(created_at=timezone.now() - timedelta(days=8))
    assert found(desk, "missed=notices") == {"notice"}


def send_again(client: Client, *mails: OutgoingEmail) -> str:
    data = {"action": "send_selected_again", "_selected_action": [mail.pk for mail in mails]}
    return client.post(URL, data, follow=True).text


def states() -> dict[str, str]:
    return dict(OutgoingEmail.objects.values_list("dedupe_key", "state"))


def test_exactly_the_ticked_ones_go_again(desk: Client, mails: dict[str, OutgoingEmail]) -> None:
    before = states()
    page = send_again(desk, mails["failed"], mails["uncertain"], mails["forbidden"])
    assert "3 mails are on their way again." in page
    assert states() == {**before, "failed": "queued", "uncertain": "queued", "forbidden": "queued"}


def test_what_was_not_sent_again_is_counted_with_the_reason(desk: Client, mails: dict[str, OutgoingEmail]) -> None:
    suppress(address=mails["bounced"].email, reason=Suppression.Reason.HARD_BOUNCE)
    before = states()
    page = send_again(desk, *mails.values())
    assert "3 mails are on their way again." in page
    assert "1 mail was not sent again: nothing may be mailed to its address." in page
    assert "4 mails were not sent again: they are out, on their way, no longer wanted, or still in the demo" in page
    assert states() == {**before, "failed": "queued", "uncertain": "queued", "forbidden": "queued"}


def test_a_mail_of_an_erased_person_is_not_sent_again(desk: Client, mails: dict[str, OutgoingEmail]) -> None:
    OutgoingEmail.objects.filter(pk=mails["failed"].pk).update(email=f"{mails['failed'].uuid}@erased.invalid")
    assert "1 mail was not sent again: it is out" in send_again(desk, mails["failed"])
    page = desk.get(f"{URL}?state=failed").text
    assert "erased person" in page
    assert "erased.invalid" not in page


def test_a_very_long_selection_says_where_it_stopped(
    desk: Client, mails: dict[str, OutgoingEmail], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending_again, "MOST_AT_ONCE", 2)
    page = send_again(desk, mails["failed"], mails["bounced"], mails["uncertain"])
    assert "2 mails are on their way again." in page
    assert "Not all were looked at." in page
    assert sorted(states()[name] for name in ("failed", "bounced", "uncertain")).count("queued") == 2


def test_a_long_selection_is_read_a_page_at_a_time(
    desk: Client, mails: dict[str, OutgoingEmail], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending_again, "MOST_AT_ONCE", 2)
    names = ("sent", "queued", "sending", "cancelled", "failed")
    page = send_again(desk, *(mails[name] for name in names))
    assert "1 mail is on its way again." in page
    assert "4 mails were not sent again: they are out" in page
    with CaptureQueriesContext(connection) as asked:
        assert len(list(sending_again.newest_first(OutgoingEmail.objects.all()))) == len(mails)
    assert [row["sql"].partition("LIMIT ")[2] for row in asked] == ["2"] * (len(mails) // 2 + 1)


def test_others_may_look_and_not_send(desk: Client, onlooker: Client, mails: dict[str, OutgoingEmail]) -> None:
    assert "send_selected_again" in desk.get(URL).text
    assert "send_selected_again" not in onlooker.get(URL).text
    send_again(onlooker, mails["failed"])
    assert states()["failed"] == "failed"


def test_fifty_mails_need_no_more_queries_than_one(desk: Client, first_content: None) -> None:
    make("one", state=State.FAILED)
    desk.get(URL)
    with CaptureQueriesContext(connection) as one:
        desk.get(URL)
    for number in range(49):
        make(f"more{number}", state=State.FAILED)
    with CaptureQueriesContext(connection) as fifty:
        assert len(desk.get(URL).context["cl"].result_list) == 50
    assert len(fifty) == len(one)


def test_the_ledgers_events_have_no_list_of_their_own(desk: Client) -> None:
    assert desk.get("/admin/mailings/mailevent/").status_code == 404
    assert "mailevent" not in desk.get("/admin/").text


def test_a_released_packet_is_no_longer_missed(desk: Client, lead: Any, deliver: Callable[[], None]) -> None:
    deliver()
    assert found(desk, "missed=any") == set()
