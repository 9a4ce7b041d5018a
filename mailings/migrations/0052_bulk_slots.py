from django.db import migrations, models

from foundation.stored_functions import stored_function

TAKES = "(integer, integer, integer, interval)"


class Migration(migrations.Migration):
    """The build before goes on with take_bulk_slot, which knows no slots: to be dropped by the next change here."""

    dependencies = [("mailings", "0051_mails_of_an_address")]
    operations = [
        migrations.CreateModel(
            "BulkSlot",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("free_at", models.DateTimeField(verbose_name="free at")),
            ],
            options={
                "verbose_name": "slot of mail to many",
                "verbose_name_plural": "slots of mail to many",
                "default_permissions": (),
            },
        ),
        stored_function("mailings", "take_bulk_turn", before=f"DROP FUNCTION take_bulk_turn{TAKES}"),
    ]
