-- Where an address changes and its hash does not, somebody wrote it who knows nothing of the hash. It goes, and is made
-- anew; else a stop of the old address would hold for the new one, and one of the new for nobody.
CREATE OR REPLACE FUNCTION forget_old_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.email <> OLD.email AND NEW.address_hash IS NOT DISTINCT FROM OLD.address_hash THEN
        NEW.address_hash := NULL;
    END IF;
    RETURN NEW;
END $$;
