"""What became of one issue, by the domain of who got it: a provider that refuses us shows here."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from desk.numbers import query
from desk.numbers.tables import Cell, Table, share, total_row
from foundation.addresses import ERASED
from newsletters.models import Newsletter

# Of fewer, one could be told by a domain, as by the name of a firm.
FEWEST = 10
# A week after it they left for another reason.
LEFT_WITHIN_DAYS = 7

# Each mail is read once, by several processes at a time, and joined to nothing: domains are few. Whoever left is found
# by when, and not among all who ever got it; they left after the last issue before that.
SQL = """
WITH mails AS (
    SELECT split_part(email, '@', 2) AS domain, state, count(*) AS people
    FROM mailings_outgoingemail WHERE mailing_id = %(mailing)s GROUP BY 1, 2
), complained AS (
    SELECT split_part(mail.email, '@', 2) AS domain, count(DISTINCT mail.id) AS people
    FROM mailings_mailevent AS event JOIN mailings_outgoingemail AS mail ON mail.id = event.outgoing_id
    WHERE event.kind = 'complained' AND mail.mailing_id = %(mailing)s GROUP BY 1
), gone AS (
    SELECT split_part(got.email, '@', 2) AS domain, count(*) AS people
    FROM mailings_subscriber AS subscriber
    JOIN newsletters_newsletterrecipient AS recipient
        ON recipient.subscriber_id = subscriber.id AND recipient.newsletter_id = %(newsletter)s
    JOIN mailings_outgoingemail AS got ON got.id = recipient.outgoing_id
    WHERE subscriber.state = 'unsubscribed' AND subscriber.unsubscribed_at >= %(begun_at)s
        AND subscriber.unsubscribed_at BETWEEN got.sent_at AND got.sent_at + make_interval(days => %(days)s)
        AND NOT EXISTS (
            SELECT FROM newsletters_newsletterrecipient AS later
            JOIN mailings_outgoingemail AS next ON next.id = later.outgoing_id
            WHERE later.subscriber_id = subscriber.id AND next.sent_at > got.sent_at
                AND next.sent_at < subscriber.unsubscribed_at
        )
    GROUP BY 1
), counted AS (
    SELECT domain, sum(mails.people) AS people,
        sum(mails.people) FILTER (WHERE state = 'sent') AS sent,
        sum(mails.people) FILTER (WHERE state = 'failed') AS failed,
        sum(mails.people) FILTER (WHERE state = 'bounced') AS bounced,
        sum(mails.people) FILTER (WHERE state = 'cancelled') AS cancelled,
        sum(mails.people) FILTER (WHERE state = 'uncertain') AS uncertain,
        sum(mails.people) FILTER (WHERE state IN ('queued', 'sending')) AS waiting,
        min(complained.people) AS complained, min(gone.people) AS gone
    FROM mails LEFT JOIN complained USING (domain) LEFT JOIN gone USING (domain)
    GROUP BY domain
), named AS (
    SELECT CASE WHEN people >= %(fewest)s AND domain <> %(erased)s THEN domain ELSE '' END AS name, counted.*
    FROM counted
)
SELECT name, sum(people), sum(sent), sum(failed), sum(bounced), sum(cancelled), sum(uncertain), sum(waiting),
    sum(complained), sum(gone)
FROM named GROUP BY name ORDER BY (name = ''), sum(people) DESC, name
"""


class Domain(NamedTuple):
    """name: empty for all that are too small to be named."""

    name: str
    people: int
    sent: int
    failed: int
    bounced: int
    cancelled: int
    uncertain: int
    waiting: int
    complained: int
    left: int

    @property
    def label(self) -> str:
        return self.name or _("other")

    def with_other(self, other: "Domain") -> "Domain":
        return Domain("", *(mine + theirs for mine, theirs in zip(self[1:], other[1:], strict=True)))


def read(newsletter: Newsletter) -> list[Domain]:
    """The largest first, what is too small to be named last."""
    values = {
        "mailing": newsletter.mailing_id,
        "newsletter": newsletter.pk,
        "begun_at": newsletter.begun_at,
        "days": LEFT_WITHIN_DAYS,
        "fewest": FEWEST,
        "erased": ERASED.removeprefix("@"),
    }
    rows = query.rows(SQL, values) if newsletter.has_begun else []
    return hidden([Domain(name, *(int(number or 0) for number in numbers)) for name, *numbers in rows])


def hidden(found: list[Domain]) -> list[Domain]:
    """One person at a domain of their own is not hidden by a row of one: the smallest that is named goes with them."""
    while len(found) > 1 and not found[-1].name and found[-1].people < FEWEST:
        found = [*found[:-2], found[-2].with_other(found[-1])]
    return found


def sent_share(domain: Domain) -> float | None:
    """In per cent, of all to whom it has been tried."""
    return share(domain.sent, domain.people - domain.waiting - domain.cancelled)


def table(found: list[Domain]) -> Table:
    columns = [
        *(_("Domain"), _("Recipients"), _("Sent"), _("Failed"), _("Came back"), _("Cancelled"), _("Uncertain")),
        *(_("Waiting"), _("Reported as spam"), _("Left")),
    ]
    rows: list[list[Cell]] = [[domain.label, *domain[1:]] for domain in found]
    notes = [
        _("Sent means that the mail server of the domain, or your provider, took it."),
        _("Left are those who left the newsletter within a week of this issue, and before they got another."),
        _("Domains of fewer than ten people, and people who were erased, stand together as “other”."),
    ]
    return Table("by-domain", _("What became of it, by domain"), columns, [*rows, total_row(rows)], notes)
