"""Many mails that are one sending, which can stand still by itself."""

import django.db.models.deletion
from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGER = """
CREATE TRIGGER outgoingemail_stays_in_mailing BEFORE UPDATE OF mailing_id ON mailings_outgoingemail
    FOR EACH ROW WHEN (OLD.mailing_id IS NOT NULL AND NEW.mailing_id IS DISTINCT FROM OLD.mailing_id)
    EXECUTE FUNCTION keep_mail_of_mailing();
CREATE TRIGGER outgoingemail_of_mailing_stays BEFORE DELETE ON mailings_outgoingemail
    FOR EACH ROW WHEN (OLD.mailing_id IS NOT NULL) EXECUTE FUNCTION keep_mail_of_mailing();
"""
NO_TRIGGER = """
DROP TRIGGER outgoingemail_stays_in_mailing ON mailings_outgoingemail;
DROP TRIGGER outgoingemail_of_mailing_stays ON mailings_outgoingemail;
"""


class Migration(migrations.Migration):
    dependencies = [("mailings", "0030_write_sent")]
    operations = [
        migrations.CreateModel(
            "Mailing",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="begun at")),
                ("paused_at", models.DateTimeField(blank=True, null=True, verbose_name="paused at")),
            ],
            options={
                "verbose_name": "mailing",
                "verbose_name_plural": "mailings",
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("paused_at__isnull", False)), fields=["id"], name="mailing_paused")
                ],
            },
        ),
        migrations.AddField(
            "outgoingemail",
            "mailing",
            models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="mailings.mailing",
                verbose_name="mailing",
            ),
        ),
        stored_function("mailings", "keep_mail_of_mailing", before="DROP FUNCTION keep_mail_of_mailing()"),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
    ]
