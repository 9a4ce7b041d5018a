-- Beside erase_person the one way past an append-only trigger: for a day, the words of a note go from the person on whom
-- they were written by mistake. That there was one, by whom, and where the words stand now, stays. It runs as the owner:
-- see is_erasing().
CREATE OR REPLACE FUNCTION take_back_note(note bigint, writer bigint, moved_to bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE enquiries_leadevent
    SET text = '', data = data || jsonb_build_object('taken_back', jsonb_build_object('at', now(), 'to', moved_to))
    WHERE id = note AND kind = 'note' AND text <> '' AND actor_id = writer AND at > now() - interval '1 day';
    IF FOUND AND moved_to IS NULL THEN
        -- Whom it named has nothing to look at any more.
        DELETE FROM enquiries_mention WHERE event_id = note;
        RETURN true;
    END IF;
    RETURN FOUND;
END $$;
