-- The account of an issue balances for good: nobody is added to it later, taken out of it, or given another mail.
CREATE OR REPLACE FUNCTION keep_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.subscriber_id IS NULL
        AND (NEW.newsletter_id, NEW.outgoing_id) = (OLD.newsletter_id, OLD.outgoing_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the recipients of newsletter % are written down', OLD.newsletter_id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
