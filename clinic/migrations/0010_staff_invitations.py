"""Colleagues are invited by mail; who did, and what came of it, stands on record."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clinic.models.invitations


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0009_import_undone"),
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
                    ("staff_invited", "invited a colleague"),
                    ("invitation_revoked", "took an invitation back"),
                    ("invitation_taken", "came by an invitation"),
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
        migrations.CreateModel(
            name="StaffInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="invited at")),
                (
                    "expires_at",
                    models.DateTimeField(default=clinic.models.invitations.holds_until, verbose_name="holds until"),
                ),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="taken at")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back at")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation of a colleague",
                "verbose_name_plural": "invitations of colleagues",
                "ordering": ["-pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("invited_at"))),
                        name="staffinvitation_ends_after_it_began",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken_at", None), ("revoked_at", None), _connector="OR"),
                        name="staffinvitation_taken_or_revoked",
                    ),
                ],
            },
        ),
    ]
