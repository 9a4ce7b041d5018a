from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that mail goes out meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0033_pace")]
    operations = [
        AddIndexConcurrently(
            "outgoingemail",
            models.Index(
                condition=models.Q(("mailing__isnull", False)),
                fields=["mailing", "state", "id"],
                name="outgoingemail_of_mailing",
            ),
        ),
        # It begins with the same columns. Last, so that the account is read by one or the other all the time.
        RemoveIndexConcurrently("outgoingemail", "outgoingemail_mailing"),
        AddIndexConcurrently(
            "mailevent",
            models.Index(condition=models.Q(("kind", "complained")), fields=["outgoing"], name="mailevent_complained"),
        ),
    ]
