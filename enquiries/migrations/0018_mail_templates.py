"""Texts that staff mail to one lead. An approved one is final, but for being retired once.

Erasing a person takes the address out of such mails too, also of one that went to an address since corrected. A notice
that a lead is somebody's is a mail to staff, which stays.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER mailtemplate_approved_stays BEFORE DELETE ON enquiries_mailtemplate
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mailtemplate_approved_is_final BEFORE UPDATE ON enquiries_mailtemplate
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL AND (
        OLD.retired_at IS NOT NULL
        OR (OLD.id, OLD.name, OLD.number, OLD.language, OLD.subject, OLD.body, OLD.approved_at, OLD.approved_by_id,
            OLD.created_at)
        IS DISTINCT FROM
        (NEW.id, NEW.name, NEW.number, NEW.language, NEW.subject, NEW.body, NEW.approved_at, NEW.approved_by_id,
            NEW.created_at)
    )) EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER mailtemplate_approved_is_final ON enquiries_mailtemplate;
DROP TRIGGER mailtemplate_approved_stays ON enquiries_mailtemplate;
"""
ERASE_BEFORE = import_module("enquiries.migrations.0014_merging").ERASE_AFTER
CHANGES = {
    "'packet_failed', ": "'packet_failed', 'lead_assigned', ",
    "FROM enquiries_packetdelivery WHERE lead_id = ANY(lead_ids))": (
        "FROM enquiries_packetdelivery WHERE lead_id = ANY(lead_ids))\n"
        "       OR id IN (SELECT outgoing_id FROM enquiries_leadmail WHERE lead_id = ANY(lead_ids))"
    ),
}
ERASE_AFTER = ERASE_BEFORE
for old, new in CHANGES.items():
    ERASE_AFTER = ERASE_AFTER.replace(old, new)
    assert ERASE_AFTER.count(new) == 1, "erase_person reads otherwise than this migration thinks"  # noqa: S101


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0017_calls_and_mails"),
        ("mailings", "0008_asked_to_stop"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="MailTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("number", models.PositiveIntegerField(default=1, editable=False, verbose_name="edition")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="For colleagues, such as “Spanish”. Leave it empty for the language of the site.",
                        max_length=20,
                        verbose_name="language",
                    ),
                ),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                (
                    "body",
                    models.TextField(
                        help_text=(
                            "An empty line begins a new paragraph. Name, address and hours of the clinic follow."
                        ),
                        max_length=10000,
                        verbose_name="text",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved at"),
                ),
                ("retired_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="retired at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail template",
                "verbose_name_plural": "mail templates",
                "ordering": ["name", "-number"],
                "permissions": [("approve_mailtemplate", "Can approve mail templates")],
                "constraints": [
                    models.UniqueConstraint(fields=("name", "number"), name="mailtemplate_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("subject", ""), _negated=True),
                            models.Q(("body", ""), _negated=True),
                        ),
                        name="mailtemplate_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True), ("approved_at__isnull", False), _connector="OR"
                        ),
                        name="mailtemplate_approval_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retired_at__isnull", True), ("approved_at__isnull", False), _connector="OR"
                        ),
                        name="mailtemplate_retired_was_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="queued at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="enquiries.lead",
                        verbose_name="lead",
                    ),
                ),
                (
                    "outgoing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_mail",
                        to="mailings.outgoingemail",
                        verbose_name="mail",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="enquiries.mailtemplate",
                        verbose_name="template",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail to a lead",
                "verbose_name_plural": "mails to leads",
                "ordering": ["-created_at"],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(ERASE_AFTER, ERASE_BEFORE),
    ]
