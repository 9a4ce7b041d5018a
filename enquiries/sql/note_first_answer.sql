-- Ends the clock of a first answer. Here, so that no path that leaves a trace of a contact can forget it.
CREATE OR REPLACE FUNCTION note_first_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The earliest counts, also when it is written down later; what was before they asked does not.
    UPDATE enquiries_lead SET first_answered_at = NEW.at
    WHERE id = NEW.lead_id AND NEW.at >= asked_at AND (first_answered_at IS NULL OR NEW.at < first_answered_at);
    RETURN NULL;
END $$;
