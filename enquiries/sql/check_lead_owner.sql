-- Whose leads these are from before stays, also when they left or do other work now; nobody is given one they cannot open.
CREATE OR REPLACE FUNCTION check_lead_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.owner_id IS NOT DISTINCT FROM OLD.owner_id THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.owner_id IS NOT NULL AND NOT staff_has_right(NEW.owner_id, 'change_lead') THEN
        RAISE EXCEPTION 'account % follows up no leads, so it owns none', NEW.owner_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
