from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.actions import withdraw
from clinic.models import StaffUser
from enquiries.actions import erase_person
from mailings.actions import send_again, suppress
from mailings.models import MailEvent, OutgoingEmail
from newsletters import actions, ledger
from newsletters.models import Newsletter, NewsletterEvent, Subscriber, account_of
from tests.browser_posts import untouched
from tests.newsletters.conftest import account
from tests.newsletters.test_issue_pages import HOME, browser_of
from tests.newsletters.test_issue_pauses_by_itself import report

Join = Callable[..., Subscriber]
NAMES = ("failed", "back", "unsure", "got")


def mail_to(name: str) -> OutgoingEmail:
    return OutgoingEmail.objects.get(email=f"{name}@example.org", kind="newsletter")


@pytest.fixture
def manager(sender: StaffUser) -> Client:
    return browser_of(sender)


@pytest.fixture
def out(
    under_way: Callable[[], Newsletter], join: Join, deliver: Callable[[], None], mailoutbox: list[Any]
) -> Newsletter:
    """An issue that one got, one did not, of one it came back, and of one nobody knows."""
    for name in NAMES:
        join(f"{name}@example.org")
    newsletter = under_way()
    deliver()
    report(mail_to("back"), MailEvent.Kind.BOUNCED, is_permanent=False, meaning="full")
    for name, state in (("failed", "failed"), ("unsure", "uncertain")):
        OutgoingEmail.objects.filter(pk=mail_to(name).pk).update(state=state, last_reply="451 4.7.1 Greylisted")
    actions.end_finished()
    mailoutbox.clear()
    return newsletter


def addresses(client: Client, newsletter: Newsletter, **query: str) -> list[str]:
    page = client.get(f"{HOME}{newsletter.pk}/recipients/", query)
    assert page.status_code == 200
    return [outgoing.email.partition("@")[0] for outgoing, _why in page.context["mails"]]


def test_the_ledger_says_who_got_it_who_did_not_and_why(out: Newsletter, manager: Client) -> None:
    assert sorted(addresses(manager, out)) == sorted(NAMES)
    assert sorted(addresses(manager, out, who="missed")) == ["back", "failed", "unsure"]
    assert addresses(manager, out, who="got") == ["got"]
    assert addresses(manager, out, who="uncertain") == ["unsure"]
    page = manager.get(f"{HOME}{out.pk}/recipients/?who=missed").text
    assert "451 4.7.1 Greylisted" in page
    assert f"{HOME}{out.pk}/recipients/?who=missed" in manager.get(f"{HOME}{out.pk}/change/").text


@pytest.mark.parametrize("odd", ["?who=nobody", "?after=sent", "?after=sent-x", "?after=sent-99999999999999999999"])
def test_an_address_nobody_wrote_shows_everybody(out: Newsletter, manager: Client, odd: str) -> None:
    page = manager.get(f"{HOME}{out.pk}/recipients/{odd}")
    assert len(page.context["mails"]) == len(NAMES)


