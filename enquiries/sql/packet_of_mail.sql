-- What a packet mail is about (enquiries/causes.py), and of its lead three questions: whether somebody was merged into it;
-- whether something stops its address; whether they have wanted no further packet since it was queued. As a function, of
-- which Postgres keeps the plan: to plan five tables takes longer than to read them.
CREATE OR REPLACE FUNCTION packet_of_mail(mail bigint, hashed text, newsletter_only text[], ended text) RETURNS TABLE (
    delivery_id bigint, delivery_uuid uuid, delivery_lead_id bigint, delivery_enquiry_id bigint,
    delivery_version_id bigint, delivery_outgoing_id bigint, delivery_created_at timestamptz,
    version_id bigint, version_packet_id bigint, version_number integer, version_sha256 text, version_sources jsonb,
    version_approved_at timestamptz, version_approved_by_id bigint,
    packet_id bigint, packet_slug text, packet_carriage text,
    lead_id bigint, lead_email text, lead_stage text, lead_merged_into_id bigint, lead_erased_at timestamptz,
    lead_first_answer_due_at timestamptz, lead_first_answered_at timestamptz,
    enquiry_id bigint, enquiry_lead_id bigint, enquiry_consent_contact_id bigint, enquiry_source_path text,
    has_merged boolean, is_stopped boolean, has_ended boolean
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT delivery.id, delivery.uuid, delivery.lead_id, delivery.enquiry_id, delivery.version_id,
        delivery.outgoing_id, delivery.created_at,
        version.id, version.packet_id, version.number, version.sha256::text, version.sources, version.approved_at,
        version.approved_by_id,
        packet.id, packet.slug::text, packet.carriage::text,
        lead.id, lead.email::text, lead.stage::text, lead.merged_into_id, lead.erased_at, lead.first_answer_due_at,
        lead.first_answered_at,
        enquiry.id, enquiry.lead_id, enquiry.consent_contact_id, enquiry.source_path::text,
        EXISTS (SELECT FROM enquiries_lead AS other WHERE other.merged_into_id = lead.id),
        EXISTS (SELECT FROM mail_stops(ARRAY[hashed], newsletter_only)),
        EXISTS (
            SELECT FROM enquiries_leadevent AS event WHERE event.lead_id = lead.id AND event.kind = ended
                AND event.data ->> 'about' = 'packet' AND event.at > delivery.created_at
        )
    FROM enquiries_packetdelivery AS delivery
    JOIN enquiries_packetversion AS version ON version.id = delivery.version_id
    JOIN enquiries_packet AS packet ON packet.id = version.packet_id
    JOIN enquiries_lead AS lead ON lead.id = delivery.lead_id
    LEFT JOIN enquiries_enquiry AS enquiry ON enquiry.id = delivery.enquiry_id
    WHERE delivery.outgoing_id = mail;
END $$;
