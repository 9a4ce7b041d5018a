"""From a press of the button to the rows of everybody who gets it."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from foundation.actors import JOB, Actor
from mailings import doorbell
from mailings.models import Mailing, OutgoingEmail
from newsletters import segments
from newsletters.actions.moves import act_as, ask_leave, locked
from newsletters.emails import NEWSLETTER
from newsletters.models import Newsletter
from newsletters.preflight import refuse_blocked

logger = logging.getLogger(__name__)

State = Newsletter.State
SEND = "newsletters.send_newsletter"
# Who has just pressed "send" sees what they forgot.
UNDO_WINDOW = timedelta(seconds=60)


@transaction.atomic
def launch(*, newsletter: Newsletter, sha256: str, by: Actor, at: datetime | None = None) -> Newsletter:
    """It goes out at that moment, in a minute at the earliest, so that it can be taken back.

    Also what is late; of what waits for its time somebody else may have said when.
    """
    ask_leave(by, SEND)
    # Once it is locked: who had it a moment ago may have said when.
    found = locked(newsletter, State.APPROVED, State.SCHEDULED)
    if not found.is_late:
        found = locked(newsletter, State.APPROVED)
    if found.frozen_sha256 != sha256:
        raise ValidationError(_("Somebody changed it meanwhile. Read it again before you send it."))
    # Also what changed since it was approved: the postal address, a page that it links, who is on the list.
    refuse_blocked(found)
    _refuse_past(at)
    act_as(by)
    soonest = timezone.now() + UNDO_WINDOW
    found.state, found.launched_by, found.scheduled_for = State.SCHEDULED, by.account, max(at or soonest, soonest)
    found.save()
    return found


def launched_already(newsletter: Newsletter, *, sha256: str, by: Actor, at: datetime | None = None) -> bool:
    """Just these words, for just that time, by just this person; also when its minute is over and it is out.

    Not of what is late: it is not out, and is to be sent once more.
    """
    soonest = timezone.now() + UNDO_WINDOW
    wanted, set_for = max(at or soonest, soonest), newsletter.scheduled_for
    is_theirs = newsletter.frozen_sha256 == sha256 and newsletter.launched_by == by.account
    if newsletter.is_late or not is_theirs or set_for is None:
        return False
    return set_for == wanted or (set_for < soonest and wanted == soonest)


def _refuse_past(at: datetime | None) -> None:
    """A slip in the month would send it to everybody in a minute. Forms know no seconds, so this minute is to come."""
    if at and at <= timezone.now() - timedelta(minutes=1):
        raise ValidationError(_("Choose a time to come, or leave it empty to send it in a minute."))


@transaction.atomic
def take_back(*, newsletter: Newsletter, by: Actor) -> Newsletter:
    """Before its time: nobody got it."""
    ask_leave(by, SEND)
    found = locked(newsletter, State.SCHEDULED)
    act_as(by)
    found.state, found.launched_by, found.scheduled_for = State.APPROVED, None, None
    found.save()
    return found


def begin_due(now: datetime | None = None) -> int:
    """Begins what its time has come for; returns how many. What is late by hours waits for somebody to say so again."""
    due = Newsletter.objects.due(now or timezone.now()).values_list("pk", flat=True)
    return sum(_begin_alone(pk, now or timezone.now()) for pk in list(due))


def _begin_alone(pk: int, now: datetime) -> bool:
    """One that cannot begin holds up no other; the next look tries again."""
    try:
        return _begin(pk, now)
    except DatabaseError:
        logger.exception("newsletter %s could not begin", pk)
        return False


@transaction.atomic
def _begin(pk: int, now: datetime) -> bool:
    """Text and recipients in one commit: killed at any point, nobody or everybody is to get it."""
    found = Newsletter.objects.due(now).select_for_update(skip_locked=True).filter(pk=pk).first()
    if found is None:
        return False
    act_as(JOB)
    if not found.stops() and _write_down(found):
        doorbell.ring_after_commit()
        return True
    # Overturned since, or everybody left: it waits for somebody, who reads on its page why.
    logger.error("newsletter %s does not go out: an article was withdrawn or changed, or nobody would get it", pk)
    _unschedule(Newsletter.objects.get(pk=pk))
    return False


def _write_down(newsletter: Newsletter) -> bool:
    """Sent to nobody, it would stand in the archive as an issue that went out; then nothing of this stays.

    Whoever chose one e-mail a month is no recipient, and reads of it there.
    """
    before = transaction.savepoint()
    newsletter.mailing, newsletter.begun_at, newsletter.state = Mailing.objects.create(), timezone.now(), State.SENDING
    newsletter.number = (Newsletter.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    newsletter.slug = _slug(newsletter)
    newsletter.candidates = freeze(newsletter)
    if not newsletter.candidates and not segments.is_for_the_monthly(newsletter):
        transaction.savepoint_rollback(before)
        return False
    newsletter.save()
    return True


def _unschedule(newsletter: Newsletter) -> None:
    newsletter.state, newsletter.scheduled_for = State.APPROVED, None
    newsletter.save()


def _slug(newsletter: Newsletter) -> str:
    """The number stands in it, so that two of one subject differ."""
    return f"{newsletter.number}-{slugify(newsletter.subject)}"[:100].strip("-")


# Of everybody in "chosen", in one statement; as queue_email writes it. Numbered beforehand, so that nothing has to find
# its mail again. Behind the number 64 bits by chance: whoever reads the name of their own mail must not be able to say
# that another's came back. Of a secret that nobody keeps: to ask for chance anew for each takes as long as to write the
# mails down. Each name and key is the last one so far, and the readers come in order: Postgres puts it behind the one
# before, in the page of the index that it has in hand, and looks for no place.
NUMBERED = """
nextval('mailings_outgoingemail_id_seq'),
%(names)s || lpad(to_hex(row_number() OVER ()), 8, '0')
    || encode(substr(sha256(%(secret)s::bytea || int8send(row_number() OVER ())), 1, 8), 'hex')
