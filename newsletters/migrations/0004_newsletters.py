"""Issues of the newsletter: what they are made of, who gets them, and what was done to them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0022_a_no_holds"),
        ("mailings", "0032_mailing_index"),
        ("newsletters", "0003_on_their_word"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Newsletter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("approved", "approved"),
                            ("scheduled", "scheduled"),
                            ("sending", "sending"),
                            ("paused", "paused"),
                            ("sent", "sent"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("language", models.CharField(default="en", max_length=20, verbose_name="language")),
                ("subject", models.CharField(max_length=150, verbose_name="subject")),
                (
                    "preheader",
                    models.CharField(
                        blank=True,
                        help_text="Mail programs show it behind the subject, before the mail is opened.",
                        max_length=150,
                        verbose_name="preheader",
                    ),
                ),
                (
                    "introduction",
                    models.TextField(blank=True, help_text="Markdown, as in articles.", verbose_name="introduction"),
                ),
                ("text", models.TextField(blank=True, verbose_name="text part")),
                ("to_language", models.CharField(blank=True, max_length=20, verbose_name="who reads this language")),
                ("joined_since", models.DateField(blank=True, null=True, verbose_name="who joined since")),
                ("frozen", models.TextField(blank=True, editable=False)),
                ("frozen_sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="sha256")),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved at"),
                ),
                (
                    "scheduled_for",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="goes out at"),
                ),
                (
                    "paused_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("staff", "Somebody who works here paused it."),
                            ("bounces", "Of a hundred mails two or more came back, since the addresses do not exist."),
                            ("complaints", "Of a thousand people one or more reported it as spam."),
                        ],
                        editable=False,
                        max_length=20,
                        verbose_name="paused because",
                    ),
                ),
                ("resumed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="resumed at")),
                (
                    "number",
                    models.PositiveIntegerField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="number"
                    ),
                ),
                ("slug", models.SlugField(blank=True, editable=False, max_length=100, verbose_name="slug")),
                (
                    "candidates",
                    models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name="recipients"),
                ),
                ("begun_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="begun at")),
                ("sent_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sent at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
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
                (
                    "did_not_get",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="newsletters.newsletter",
                        verbose_name="who did not get this issue",
                    ),
                ),
                (
                    "got",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="newsletters.newsletter",
                        verbose_name="who got this issue",
                    ),
                ),
                (
                    "launched_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="launched by",
                    ),
                ),
                (
                    "mailing",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="mailings.mailing",
                        verbose_name="mailing",
                    ),
                ),
            ],
            options={
                "verbose_name": "newsletter",
                "verbose_name_plural": "newsletters",
                "ordering": ["-created_at"],
                "permissions": [
                    ("approve_newsletter", "Can approve newsletters that others wrote"),
                    ("send_newsletter", "Can send newsletters, pause and cancel them"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("slug", ""), _negated=True), fields=("slug",), name="newsletter_slug_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject", ""), _negated=True), name="newsletter_has_subject"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "cancelled"]),
                            models.Q(
                                models.Q(("frozen", ""), _negated=True),
                                ("approved_at__isnull", False),
                                ("approved_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_beyond_draft_is_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "scheduled"), _negated=True),
                            models.Q(("launched_by__isnull", False), ("scheduled_for__isnull", False)),
                            _connector="OR",
                        ),
                        name="newsletter_scheduled_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["sending", "paused", "sent"]), _negated=True),
                            models.Q(
                                ("candidates__isnull", False),
                                ("mailing__isnull", False),
                                ("number__isnull", False),
                                models.Q(("slug", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="newsletter_begun_has_recipients",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paused"), models.Q(("paused_because", ""), _negated=True)),
                            models.Q(models.Q(("state", "paused"), _negated=True), ("paused_because", "")),
                            _connector="OR",
                        ),
                        name="newsletter_paused_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="newsletter_sent_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NewsletterEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("saved", "saved"), ("tested", "sent to oneself as a test"), ("moved", "moved")],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("data", models.JSONField(blank=True, db_default={}, default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "newsletter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="newsletters.newsletter",
                        verbose_name="newsletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a newsletter",
                "verbose_name_plural": "events of newsletters",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="NewsletterTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "newsletter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="newsletters.newsletter",
                        verbose_name="newsletter",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.topic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("newsletter", "topic"), name="newslettertopic_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="newsletter",
            name="topics",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                through="newsletters.NewsletterTopic",
                to="articles.topic",
                verbose_name="who chose one of these topics",
            ),
        ),
        migrations.CreateModel(
            name="NewsletterEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "newsletter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="newsletters.newsletter",
                        verbose_name="newsletter",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "ordering": ["position"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("newsletter", "article"), name="newsletterentry_article_once"),
                    models.UniqueConstraint(fields=("newsletter", "position"), name="newsletterentry_position_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NewsletterRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "newsletter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="newsletters.newsletter",
                        verbose_name="newsletter",
                    ),
                ),
                (
                    "outgoing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="newsletter_recipient",
                        to="mailings.outgoingemail",
                        verbose_name="mail",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="received",
                        to="newsletters.subscriber",
                        verbose_name="subscriber",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient",
                "verbose_name_plural": "recipients",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("newsletter", "subscriber"), name="newsletterrecipient_once")
                ],
            },
        ),
    ]
