-- A slip of the keyboard must not put somebody off for a century. A day of before the rule stays, and may come nearer.
-- One day more than enquiries.rules has, since the clinic's day may be another than that of Postgres.
CREATE OR REPLACE FUNCTION check_next_action_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.next_action_on <= OLD.next_action_on THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.next_action_on > CURRENT_DATE + 732 THEN
        RAISE EXCEPTION 'next action on % is more than two years away', NEW.next_action_on
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
