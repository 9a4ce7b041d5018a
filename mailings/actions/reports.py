"""What mail servers and providers report after a mail is out. Each report counts once, in whatever order they come."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from foundation.actors import MACHINE
from foundation.addresses import lock_address
from mailings.actions.channel import heed_refusal
from mailings.actions.returns import heed_return
from mailings.actions.suppression import suppress, write_off
from mailings.models import MailEvent, OutgoingEmail, Suppression
from mailings.rules import storable
from mailings.signals import email_bounced, email_complained, email_sent, list_mail_stopped

Kind = MailEvent.Kind
State = OutgoingEmail.State


class Report(NamedTuple):
    """One event as reported. report_id: who reported it and under which name, such as "postmark:883953f4"."""

    report_id: str
    kind: MailEvent.Kind
    outgoing: OutgoingEmail | None
    # The recipient as reported; only of a reporter who proved who they are.
    address: str = ""
    # The address does not exist, now or ever.
    is_permanent: bool = False
    status: str = ""
    reply: str = ""
    meaning: str = ""
    at: datetime | None = None


@transaction.atomic
def note_report(*, report: Report) -> bool:
    """Writes it down and draws the consequences; False when it was known already."""
    lock_address(whose(report))
    if report.outgoing:
        # Its person may have been erased while we waited.
        report.outgoing.refresh_from_db()
    event, is_new = MailEvent.objects.get_or_create(
        report_id=report.report_id[:200],
        defaults={
            "outgoing": report.outgoing,
            "kind": report.kind,
            "status": report.status[:12],
            "meaning": report.meaning,
            "reply": storable(report.reply) if _will_be_forgotten(report) else "",
            "at": report.at or timezone.now(),
        },
    )
    if is_new:
        _heed(report, event)
        if report.outgoing:
            _write_state(report.outgoing, event)
    return is_new


def _will_be_forgotten(report: Report) -> bool:
    """Without a mail, or after its erasure, nothing would ever erase the address that a reply quotes."""
    return report.outgoing is not None and not report.outgoing.is_erased


def whose(report: Report) -> str:
    """The address that we wrote to: a mail that was forwarded comes back from another one."""
    known = report.outgoing is not None and not report.outgoing.is_erased
    return report.outgoing.email if report.outgoing and known else report.address


def _heed(report: Report, event: MailEvent) -> None:
    address = whose(report)
    if not address or (report.outgoing and report.outgoing.is_to_staff):
        return
    if report.kind == Kind.COMPLAINED:
        write_off(address=address, reason=Suppression.Reason.COMPLAINT)
    elif report.kind == Kind.BOUNCED:
        heed_return(address=address, event=event, is_dead=report.is_permanent)
        if MailEvent.objects.refusals_of_us().filter(pk=event.pk).exists():
            heed_refusal(address=address, reply=report.reply)
    elif report.kind == Kind.UNSUBSCRIBED:
        suppress(address=address, reason=Suppression.Reason.UNSUBSCRIBED)
        list_mail_stopped.send(sender=Suppression, address=address, reason=Suppression.Reason.UNSUBSCRIBED)


def _write_state(outgoing: OutgoingEmail, event: MailEvent) -> None:
    found = OutgoingEmail.objects.select_for_update().get(pk=outgoing.pk)
    if event.kind == Kind.BOUNCED and found.state in (State.SENT, State.UNCERTAIN):
        found.state = State.BOUNCED
        found.last_reply, found.why = event.reply, ""
        found.save(update_fields=["state", "last_reply", "why"])
        email_bounced.send(sender=OutgoingEmail, outgoing=found, by=MACHINE)
    elif event.kind == Kind.DELIVERED and found.state == State.UNCERTAIN:
        found.state = State.SENT
        found.sent_at = event.at
        found.save(update_fields=["state", "sent_at"])
        email_sent.send(sender=OutgoingEmail, outgoing=found, by=MACHINE)
    elif event.kind == Kind.COMPLAINED:
        email_complained.send(sender=OutgoingEmail, outgoing=found, by=MACHINE)
