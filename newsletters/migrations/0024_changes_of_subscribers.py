"""How many came and went: what is known of it so far, and from now on each."""

from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGER = """
CREATE TRIGGER subscriber_change_written AFTER INSERT OR UPDATE OF state OR DELETE ON mailings_subscriber
    FOR EACH ROW EXECUTE FUNCTION write_subscriber_change();
"""
NO_TRIGGER = "DROP TRIGGER subscriber_change_written ON mailings_subscriber"
# Behind the trigger, which lets nobody come or go until this is counted. Of whoever left and was forgotten nothing is
# known; who has confirmed once and waits again has left.
COUNTED = """
INSERT INTO newsletters_subscriberchange (kind, number, at)
SELECT 'joined', count(*), date_bin('15 minutes', GREATEST(confirmed_at, created_at), 'epoch')
FROM mailings_subscriber WHERE confirmed_at IS NOT NULL GROUP BY 3
UNION ALL
SELECT 'left', count(*), date_bin('15 minutes', GREATEST(unsubscribed_at, confirmed_at, created_at), 'epoch')
FROM mailings_subscriber WHERE confirmed_at IS NOT NULL AND state <> 'confirmed' GROUP BY 3
"""


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0023_issues_move_content")]
    operations = [
        migrations.CreateModel(
            "SubscriberChange",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("joined", "joined"), ("left", "left")], max_length=10, verbose_name="what"
                    ),
                ),
                ("number", models.PositiveIntegerField(db_default=1, default=1, verbose_name="how many")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "change of subscribers",
                "verbose_name_plural": "changes of subscribers",
                "default_permissions": (),
            },
        ),
        stored_function("newsletters", "write_subscriber_change", before="DROP FUNCTION write_subscriber_change()"),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]
