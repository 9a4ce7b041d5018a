"""Nobody asks how a key or a Message-ID begins: two indexes less for each mail that is queued."""

from django.db import migrations

# Django makes them beside each unique text.
UNUSED = {
    "mailings_outgoingemail_dedupe_key_b8ac29f6_like": "dedupe_key",
    "mailings_outgoingemail_message_id_d001e03e_like": "message_id",
}


class Migration(migrations.Migration):
    # Concurrently, so that mail goes out meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0037_reports_with_results")]
    operations = [
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON mailings_outgoingemail ({column} varchar_pattern_ops)",
        )
        for name, column in UNUSED.items()
    ]
