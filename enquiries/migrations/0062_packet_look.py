"""What the site shows of a packet before anybody asks for it."""

import django.db.models.deletion
from django.db import migrations, models

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0061_undo_bulk_runs"),
        ("foundation", "0008_packets_move_content"),
    ]

    operations = [
        migrations.CreateModel(
            name="PacketLook",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="look",
                        serialize=False,
                        to="enquiries.packetversion",
                    ),
                ),
                ("pages", models.PositiveSmallIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("sections", models.JSONField(default=list)),
                ("picture", models.BinaryField(null=True)),
                ("picture_sha256", models.CharField(blank=True, max_length=64)),
                ("picture_height", models.PositiveSmallIntegerField(default=0)),
                ("picture_page", models.PositiveSmallIntegerField(default=0)),
                ("picture_heading", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("picture__isnull", True), ("picture_sha256", "")),
                            models.Q(("picture__isnull", False), models.Q(("picture_sha256", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="packetlook_picture_has_address",
                    )
                ],
            },
        ),
        content_trigger("enquiries_packetlook"),
    ]
