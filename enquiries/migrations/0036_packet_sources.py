"""What a packet version was made from, and which version goes out: so far the newest approved, now what a row says."""

import django.db.models.deletion
from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGER = """
CREATE TRIGGER packetversion_approved_goes_out AFTER INSERT OR UPDATE OF approved_at ON enquiries_packetversion
    FOR EACH ROW WHEN (NEW.approved_at IS NOT NULL) EXECUTE FUNCTION send_approved_version();
"""
NO_TRIGGER = "DROP TRIGGER packetversion_approved_goes_out ON enquiries_packetversion;"
NEWEST = """
UPDATE enquiries_packet SET sent_version_id = newest.id
FROM (
    SELECT DISTINCT ON (packet_id) packet_id, id FROM enquiries_packetversion
    WHERE approved_at IS NOT NULL ORDER BY packet_id, number DESC
) AS newest
WHERE newest.packet_id = enquiries_packet.id;
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0033_template_languages")]
    operations = [
        migrations.AddField(
            "packetversion",
            "sources",
            models.JSONField(db_default={}, default=dict, editable=False, verbose_name="made from"),
        ),
        migrations.AddField(
            "packet",
            "sent_version",
            models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_by",
                to="enquiries.packetversion",
                verbose_name="version that goes out",
            ),
        ),
        stored_function("enquiries", "send_approved_version", before="DROP FUNCTION send_approved_version();"),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
        migrations.RunSQL(NEWEST, migrations.RunSQL.noop),
    ]