"""
QUEUE_CHOSEN = """
INSERT INTO mailings_outgoingemail (
    id, uuid, kind, audience, language, priority, mailing_id, email, dedupe_key, message_id, state,
    next_attempt_at, attempts, last_reply, created_at
)
SELECT mail, name::uuid, %(kind)s, %(audience)s, language, %(priority)s, %(mailing)s, address,
    %(key)s || lpad(subscriber::text, 12, '0'), '<' || name || '@' || %(domain)s || '>', %(state)s,
    %(at)s, 0, '', %(at)s
FROM chosen
"""
FREEZE = f"""
WITH chosen (subscriber, address, language, mail, name) AS MATERIALIZED (
    SELECT found.*, %(language)s, {NUMBERED} FROM ({{segment}}) AS found (subscriber, address)
), mails AS ({QUEUE_CHOSEN})
INSERT INTO newsletters_newsletterrecipient (newsletter_id, subscriber_id, outgoing_id)
SELECT %(newsletter)s, subscriber, mail FROM chosen
"""  # noqa: S608 - all parts are ours


def freeze(newsletter: Newsletter) -> int:
    """Writes down everybody who gets it, each with their mail; returns how many."""
    found = segments.may_be_mailed(segments.segment(newsletter))
    chosen = found.order_by("pk").values_list("pk", "email")
    sql, values = named(chosen)
    facts = facts_of_many(NEWSLETTER, newsletter.mailing_id, newsletter.begun_at)
    with connection.cursor() as cursor:
        cursor.execute(
            FREEZE.format(segment=sql),
            {**values, **facts, "language": newsletter.language, "newsletter": newsletter.pk},
        )
        return cursor.rowcount


def named(query: QuerySet[Any, Any]) -> tuple[str, dict[str, Any]]:
    """A query to stand within another one: its values have names, so that their places do not matter."""
    sql, values = query.query.sql_with_params()
    first, *rest = sql.split("%s")
    text = "".join(f"%(value{number})s{part}" for number, part in enumerate(rest))
    return first + text, {f"value{number}": value for number, value in enumerate(values)}


def facts_of_many(kind: str, mailing: int | None, at: datetime | None) -> dict[str, Any]:
    number = mailing or 0
    return {
        "kind": kind,
        "audience": OutgoingEmail.Audience.PERSON.value,
        "priority": OutgoingEmail.Priority.BULK.value,
        "mailing": mailing,
        # No key of another kind begins with a sign so far behind the letters.
        "key": f"~{kind}:{number:010}:",
        # How the 32 digits of each begin, behind nearly all names by chance; then stand eight that are numbers, and
        # sixteen of its own.
        "names": f"ffff{number % 16**4:04x}",
        "secret": secrets.token_bytes(32),
        "domain": settings.FROM_EMAIL.rpartition("@")[2],
        "state": OutgoingEmail.State.QUEUED.value,
        "at": at,
    }
