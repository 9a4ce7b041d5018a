"""One row says which content the public pages show; triggers move it, so that each process knows when to look anew."""

from django.db import migrations, models

from foundation.stored_functions import content_trigger, stored_function

FRAME = ["clinicprofile", "processstep", "openinghours", "holiday"]
FIRST = """
INSERT INTO foundation_contentversion (id, version, frame, moved_at)
VALUES (1, gen_random_uuid(), gen_random_uuid(), clock_timestamp())
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0005_packet_and_answer_apart")]
    operations = [
        migrations.CreateModel(
            name="ContentVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.UUIDField(verbose_name="version")),
                ("frame", models.UUIDField(verbose_name="frame")),
                ("moved_at", models.DateTimeField(verbose_name="moved at")),
            ],
            options={
                "verbose_name": "content version",
                "verbose_name_plural": "content versions",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="contentversion_one_row")],
            },
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        stored_function("foundation", "move_content_version", before="DROP FUNCTION move_content_version()"),
        *(content_trigger(f"articles_{name}", frame=True) for name in FRAME),
        content_trigger("mailings_consentwording", frame=True),
    ]
