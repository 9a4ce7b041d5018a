"""Events, enquiries as typed, and approved packet versions: Postgres refuses to change them."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER leadevent_append_only BEFORE UPDATE OR DELETE ON enquiries_leadevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER enquiry_no_delete BEFORE DELETE ON enquiries_enquiry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Staff decide the verdict and so the lead; what was typed, when and where stays.
CREATE TRIGGER enquiry_as_typed BEFORE UPDATE ON enquiries_enquiry
    FOR EACH ROW WHEN (
        (OLD.uuid, OLD.form, OLD.email, OLD.fields, OLD.fields_sha256, OLD.source_path, OLD.utm, OLD.language,
         OLD.received_at, OLD.held_reason, OLD.consent_contact_id, OLD.consent_newsletter_id)
        IS DISTINCT FROM
        (NEW.uuid, NEW.form, NEW.email, NEW.fields, NEW.fields_sha256, NEW.source_path, NEW.utm, NEW.language,
         NEW.received_at, NEW.held_reason, NEW.consent_contact_id, NEW.consent_newsletter_id)
    ) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER packetversion_approved_is_final BEFORE UPDATE OR DELETE ON enquiries_packetversion
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER leadevent_append_only ON enquiries_leadevent;
DROP TRIGGER enquiry_no_delete ON enquiries_enquiry;
DROP TRIGGER enquiry_as_typed ON enquiries_enquiry;
DROP TRIGGER packetversion_approved_is_final ON enquiries_packetversion;
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0001_tables"), ("articles", "0003_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
