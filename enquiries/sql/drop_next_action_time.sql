-- A time of day belongs to its day: whoever writes another day and no time, such as the version before, has none.
CREATE OR REPLACE FUNCTION drop_next_action_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.next_action_at := NULL;
    RETURN NEW;
END $$;
