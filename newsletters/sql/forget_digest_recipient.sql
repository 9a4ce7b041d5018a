-- As forget_recipient, of the monthly e-mail.
CREATE OR REPLACE FUNCTION forget_digest_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE newsletters_digestrecipient SET subscriber_id = NULL WHERE subscriber_id = OLD.id;
    RETURN OLD;
END $$;
