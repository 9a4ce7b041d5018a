-- The table enquiries_allowed_move says where a lead may go, and which moves are clinical decisions.
CREATE OR REPLACE FUNCTION check_stage_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_clinical boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.stage <> 'new' THEN
            RAISE EXCEPTION 'a lead begins as new, not as %', NEW.stage USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF is_erasing() THEN
        RETURN NEW;
    END IF;
    -- Its history goes on with the survivor, and the undo of a merge finds it as it was.
    IF OLD.merged_into_id IS NOT NULL THEN
        RAISE EXCEPTION 'a merged lead does not move' USING ERRCODE = 'check_violation';
    END IF;
    SELECT clinical INTO is_clinical FROM enquiries_allowed_move
    WHERE from_stage = OLD.stage AND to_stage = NEW.stage;
    IF NOT FOUND THEN
        -- A closing that was a slip, or another person's word, is taken back. Whoever decided that stage has decided it.
        IF OLD.stage IN ('lost', 'unsuitable', 'invalid') AND may_take_back_closing(OLD, NEW.stage) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a lead cannot go from % to %', OLD.stage, NEW.stage USING ERRCODE = 'check_violation';
    END IF;
    IF is_clinical AND NOT may_decide_clinically(NULLIF(current_setting('clinic.actor', true), '')::bigint) THEN
        RAISE EXCEPTION 'from % to % is a clinical decision', OLD.stage, NEW.stage USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
