"""Who took an imported list back stands on record."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0008_review_reminders"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_in", "signed in"),
                    ("sign_in_failed", "failed to sign in"),
                    ("sign_in_held_off", "was held off after too many tries"),
                    ("signed_out", "signed out"),
                    ("sessions_ended", "signed out everywhere"),
                    ("password_changed", "changed the password"),
                    ("password_reset_asked", "asked for a new password"),
                    ("factor_added", "added a second factor"),
                    ("factor_removed", "removed a second factor"),
                    ("recovery_codes_made", "made new recovery codes"),
                    ("account_added", "added an account"),
                    ("account_changed", "changed an account"),
                    ("roles_synced", "set the roles anew"),
                    ("health_text_opened", "opened what a person wrote"),
                    ("person_exported", "exported a person"),
                    ("list_exported", "exported a list"),
                    ("export_ended", "came to the end of an export"),
                    ("list_imported", "imported a list"),
                    ("import_undone", "took a list back that was imported"),
                    ("bulk_run", "changed many leads at once"),
                    ("person_erased", "erased a person"),
                    ("backup_made", "made a backup"),
                ],
                max_length=40,
                verbose_name="what",
            ),
        ),
    ]
