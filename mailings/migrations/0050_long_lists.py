"""What staff's lists of mails and consents are narrowed by, when there are millions."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

STOPPED = Q(state__in=["failed", "bounced", "cancelled", "uncertain"])
WAITING = Q(state__in=["queued", "sending"])
MISSED = Q(state__in=["failed", "bounced", "uncertain"]) | Q(state="cancelled", forbidden=True)


class Migration(migrations.Migration):
    # Concurrently, so that mail goes out meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0049_both_in_one")]
    operations = [
        AddIndexConcurrently(
            "outgoingemail", models.Index(fields=["state", "id"], name="outgoingemail_stopped", condition=STOPPED)
        ),
        AddIndexConcurrently(
            "outgoingemail", models.Index(fields=["id"], name="outgoingemail_waiting", condition=WAITING)
        ),
        AddIndexConcurrently(
            "outgoingemail",
            models.Index(fields=["kind", "id"], name="outgoingemail_of_kind", condition=~Q(kind="newsletter")),
        ),
        AddIndexConcurrently(
            "outgoingemail",
            models.Index(
                fields=["-created_at"], name="outgoingemail_missed_notice", condition=Q(audience="staff") & MISSED
            ),
        ),
        AddIndexConcurrently(
            "consent", models.Index(fields=["id"], name="consent_by_staff", condition=~Q(given="web"))
        ),
    ]
