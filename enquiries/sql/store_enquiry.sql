-- All rows that an enquiry brings, by table, as foundation.rows writes them: one trip, and Postgres keeps the plans. They
-- are numbered beforehand, but for events. What a column is left out of, it has its default.
CREATE OR REPLACE FUNCTION store_enquiry(brought jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF brought ? 'enquiries_lead' THEN
        INSERT INTO enquiries_lead (
            id, name, email, phone, country, stage, closed_reason, owner_id, next_action, next_action_on,
            next_action_at, merged_into_id, mailed_as_id, erased_at, created_at, asked_at, first_answer_due_at,
            first_answered_at
        ) SELECT
            id, name, lower(email), phone, country, stage, closed_reason, owner_id, next_action, next_action_on,
            next_action_at, merged_into_id, mailed_as_id, erased_at, created_at, asked_at, first_answer_due_at,
            first_answered_at
        FROM jsonb_populate_recordset(NULL::enquiries_lead, brought -> 'enquiries_lead');
    END IF;
    IF brought ? 'mailings_consent' THEN
        INSERT INTO mailings_consent (
            id, email, address_hash, wording_id, given, source_path, recorded_by_id, given_at
        ) SELECT id, lower(email), address_hash, wording_id, given, source_path, recorded_by_id, given_at
        FROM jsonb_populate_recordset(NULL::mailings_consent, brought -> 'mailings_consent');
    END IF;
    IF brought ? 'enquiries_enquiry' THEN
        INSERT INTO enquiries_enquiry (
            id, uuid, lead_id, form, email, fields, fields_sha256, source_path, utm, language, verdict, held_reason,
            decided_by_id, decided_at, consent_packet_id, consent_contact_id, consent_newsletter_id, received_at
        ) SELECT
            id, uuid, lead_id, form, lower(email), fields, fields_sha256, source_path, utm, language, verdict,
            held_reason, decided_by_id, decided_at, consent_packet_id, consent_contact_id, consent_newsletter_id,
            received_at
        FROM jsonb_populate_recordset(NULL::enquiries_enquiry, brought -> 'enquiries_enquiry');
    END IF;
    IF brought ? 'mailings_outgoingemail' THEN
        INSERT INTO mailings_outgoingemail (
            id, uuid, kind, audience, language, priority, mailing_id, email, dedupe_key, message_id, state,
            next_attempt_at, lease_id, lease_until, attempts, last_reply, created_at, sent_at
        ) SELECT
            id, uuid, kind, audience, language, priority, mailing_id, lower(email), dedupe_key, message_id, state,
            next_attempt_at, lease_id, lease_until, attempts, last_reply, created_at, sent_at
        FROM jsonb_populate_recordset(NULL::mailings_outgoingemail, brought -> 'mailings_outgoingemail');
    END IF;
    IF brought ? 'enquiries_packetdelivery' THEN
        INSERT INTO enquiries_packetdelivery (
            uuid, lead_id, enquiry_id, version_id, outgoing_id, created_at, first_downloaded_at
        ) SELECT uuid, lead_id, enquiry_id, version_id, outgoing_id, created_at, first_downloaded_at
        FROM jsonb_populate_recordset(NULL::enquiries_packetdelivery, brought -> 'enquiries_packetdelivery');
    END IF;
    IF brought ? 'enquiries_staffnotice' THEN
        INSERT INTO enquiries_staffnotice (outgoing_id, about, enquiry_id, delivery_id, event_id, owner_id)
        SELECT outgoing_id, about, enquiry_id, delivery_id, event_id, owner_id
        FROM jsonb_populate_recordset(NULL::enquiries_staffnotice, brought -> 'enquiries_staffnotice');
    END IF;
    IF brought ? 'enquiries_leadevent' THEN
        INSERT INTO enquiries_leadevent (lead_id, kind, at, actor_id, text, data, enquiry_id)
        SELECT lead_id, kind, at, actor_id, text, data, enquiry_id
        FROM jsonb_populate_recordset(NULL::enquiries_leadevent, brought -> 'enquiries_leadevent');
    END IF;
END $$;
