from collections.abc import Callable
from typing import Any

from clinic.models import StaffUser
from mailings.actions import Report, note_report
from mailings.models import MailEvent, OutgoingEmail
from newsletters import actions
from newsletters.models import Newsletter, Subscriber

State = Newsletter.State


def report(mail: OutgoingEmail, kind: MailEvent.Kind, *, is_permanent: bool = True, meaning: str = "") -> None:
    told = Report(f"test:{kind}:{mail.pk}", kind, mail, is_permanent=is_permanent, meaning=meaning)
    note_report(report=told)


def sent(newsletter: Newsletter) -> list[OutgoingEmail]:
    mails = OutgoingEmail.objects.filter(mailing=newsletter.mailing_id, state=OutgoingEmail.State.SENT)
    return list(mails.order_by("pk"))


def one_waits(newsletter: Newsletter) -> None:
    """As under a limit: of what everybody has there is nothing to hold."""
    OutgoingEmail.objects.filter(pk=sent(newsletter)[-1].pk).update(state=OutgoingEmail.State.QUEUED)


def test_a_second_dead_address_of_a_hundred_pauses_the_issue(
    under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], deliver: Callable[[], None]
) -> None:
    for number in range(5):
        join(f"reader{number}@example.org")
    newsletter = under_way()
    deliver()
    one_waits(newsletter)
    full, first, second, _other = sent(newsletter)
    report(full, MailEvent.Kind.BOUNCED, is_permanent=False, meaning="full")
    report(first, MailEvent.Kind.BOUNCED, meaning="no_mailbox")
    newsletter.refresh_from_db()
    assert newsletter.state == State.SENDING
    report(second, MailEvent.Kind.BOUNCED, meaning="no_mailbox")
    newsletter.refresh_from_db()
    assert (newsletter.state, newsletter.paused_because) == (State.PAUSED, "bounces")


def test_a_complaint_pauses_it_and_not_again_once_somebody_has_looked(
    under_way: Callable[[], Newsletter],
    join: Callable[..., Subscriber],
    deliver: Callable[[], None],
    sender: StaffUser,
    desk: Any,
) -> None:
    for number in range(3):
        join(f"reader{number}@example.org")
    newsletter = under_way()
    deliver()
    one_waits(newsletter)
    first, _second = sent(newsletter)
    report(first, MailEvent.Kind.COMPLAINED)
    newsletter.refresh_from_db()
    assert (newsletter.state, newsletter.paused_because) == (State.PAUSED, "complaints")
    assert "reported it as spam" in desk.get(f"/admin/newsletters/newsletter/{newsletter.pk}/change/").text
    actions.resume(newsletter=newsletter, by=sender)
    actions.heed_result(first)
    newsletter.refresh_from_db()
    assert newsletter.state == State.SENDING
