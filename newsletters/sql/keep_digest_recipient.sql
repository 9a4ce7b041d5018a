-- As keep_recipient, of the monthly e-mail.
CREATE OR REPLACE FUNCTION keep_digest_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.subscriber_id IS NULL
        AND (NEW.digest_id, NEW.outgoing_id, NEW.issues) = (OLD.digest_id, OLD.outgoing_id, OLD.issues) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the recipients of digest % are written down', OLD.digest_id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
