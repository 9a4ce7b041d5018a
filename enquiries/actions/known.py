"""What intake must know of an address, in one trip under its lock; what each answer means is said where it is used."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from enquiries import rules
from enquiries.actions.notices import PAUSE, held_key, many_key
from enquiries.emails import PACKET, STAFF_NOTICE
from enquiries.models import Enquiry, StaffNotice
from foundation.actors import Actor
from foundation.tokens import hash_address
from mailings.limits import SHARE, share_values
from mailings.models import Suppression, Why
from mailings.rules import STOPS, STOPS_VALUES


class Known(NamedTuple):
    address: str  # as Postgres stores it
    # The same enquiry of a moment ago.
    replayed: int | None
    # Whose address it is, whom they live on in, and all addresses of theirs.
    lead: int | None
    survivor: int | None
    family: list[str]
    stops: list[str]
    had_its_share: bool
    version: int | None
    version_is_demo: bool | None
    # What staff were told in this hour: of this person; how many notices; that there are many, or some held.
    was_told_of: bool
    notices: int
    told_of_many: bool
    told_of_held: bool
    # For the rows that are to come.
    new_lead: int
    new_enquiry: int
    new_consents: list[int]
    new_mails: list[int]

    @property
    def why_nothing_may_go_there(self) -> Why | None:
        return Suppression(reason=self.stops[0]).why if self.stops else None


# A merged lead lives on in another, and so on up; then all who were merged into that one, and so on down.
KNOWN = f"""
WITH RECURSIVE up AS (
    SELECT id, merged_into_id FROM enquiries_lead WHERE email = lower(%(email)s)
    UNION SELECT lead.id, lead.merged_into_id FROM enquiries_lead AS lead JOIN up ON lead.id = up.merged_into_id
), family AS (
    SELECT lead.id, lead.email FROM enquiries_lead AS lead JOIN up USING (id) WHERE lead.merged_into_id IS NULL
    UNION SELECT lead.id, lead.email FROM enquiries_lead AS lead JOIN family ON lead.merged_into_id = family.id
), version AS (
    SELECT one.id, coalesce((one.sources ->> 'demo')::boolean, one.approved_by_id IS NULL) AS is_demo
    FROM enquiries_packetversion AS one JOIN enquiries_packet AS packet ON packet.sent_version_id = one.id
    WHERE packet.slug = 'information-packet'
), same AS (
    SELECT id FROM enquiries_enquiry WHERE email = lower(%(email)s) AND fields_sha256 = %(sha256)s
        AND received_at > %(replay_since)s AND verdict <> %(discarded)s
    ORDER BY received_at DESC, id DESC LIMIT 1
), told AS (
    SELECT mail.email, mail.created_at FROM mailings_outgoingemail AS mail
    JOIN enquiries_staffnotice AS notice ON notice.outgoing_id = mail.id
    WHERE mail.email = lower(%(alert)s) AND mail.kind = %(notice)s AND notice.about = %(about)s
        AND mail.created_at > %(told_since)s
)
SELECT lower(%(email)s), (SELECT id FROM same), (SELECT id FROM enquiries_lead WHERE email = lower(%(email)s)),
    (SELECT id FROM up WHERE merged_into_id IS NULL), ARRAY(SELECT email FROM family WHERE email IS NOT NULL),
    ARRAY(SELECT reason FROM ({STOPS}) AS stops), EXISTS ({SHARE}), (SELECT id FROM version),
    (SELECT is_demo FROM version), EXISTS (
        SELECT FROM enquiries_enquiry AS enquiry JOIN enquiries_staffnotice AS notice ON notice.enquiry_id = enquiry.id
        WHERE enquiry.email = lower(%(email)s) AND enquiry.verdict = %(accepted)s AND notice.about = %(about)s
            AND enquiry.received_at > %(told_since)s
    ), (SELECT count(*) FROM told),
    EXISTS (SELECT FROM mailings_outgoingemail WHERE dedupe_key = %(many_key)s),
    EXISTS (SELECT FROM mailings_outgoingemail WHERE dedupe_key = %(held_key)s),
    nextval('enquiries_lead_id_seq'), nextval('enquiries_enquiry_id_seq'),
    ARRAY(SELECT nextval('mailings_consent_id_seq') FROM generate_series(1, 3)),
    ARRAY(SELECT nextval('mailings_outgoingemail_id_seq') FROM generate_series(1, 2)),
    set_config('clinic.actor', %(actor)s, true)
"""  # noqa: S608 - all parts are ours


def known_of(email: str, sha256: str, by: Actor) -> Known:
    """Call it under lock_address. From here on `by` is who acts (enquiries.actions.events.act_as)."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {**_values(email, sha256), "actor": str(by.account.pk) if by.account else ""})
        return Known(*cursor.fetchone()[:-1])


def _values(email: str, sha256: str) -> dict[str, Any]:
    now = timezone.now()
    return {
        **share_values(PACKET),
        **STOPS_VALUES,
        "email": email,
        "addresses": [email],
        "hashes": [hash_address(email)],
        "sha256": sha256,
        "replay_since": now - rules.REPLAY_WINDOW,
        "discarded": Enquiry.Verdict.DISCARDED.value,
        "accepted": Enquiry.Verdict.ACCEPTED.value,
        "alert": settings.STAFF_ALERT_EMAIL,
        "notice": STAFF_NOTICE,
        "about": StaffNotice.About.ENQUIRY.value,
        "told_since": now - PAUSE,
        "many_key": many_key(now),
        "held_key": held_key(now),
    }
