"""What a notice to staff tells of stands in a row, and no longer in the key of its mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

ABOUT = [
    ("enquiry", "an enquiry"),
    ("enquiries", "many enquiries"),
    ("held", "what is held"),
    ("packet", "a packet that did not arrive"),
    ("packets", "many packets that did not arrive"),
    ("owner", "leads that were given to somebody"),
]


def cause(to: str, words: str, related_name: str = "notices") -> models.ForeignKey:
    return models.ForeignKey(
        to,
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        verbose_name=words,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0021_numbers"),
        ("mailings", "0010_audience_and_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "packetversion",
            "language",
            models.CharField(db_default="en", default="en", editable=False, max_length=20, verbose_name="language"),
        ),
        migrations.CreateModel(
            name="StaffNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(choices=ABOUT, max_length=20, verbose_name="about")),
                ("enquiry", cause("enquiries.enquiry", "enquiry")),
                ("delivery", cause("enquiries.packetdelivery", "packet delivery")),
                ("event", cause("enquiries.leadevent", "event")),
                ("owner", cause(settings.AUTH_USER_MODEL, "owner", "+")),
                (
                    "outgoing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff_notice",
                        to="mailings.outgoingemail",
                        verbose_name="mail",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice to staff",
                "verbose_name_plural": "notices to staff",
                "ordering": ["-pk"],
                "indexes": [models.Index(condition=Q(about="held"), fields=["-id"], name="staffnotice_held")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(about="enquiry", enquiry__isnull=False)
                        | Q(about="packet", delivery__isnull=False)
                        | Q(about="owner", event__isnull=False, owner__isnull=False)
                        | Q(about__in=["enquiries", "held", "packets"]),
                        name="staffnotice_has_cause",
                    )
                ],
            },
        ),
    ]
