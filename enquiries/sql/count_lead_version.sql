-- By it a form knows that it grew stale.
CREATE OR REPLACE FUNCTION count_lead_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
