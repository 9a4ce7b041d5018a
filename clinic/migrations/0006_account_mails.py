"""The mails about accounts get rows that say what they are about; and a trigger makes such rows, here and in enquiries,
for what the version before queues while it still serves.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.stored_functions import stored_function

FORWARD = """
CREATE TRIGGER outgoingemail_adopt AFTER INSERT OR UPDATE OF audience ON mailings_outgoingemail
    FOR EACH ROW WHEN (NEW.audience = '') EXECUTE FUNCTION adopt_mail();
"""
BACKWARD = "DROP TRIGGER outgoingemail_adopt ON mailings_outgoingemail;"


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_list_imported"),
        ("enquiries", "0022_staff_notices"),
        ("mailings", "0010_audience_and_language"),
    ]
    operations = [
        migrations.CreateModel(
            name="AccountMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="clinic.auditevent",
                        verbose_name="act",
                    ),
                ),
                (
                    "outgoing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account_mail",
                        to="mailings.outgoingemail",
                        verbose_name="mail",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail about an account",
                "verbose_name_plural": "mails about accounts",
                "ordering": ["-pk"],
            },
        ),
        stored_function("clinic", "adopt_mail", before="DROP FUNCTION adopt_mail();"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
