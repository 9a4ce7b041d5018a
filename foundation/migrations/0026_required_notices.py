"""Words that the law of some place wants shown, with their days, and each state in which they were saved."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from foundation.stored_functions import content_trigger

APPEND_ONLY = """
CREATE TRIGGER requirednoticerevision_append_only BEFORE UPDATE OR DELETE ON foundation_requirednoticerevision
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
DROP = "DROP TRIGGER requirednoticerevision_append_only ON foundation_requirednoticerevision"


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0025_own_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RequiredNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.CharField(
                        help_text="Whose law asks for it, such as Florida.", max_length=100, verbose_name="place"
                    ),
                ),
                (
                    "law",
                    models.TextField(
                        blank=True,
                        help_text="For your colleagues: which law, and where it is to be read.",
                        verbose_name="what asks for it",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="As your counsel gave it to you. It is shown as typed; an empty line parts it.",
                        verbose_name="wording",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en",
                        help_text="Its code, such as en or es, by which it is read aloud.",
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "Write a language as its code, such as en or es."
                            )
                        ],
                        verbose_name="language of the wording",
                    ),
                ),
                (
                    "placement",
                    models.CharField(
                        choices=[
                            ("both", "articles and the packet"),
                            ("articles", "articles"),
                            ("packet", "the packet: its page, its mail, the document"),
                        ],
                        default="both",
                        max_length=20,
                        verbose_name="where it is shown",
                    ),
                ),
                (
                    "begins_on",
                    models.DateField(
                        blank=True,
                        help_text="The first day, where the clinic is; empty for at once.",
                        null=True,
                        verbose_name="from",
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="The last day; empty for no end.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft: nobody outside sees it"),
                            ("approved", "approved by counsel: shown from its first day on"),
                        ],
                        default="draft",
                        help_text="Approve it only once your counsel has approved these very words.",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
            ],
            options={
                "verbose_name": "required notice",
                "verbose_name_plural": "required notices",
                "ordering": ["place", "begins_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("begins_on", None),
                            ("ends_on", None),
                            ("ends_on__gte", models.F("begins_on")),
                            _connector="OR",
                        ),
                        name="requirednotice_ends_after_it_began",
                        violation_error_message="The last day comes before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), models.Q(("place", ""), _negated=True)
                        ),
                        name="requirednotice_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequiredNoticeRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField()),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="foundation.requirednotice",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "revision of a required notice",
                "verbose_name_plural": "revisions of required notices",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(APPEND_ONLY, DROP),
        content_trigger("foundation_requirednotice", frame=True),
    ]
