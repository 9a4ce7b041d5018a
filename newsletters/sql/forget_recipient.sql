-- Of whoever is erased or forgotten the ledger keeps that a mail went out, and not to whom.
CREATE OR REPLACE FUNCTION forget_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE newsletters_newsletterrecipient SET subscriber_id = NULL WHERE subscriber_id = OLD.id;
    RETURN OLD;
END $$;
