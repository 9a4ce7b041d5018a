-- Erasing the address of a mail takes the servers' words, which may quote it, too. As the owner: see is_erasing().
CREATE OR REPLACE FUNCTION forget_mail() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE mailings_mailevent SET reply = '' WHERE outgoing_id = OLD.id AND reply <> '';
    NEW.provider_message_id := '';
    RETURN NEW;
END $$;
