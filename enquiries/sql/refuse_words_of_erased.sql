-- Nothing that somebody said or wrote is stored with a lead whose person was erased, whichever way it comes.
CREATE OR REPLACE FUNCTION refuse_words_of_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erased timestamptz;
BEGIN
    -- Waits for an erasure that is under way. One that comes now waits for this row, and finds it.
    SELECT erased_at INTO erased FROM enquiries_lead WHERE id = NEW.lead_id FOR KEY SHARE;
    IF erased IS NOT NULL THEN
        RAISE EXCEPTION 'lead % was erased: % keeps no words of it', NEW.lead_id, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