def test_each_page_begins_where_the_one_before_ended(
    out: Newsletter, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PAGE", 3)
    first = manager.get(f"{HOME}{out.pk}/recipients/")
    shown = [outgoing.pk for outgoing, _why in first.context["mails"]]
    second = manager.get(f"{HOME}{out.pk}/recipients/", {"after": str(first.context["after"])})
    shown += [outgoing.pk for outgoing, _why in second.context["mails"]]
    assert second.context["after"] is None
    assert sorted(shown) == sorted(mail_to(name).pk for name in NAMES)


def test_a_longer_ledger_asks_no_more_of_the_database(out: Newsletter, manager: Client) -> None:
    def asked(who: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            addresses(manager, out, who=who)
        return len(queries)

    asked("got")
    before = asked("failed")
    OutgoingEmail.objects.filter(mailing=out.mailing_id).update(state="failed")
    assert len(addresses(manager, out, who="failed")) == 4
    assert asked("failed") == before


def test_the_ledger_is_searched_by_how_an_address_begins(out: Newsletter, manager: Client) -> None:
    assert addresses(manager, out, q="Fail") == ["failed"]
    assert addresses(manager, out, q="failed@example.org") == ["failed"]
    assert addresses(manager, out, q="ailed") == []
    assert addresses(manager, out, q="nobody@example.org") == []
    page = manager.get(f"{HOME}{out.pk}/recipients/", {"q": "fa"})
    assert "at least its first three letters" in page.text


def test_of_who_is_no_recipient_it_says_why(out: Newsletter, join: Join, manager: Client) -> None:
    join("new@example.org")
    join("waits@example.org", state=Subscriber.State.PENDING, confirmed_at=None)
    for address, words in (
        ("nobody@example.org", "Nobody of this address is on the list."),
        ("new@example.org", "They joined after it had begun."),
        ("waits@example.org", "They have not confirmed."),
    ):
        assert words in manager.get(f"{HOME}{out.pk}/recipients/", {"q": address}).text


def test_whoever_left_before_their_turn_is_told_apart_from_whoever_was_erased(
    under_way: Callable[[], Newsletter], join: Join, deliver: Callable[[], None], manager: Client
) -> None:
    left, _erased = join("left@example.org"), join("zoe@example.org")
    newsletter = under_way()
    actions.unsubscribe(subscriber=left.uuid)
    deliver()
    erase_person(address="zoe@example.org")
    page = manager.get(f"{HOME}{newsletter.pk}/recipients/")
    assert "This address gets no newsletter: they left it." in page.text
    assert "erased person" in page.text
    assert "zoe@example.org" not in page.text


def confirm(client: Client, newsletter: Newsletter, query: str = "") -> Any:
    url = f"{HOME}{newsletter.pk}/send-again/{query}"
    return client.post(url, untouched(client.get(url), "send-again_form"))


def test_it_is_sent_again_to_exactly_those_who_did_not_get_it_once(
    out: Newsletter, manager: Client, sender: StaffUser, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    asked = manager.get(f"{HOME}{out.pk}/send-again/")
    assert "<strong>2</strong> people get" in asked.text
    assert mailoutbox == []
    form = untouched(asked, "send-again_form")
    assert manager.post(f"{HOME}{out.pk}/send-again/", form).status_code == 302
    deliver()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["back@example.org", "failed@example.org"]
    again = manager.post(f"{HOME}{out.pk}/send-again/", form, follow=True)
    assert "You have sent it again already." in again.text
    deliver()
    assert len(mailoutbox) == 2
    account = account_of(out)
    assert (account["sent"], account["uncertain"], account.candidates) == (3, 1, out.candidates)
    event = NewsletterEvent.objects.get(kind="sent_again")
    assert (event.actor, event.data) == (sender, {"mails": 2, "left_out": 0, "page": form["page"]})
    assert MailEvent.objects.filter(kind="requeued", actor=sender).count() == 2
    assert "sent again to 2 people, Mia" in manager.get(f"{HOME}{out.pk}/change/").text


def test_where_it_reached_everybody_nothing_is_offered_again(
    under_way: Callable[[], Newsletter], join: Join, deliver: Callable[[], None], manager: Client
) -> None:
    join("got@example.org")
    newsletter = under_way()
    deliver()
    assert f"{HOME}{newsletter.pk}/send-again/" not in manager.get(f"{HOME}{newsletter.pk}/recipients/?who=missed").text


def test_what_is_withdrawn_by_now_is_sent_again_to_nobody(
    out: Newsletter, manager: Client, staff: StaffUser, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    form = untouched(manager.get(f"{HOME}{out.pk}/send-again/"), "send-again_form")
    article = out.entries.all()[0].article
    withdraw(article=article, by=staff, reason="The journal retracted the paper")
    page = manager.get(f"{HOME}{out.pk}/send-again/").text
    assert f"“{article}” is withdrawn." in page
    assert '<button type="submit" class="button-main">Send it again' not in page
    refused = manager.post(f"{HOME}{out.pk}/send-again/", form)
    deliver()
    assert (refused.status_code, mailoutbox) == (422, [])


def test_nobody_who_left_or_is_suppressed_gets_it_again(
    out: Newsletter, manager: Client, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    actions.unsubscribe(subscriber=Subscriber.objects.get(email="failed@example.org").uuid)
    suppress(address="back@example.org", reason="asked_to_stop")
    Subscriber.objects.filter(email="back@example.org").update(state=Subscriber.State.CONFIRMED)
    page = manager.get(f"{HOME}{out.pk}/send-again/")
    assert "There is nobody to whom it can be sent again." in page.text
    assert "2 more did not get it and may not" in page.text
    assert confirm(manager, out).status_code == 422
    deliver()
    assert mailoutbox == []


def test_what_is_uncertain_is_sent_again_only_where_somebody_chose_it(
    out: Newsletter, manager: Client, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    page = manager.get(f"{HOME}{out.pk}/recipients/?who=uncertain")
    assert f'name="mail" value="{mail_to("unsure").pk}"' in page.text
    none = untouched(page, "uncertain_form")
    assert manager.get(f"{HOME}{out.pk}/send-again/", none)["Location"].endswith("?who=uncertain")
    # Whoever has it cannot be chosen, whatever is written into the address.
    ids = f"?mail={mail_to('unsure').pk}&mail={mail_to('got').pk}&mail=x"
    assert confirm(manager, out, ids).status_code == 302
    deliver()
    assert [mail.to[0] for mail in mailoutbox] == ["unsure@example.org"]


def test_what_was_uncertain_once_and_failed_since_goes_again_to_nobody_unchosen(
    out: Newsletter, manager: Client, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    MailEvent.objects.create(outgoing=mail_to("failed"), kind=MailEvent.Kind.UNCERTAIN)
    assert "1 more may have it of an earlier try" in manager.get(f"{HOME}{out.pk}/send-again/").text
    assert confirm(manager, out).status_code == 302
    deliver()
    assert [mail.to[0] for mail in mailoutbox] == ["back@example.org"]
    assert confirm(manager, out, f"?mail={mail_to('failed').pk}").status_code == 302
    deliver()
    assert [mail.to[0] for mail in mailoutbox] == ["back@example.org", "failed@example.org"]


@pytest.mark.parametrize("people", ["9" * 5000, "two", ""])
def test_a_number_of_people_that_is_none_is_refused(out: Newsletter, manager: Client, people: str) -> None:
    form = untouched(manager.get(f"{HOME}{out.pk}/send-again/"), "send-again_form")
    assert manager.post(f"{HOME}{out.pk}/send-again/", {**form, "people": people}).status_code == 422


def test_other_people_than_were_shown_are_looked_at_again_first(out: Newsletter, manager: Client) -> None:
    form = untouched(manager.get(f"{HOME}{out.pk}/send-again/"), "send-again_form")
    OutgoingEmail.objects.filter(pk=mail_to("got").pk).update(state="failed")
    answer = manager.post(f"{HOME}{out.pk}/send-again/", form)
    assert (answer.status_code, "Look again." in answer.text) == (422, True)
    assert not NewsletterEvent.objects.filter(kind="sent_again").exists()


def test_an_issue_that_was_cancelled_for_good_is_not_sent_again(
    under_way: Callable[[], Newsletter], join: Join, sender: StaffUser, manager: Client
) -> None:
    join("failed@example.org")
    newsletter = under_way()
    actions.cancel(newsletter=newsletter, by=sender)
    OutgoingEmail.objects.update(state="failed")
    assert manager.get(f"{HOME}{newsletter.pk}/send-again/").status_code == 302
    assert manager.post(f"{HOME}{newsletter.pk}/send-again/", {"people": "1"}).status_code == 302
    assert account_of(newsletter)["failed"] == 1


def test_the_ledger_is_for_who_may_see_people_and_sending_again_for_who_may_send(
    out: Newsletter, writer: StaffUser
) -> None:
    editor, coordinator = browser_of(writer), browser_of(account("Cora", "coordinator"))
    assert editor.get(f"{HOME}{out.pk}/recipients/").status_code == 403
    assert "recipients/" not in editor.get(f"{HOME}{out.pk}/change/").text
    assert coordinator.get(f"{HOME}{out.pk}/recipients/").status_code == 200
    assert "send-again" not in coordinator.get(f"{HOME}{out.pk}/recipients/?who=missed").text
    assert coordinator.get(f"{HOME}{out.pk}/send-again/").status_code == 403
    assert coordinator.post(f"{HOME}{out.pk}/send-again/", {"people": "2"}).status_code == 403


def press(client: Client, newsletter: Newsletter, verb: str) -> str:
    page = client.get(f"{HOME}{newsletter.pk}/change/")
    assert client.post(f"{HOME}{newsletter.pk}/{verb}/", untouched(page, f"{verb}_form")).status_code == 302
    newsletter.refresh_from_db()
    return newsletter.state


def test_an_issue_that_goes_again_is_paused_let_go_on_and_over_like_any(
    out: Newsletter, manager: Client, client: Client, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    out.refresh_from_db()
    first_out = out.sent_at
    assert confirm(manager, out).status_code == 302
    assert press(manager, out, "pause") == Newsletter.State.PAUSED
    deliver()
    assert mailoutbox == []
    assert client.get(out.get_absolute_url()).status_code == 200
    assert press(manager, out, "resume") == Newsletter.State.SENDING
    deliver()
    actions.end_finished()
    out.refresh_from_db()
    assert (out.state, out.sent_at, len(mailoutbox)) == (Newsletter.State.SENT, first_out, 2)


def test_an_issue_that_goes_again_is_cancelled_and_stays_in_the_archive(
    out: Newsletter, manager: Client, client: Client, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    assert confirm(manager, out).status_code == 302
    assert press(manager, out, "cancel") == Newsletter.State.CANCELLED
    deliver()
    assert mailoutbox == []
    assert account_of(out)["cancelled"] == 2
    assert client.get(out.get_absolute_url()).status_code == 200


def test_an_issue_that_goes_again_pauses_by_itself_for_what_comes_back_now(
    out: Newsletter, manager: Client, deliver: Callable[[], None]
) -> None:
    report(mail_to("got"), MailEvent.Kind.COMPLAINED)
    assert confirm(manager, out).status_code == 302
    actions.heed_result(mail_to("got"))
    out.refresh_from_db()
    assert out.state == Newsletter.State.SENDING
    deliver()
    OutgoingEmail.objects.filter(pk=mail_to("back").pk).update(state=OutgoingEmail.State.QUEUED)
    report(mail_to("failed"), MailEvent.Kind.COMPLAINED)
    out.refresh_from_db()
    assert (out.state, out.paused_because) == (Newsletter.State.PAUSED, "complaints")


def test_what_its_reader_would_not_get_is_not_said_to_be_on_its_way_again(
    sender: StaffUser, under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]
) -> None:
    leaver, reader = join("anna@example.org"), join("bob@example.org")
    newsletter = under_way()
    OutgoingEmail.objects.filter(mailing=newsletter.mailing_id).update(state=OutgoingEmail.State.FAILED)
    Subscriber.objects.filter(pk=leaver.pk).update(rhythm=Subscriber.Rhythm.MONTHLY)

    def sent_again(to: Subscriber) -> bool:
        [mail] = OutgoingEmail.objects.filter(mailing=newsletter.mailing_id, email=to.email)
        return send_again(outgoing=mail, by=sender)

    assert not sent_again(leaver)
    assert sent_again(reader)
    OutgoingEmail.objects.filter(mailing=newsletter.mailing_id).update(state=OutgoingEmail.State.FAILED)
    actions.cancel(newsletter=newsletter, by=sender)
    assert not sent_again(reader)
