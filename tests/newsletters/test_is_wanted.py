from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from foundation.models import ContentVersion
from mailings.emails import kinds
from mailings.models import Mailing, OutgoingEmail
from newsletters import digest_mail
from newsletters.emails import DIGEST, NEWSLETTER, is_wanted
from newsletters.models import Digest, DigestRecipient, Newsletter, Subscriber

SOON = timedelta(hours=1)


@pytest.mark.parametrize("rhythm", Subscriber.Rhythm.values)
@pytest.mark.parametrize(
    "fields", [{}, {"state": "unsubscribed"}, {"state": "held"}, {"paused": SOON}, {"paused": -SOON}]
)
def test_postgres_says_of_a_mail_what_is_asked_of_many(
    rhythm: str, fields: dict[str, Any], under_way: Callable[[], Newsletter], join: Callable[..., Subscriber]
) -> None:
    reader = join("zoe@example.org")
    issue = under_way()
    of_issue = issue.recipients.get().outgoing
    of_digest = OutgoingEmail.objects.create(email="zoe@example.org", kind=DIGEST, dedupe_key="2", message_id="<2@x>")
    digest = Digest.objects.create(month=timezone.now().date(), mailing=Mailing.objects.create())
    DigestRecipient.objects.create(digest=digest, subscriber=reader, outgoing=of_digest, issues=[issue.pk])
    pause = fields.get("paused")
    Subscriber.objects.filter(pk=reader.pk).update(
        rhythm=rhythm, state=fields.get("state", "confirmed"), paused_until=pause and timezone.now() + pause
    )
    may = "state" not in fields and pause != SOON
    assert is_wanted(of_issue) == said(NEWSLETTER, of_issue) == (may and rhythm == "each")
    assert digest_mail.is_wanted(of_digest) == said(DIGEST, of_digest) == (may and rhythm == "monthly")
    ContentVersion.objects.update(version=uuid4())
    # Written before the content moved, it is not the way it would be now.
    assert not said(DIGEST, of_digest)


def said(kind: str, outgoing: OutgoingEmail) -> bool:
    alike = kinds[kind].alike
    assert alike
    with connection.cursor() as cursor:
        asked = [outgoing.pk, *alike.as_prepared(outgoing)]
        cursor.execute(f"SELECT {alike.is_wanted}({', '.join(['%s'] * len(asked))})", asked)
        return bool(cursor.fetchone()[0])
