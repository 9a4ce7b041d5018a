"""The monthly e-mail: begun on the first working morning of a month, held and let go on."""

import logging
from datetime import date, datetime, time, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.utils import timezone

from foundation.actors import Actor
from foundation.business_hours import DAY, BusinessHours
from foundation.models import ClinicProfile
from mailings import doorbell
from mailings.models import Mailing, OutgoingEmail
from newsletters import segments
from newsletters.actions.launching import NUMBERED, QUEUE_CHOSEN, SEND, facts_of_many, named
from newsletters.actions.moves import act_as, ask_leave
from newsletters.actions.steering import Because, too_many
from newsletters.emails import DIGEST
from newsletters.models import Digest, DigestRecipient, Newsletter, Subscriber
from newsletters.models.digests import stopped

logger = logging.getLogger(__name__)

# Key, address and language of each, and an issue.
Readers = QuerySet[Subscriber, tuple[int, str, str, int]]
# Of a clinic that has not said when it is open: Monday to Friday, from nine.
USUAL_WEEK = {day: [(timedelta(hours=9), timedelta(hours=17))] for day in range(5)}
# Late, for instance after the site was away, it keeps to the hours of the clinic; where that never closes, to the day.
NOT_BEFORE = 8


def begin_due_digest(now: datetime | None = None) -> bool:
    """Whether it began now. A month without an issue, or in which nobody wishes one, has none."""
    now = now or timezone.now()
    month = _month_due(now)
    if month is None or Digest.objects.filter(month=month).exists():
        return False
    try:
        return _begin(month, now)
    except DatabaseError:
        logger.exception("the monthly e-mail of %s could not begin", month)
        return False


def _month_due(now: datetime) -> date | None:
    """The month before, while the clinic is open: on its first working morning, or the next hour that it works."""
    hours = ClinicProfile.objects.current().business_hours()
    hours = BusinessHours(hours.zone, hours.week or USUAL_WEEK, hours.holidays)
    opens, _closes = next(hours.spans(now))
    is_open = opens <= now and now.astimezone(hours.zone).hour >= NOT_BEFORE
    return _month_before(now) if is_open else None


def _month_before(now: datetime) -> date:
    return (ClinicProfile.objects.current().today(now).replace(day=1) - DAY).replace(day=1)


@transaction.atomic
def hold_due_digest(*, by: Actor) -> bool:
    """Of a database that was restored: it may have gone out since the backup, so somebody says whether it goes."""
    now = timezone.now()
    month = _month_before(now)
    if Digest.objects.filter(month=month).exists() or not _begin(month, now):
        return False
    return _hold(Digest.objects.get(month=month), by, Because.RESTORED)


@transaction.atomic
def _begin(month: date, now: datetime) -> bool:
    """Row and recipients in one commit; whoever comes second waits for it, and finds it done."""
    readers = _readers(issues_of(month))
    if readers is None or not readers.exists():
        return False
    facts = {"mailing": Mailing.objects.create, "begun_at": now}
    digest, is_new = Digest.objects.get_or_create(month=month, defaults=facts)
    if is_new:
        digest.candidates = _freeze(digest, readers)
        digest.save()
        doorbell.ring_after_commit()
    return is_new


def issues_of(month: date) -> list[Newsletter]:
    """What went out in it, but for what nobody should be sent to any more; call it in a transaction.

    By when it began: one full mailbox keeps an issue of the 31st under way until the next month. One that was under way
    while the e-mail before this began is in this one.
    """
    zone, after = ClinicProfile.objects.current().zone, (month + 31 * DAY).replace(day=1)
    begins, ends = (datetime.combine(day, time(), zone) for day in (month, after))
    in_it = Q(begun_at__gte=begins) | Q(sent_at__gte=begins)
    issues = list(Newsletter.objects.went_out().filter(in_it, begun_at__lt=ends).order_by("number"))
    left_out = stopped([issue.pk for issue in issues])
    return [issue for issue in issues if issue.pk not in left_out and not _was_listed(issue, begins)]


def _was_listed(issue: Newsletter, begins: datetime) -> bool:
    """Began before the month, and is in the e-mail of one before."""
    if issue.begun_at is None or issue.begun_at >= begins:
        return False
    since = DigestRecipient.objects.filter(digest__begun_at__gte=issue.begun_at)
    return since.filter(issues__contains=[issue.pk]).exists()


FREEZE = f"""
WITH chosen (subscriber, address, language, issues, mail, name) AS MATERIALIZED (
    SELECT grouped.*, {NUMBERED} FROM (
        SELECT subscriber, address, language, array_agg(issue ORDER BY issue)
        FROM ({{readers}}) AS found (subscriber, address, language, issue) GROUP BY 1, 2, 3 ORDER BY 1
    ) AS grouped
), mails AS ({QUEUE_CHOSEN})
INSERT INTO newsletters_digestrecipient (digest_id, subscriber_id, outgoing_id, issues)
SELECT %(digest)s, subscriber, mail, issues FROM chosen
"""  # noqa: S608 - all parts are ours


def _freeze(digest: Digest, readers: Readers) -> int:
    sql, values = named(readers)
    facts = facts_of_many(DIGEST, digest.mailing_id, digest.begun_at)
    with connection.cursor() as cursor:
        cursor.execute(FREEZE.format(readers=sql), {**values, **facts, "digest": digest.pk})
        return cursor.rowcount


def _readers(issues: list[Newsletter]) -> Readers | None:
    """Each with each issue that it lists for them; None of a month without an issue."""
    if not issues:
        return None
    first, *others = map(_readers_of, issues)
    return first.union(*others, all=True) if others else first


def _readers_of(issue: Newsletter) -> Readers:
    found = segments.may_be_mailed(segments.digest_segment(issue))
    number = Value(issue.pk, output_field=BigIntegerField())
    return found.annotate(issue=number).values_list("pk", F("email"), F("language"), "issue")


@transaction.atomic
def pause_digest(*, digest: Digest, by: Actor, because: str = Because.STAFF) -> bool:
    """Only what is on the wire at this moment still goes out. False when it stands still already."""
    if because == Because.STAFF:
        ask_leave(by, SEND)
    return _hold(digest, by, because)


def _hold(digest: Digest, by: Actor, because: str) -> bool:
    act_as(by)
    is_new = bool(Digest.objects.filter(pk=digest.pk, paused_because="").update(paused_because=because))
    if is_new:
        Mailing.objects.filter(pk=digest.mailing_id).update(paused_at=timezone.now())
    return is_new


@transaction.atomic
def resume_digest(*, digest: Digest, by: Actor) -> bool:
    ask_leave(by, SEND)
    act_as(by)
    paused = Digest.objects.filter(pk=digest.pk).exclude(paused_because="")
    is_new = bool(paused.update(paused_because="", resumed_at=timezone.now()))
    if is_new:
        Mailing.objects.filter(pk=digest.mailing_id).update(paused_at=None)
        doorbell.ring_after_commit()
    return is_new


def heed_digest_result(outgoing: OutgoingEmail, by: Actor) -> None:
    """As of an issue: where too many came back or complained, it waits for somebody."""
    digest = Digest.objects.filter(mailing=outgoing.mailing_id, paused_because="").first()
    # Days later reports still come; with nothing to hold, nobody need let it go on.
    waits = digest and OutgoingEmail.objects.filter(mailing=outgoing.mailing_id).waiting().exists()
    because = too_many(digest) if digest and waits else ""
    if digest and because:
        logger.error("the monthly e-mail of %s pauses: %s", digest, because)
        pause_digest(digest=digest, by=by, because=because)
