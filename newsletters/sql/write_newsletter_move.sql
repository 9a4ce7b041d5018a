-- Each move leaves a line, whoever makes it; and the post office hears of a pause and its end in the same commit.
CREATE OR REPLACE FUNCTION write_newsletter_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO newsletters_newsletterevent (newsletter_id, kind, at, actor_id, data)
    VALUES (
        NEW.id, 'moved', clock_timestamp(), NULLIF(current_setting('clinic.actor', true), '')::bigint,
        jsonb_build_object('from', OLD.state, 'to', NEW.state, 'because', NEW.paused_because)
    );
    UPDATE mailings_mailing SET paused_at = CASE WHEN NEW.state = 'paused' THEN clock_timestamp() END
    WHERE id = NEW.mailing_id AND (paused_at IS NOT NULL) <> (NEW.state = 'paused');
    RETURN NULL;
END $$;
