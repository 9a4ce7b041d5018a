"""The one way past the append-only triggers: a person's right to be forgotten.

Identity and words go; that there was an enquiry, a consent and a mail stays, without saying whose. Called with an
address, or with a lead that has none. keep_subscription: a lead grew old, but its person still reads the newsletter.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION erase_person(person text, lead bigint, hash_of_address text, keep_subscription boolean) RETURNS integer
LANGUAGE plpgsql SET clinic.erasing = 'on' AS $$
DECLARE
    lead_ids bigint[];
BEGIN
    person := lower(person);
    keep_subscription := keep_subscription AND EXISTS (
        SELECT FROM mailings_subscriber WHERE email = person AND state = 'confirmed'
    );
    SELECT array_agg(id) INTO lead_ids FROM enquiries_lead
    WHERE id = lead OR email = person
       OR merged_into_id IN (SELECT id FROM enquiries_lead WHERE id = lead OR email = person)
       OR id IN (SELECT lead_id FROM enquiries_enquiry WHERE email = person);

    UPDATE enquiries_leadevent SET text = '', data = data - ARRAY['before', 'after', 'reason']
    WHERE lead_id = ANY(lead_ids);
    UPDATE mailings_outgoingemail SET
        email = uuid || '@erased.invalid', last_reply = '', lease_until = NULL,
        state = CASE WHEN state IN ('queued', 'sending') THEN 'cancelled' ELSE state END
    WHERE (email = person AND NOT keep_subscription)
       OR id IN (SELECT outgoing_id FROM enquiries_packetdelivery WHERE lead_id = ANY(lead_ids));
    UPDATE mailings_consent SET email = '', source_path = '', address_hash = hash_of_address
    WHERE (email = person OR id IN (
        SELECT unnest(ARRAY[consent_contact_id, consent_newsletter_id]) FROM enquiries_enquiry
        WHERE lead_id = ANY(lead_ids)
    )) AND NOT (
        keep_subscription AND wording_id IN (SELECT id FROM mailings_consentwording WHERE kind = 'newsletter')
    );
    IF NOT keep_subscription THEN
        DELETE FROM mailings_subscriber WHERE email = person;
    END IF;
    UPDATE enquiries_enquiry SET fields = '{}', fields_sha256 = '', email = '', source_path = '', utm = '{}'
    WHERE email = person OR lead_id = ANY(lead_ids);
    UPDATE enquiries_lead SET
        name = '', email = NULL, phone = '', country = '', stage = 'invalid', closed_reason = 'erased',
        next_action = '', next_action_on = NULL, erased_at = now()
    WHERE id = ANY(lead_ids) AND erased_at IS NULL;
    RETURN coalesce(array_length(lead_ids, 1), 0);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0003_stage_moves"), ("mailings", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION erase_person(text, bigint, text, boolean);")]
