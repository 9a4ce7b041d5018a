-- For a day, what a list brought goes again, with those leads alone of which nobody did anything since: as if they had
-- never come. Its own lines on the timeline go with them, so it is among what is_erasing() lets past; it runs as the owner.
CREATE OR REPLACE FUNCTION undo_import(list bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    brought bigint[];
BEGIN
    SELECT array_agg(lead_id) INTO brought FROM enquiries_leadevent
    WHERE kind = 'imported' AND data -> 'import' = to_jsonb(list) AND at > now() - interval '1 day';
    -- First of all: whoever works on one just now is waited for, and what they did is seen.
    PERFORM FROM enquiries_lead WHERE id = ANY(brought) ORDER BY id FOR UPDATE;
    SELECT array_agg(id) INTO brought FROM enquiries_lead AS lead
    WHERE id = ANY(brought) AND version = 1 AND erased_at IS NULL AND merged_into_id IS NULL AND NOT EXISTS (
        SELECT FROM enquiries_leadevent AS event WHERE event.lead_id = lead.id
            AND (event.kind NOT IN ('imported', 'note') OR event.data -> 'import' IS DISTINCT FROM to_jsonb(list))
            -- That it began, which a trigger writes.
            AND (event.kind <> 'stage' OR event.data ->> 'from' IS DISTINCT FROM '')
    )
    AND NOT EXISTS (SELECT FROM enquiries_lead AS other WHERE other.merged_into_id = lead.id OR other.mailed_as_id = lead.id)
    AND NOT EXISTS (SELECT FROM enquiries_enquiry AS enquiry WHERE enquiry.lead_id = lead.id)
    AND NOT EXISTS (SELECT FROM enquiries_packetdelivery AS delivery WHERE delivery.lead_id = lead.id)
    AND NOT EXISTS (SELECT FROM enquiries_leadmail AS mail WHERE mail.lead_id = lead.id)
    AND NOT EXISTS (SELECT FROM enquiries_bulkoutcome AS outcome WHERE outcome.lead_id = lead.id);
    DELETE FROM enquiries_leadevent WHERE lead_id = ANY(brought);
    DELETE FROM enquiries_lead WHERE id = ANY(brought);
    RETURN coalesce(array_length(brought, 1), 0);
END $$;
