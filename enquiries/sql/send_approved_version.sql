-- What is approved goes out, whoever approves it.
CREATE OR REPLACE FUNCTION send_approved_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE enquiries_packet SET sent_version_id = NEW.id WHERE id = NEW.packet_id;
    RETURN NULL;
END $$;
