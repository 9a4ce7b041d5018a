"""An enquiry points at the consent to the packet, too. Old rows keep their one, whose wording was about both."""

import django.db.models.deletion
from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGER = """
DROP TRIGGER enquiry_as_typed ON enquiries_enquiry;
CREATE TRIGGER enquiry_as_typed BEFORE UPDATE ON enquiries_enquiry
    FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION refuse_change();
"""
BEFORE = (
    *("uuid", "form", "email", "fields", "fields_sha256", "source_path", "utm", "language", "received_at"),
    *("held_reason", "consent_contact_id", "consent_newsletter_id"),
)


def trigger(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return TRIGGER.format(old=old, new=new)


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0034_erased_people"), ("foundation", "0005_packet_and_answer_apart")]
    operations = [
        migrations.AddField(
            "enquiry",
            "consent_packet",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packet_enquiries",
                to="mailings.consent",
            ),
        ),
        migrations.RunSQL(trigger((*BEFORE, "consent_packet_id")), trigger(BEFORE)),
        stored_function("enquiries", "erase_person"),
    ]
