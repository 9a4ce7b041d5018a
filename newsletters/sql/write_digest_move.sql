-- Each pause of a monthly e-mail and each end of one leaves a line, whoever makes it.
CREATE OR REPLACE FUNCTION write_digest_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO newsletters_digestevent (digest_id, because, at, actor_id)
    VALUES (
        NEW.id, NEW.paused_because, clock_timestamp(), NULLIF(current_setting('clinic.actor', true), '')::bigint
    );
    RETURN NULL;
END $$;
