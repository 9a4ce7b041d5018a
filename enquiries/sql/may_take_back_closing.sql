-- Whether a lead stands again in the stage in which it was closed last: by who closed many at once and undoes it, while it
-- is as they left it (for a day, after which what stood there before is forgotten), or since the word on which it was
-- closed, that no more mail is wanted, was of one who is merged into it, and is taken out.
CREATE OR REPLACE FUNCTION may_take_back_closing(lead enquiries_lead, back_to text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    closing enquiries_leadevent;
BEGIN
    SELECT * INTO closing FROM enquiries_leadevent AS event
    WHERE event.lead_id = lead.id AND event.kind = 'stage' ORDER BY event.id DESC LIMIT 1;
    IF closing.data ->> 'from' IS DISTINCT FROM back_to THEN
        RETURN false;
    END IF;
    IF EXISTS (
        SELECT FROM enquiries_bulkoutcome AS outcome JOIN enquiries_bulkrun AS run ON run.id = outcome.run_id
        WHERE outcome.lead_id = lead.id AND run.verb = 'close' AND run.undone_at IS NULL
            AND run.by_id = NULLIF(current_setting('clinic.actor', true), '')::bigint
            AND (outcome.before ->> 'version')::bigint = lead.version
    ) THEN
        RETURN true;
    END IF;
    -- As enquiries.models.closing writes it: the code alone, or before words.
    RETURN split_part(closing.data ->> 'reason', ': ', 1) = 'asked_to_stop' AND EXISTS (
        SELECT FROM enquiries_lead AS other WHERE other.merged_into_id = lead.id AND NOT EXISTS (
            SELECT FROM enquiries_leadevent AS merge WHERE merge.lead_id = lead.id AND merge.kind = 'merged'
                AND merge.data -> 'merged' = to_jsonb(other.id) AND merge.id > closing.id
        )
    );
END $$;
