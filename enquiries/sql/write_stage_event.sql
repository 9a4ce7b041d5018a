-- Actions do not write this event, so no path can move a lead and leave no trace.
CREATE OR REPLACE FUNCTION write_stage_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO enquiries_leadevent (lead_id, kind, at, actor_id, text, data)
    VALUES (
        NEW.id, 'stage', clock_timestamp(), NULLIF(current_setting('clinic.actor', true), '')::bigint, '',
        jsonb_build_object(
            'from', CASE WHEN TG_OP = 'UPDATE' THEN OLD.stage ELSE '' END, 'to', NEW.stage, 'reason', NEW.closed_reason
        )
    );
    RETURN NULL;
END $$;
