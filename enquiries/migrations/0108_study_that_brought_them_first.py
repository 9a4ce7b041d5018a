"""What a version was set from, and what is set of it with another study first, as they were when it was approved."""

import django.db.models.deletion
from django.db import migrations, models

from foundation.stored_functions import stored_function

APPEND_ONLY = """
CREATE TRIGGER packetcontent_append_only BEFORE UPDATE OR DELETE ON enquiries_packetcontent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER packetrendition_append_only BEFORE UPDATE OR DELETE ON enquiries_packetrendition
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
# What it returns is more than before, which no replacing allows; the version before reads what it names.
DROP = "DROP FUNCTION packet_of_mail(bigint, text, text[], text)"


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0107_packets_for_conditions")]

    operations = [
        migrations.CreateModel(
            name="PacketContent",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="enquiries.packetversion",
                    ),
                ),
                ("text", models.TextField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="PacketRendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(db_index=False, max_length=100)),
                ("pdf", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="enquiries.packetversion",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("version", "slug"), name="packetrendition_once")],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
        stored_function("enquiries", "packet_of_mail"),
    ]
