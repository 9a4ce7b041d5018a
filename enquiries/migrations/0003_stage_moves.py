"""The pipeline: the table of allowed moves, the trigger that checks it, the trigger that writes history.

The table has no model, so that no test database flush empties it.
"""

from django.db import migrations

MOVES = {
    "new": "contacted in_conversation records dormant lost unsuitable invalid",
    "contacted": "in_conversation records medical_review booked dormant lost unsuitable invalid",
    "in_conversation": "records medical_review candidate booked dormant lost unsuitable invalid",
    "records": "in_conversation medical_review dormant lost unsuitable invalid",
    "medical_review": "in_conversation records candidate dormant lost unsuitable",
    "candidate": "in_conversation medical_review quoted booked dormant lost unsuitable",
    "quoted": "in_conversation candidate booked dormant lost unsuitable",
    "dormant": "contacted in_conversation records lost unsuitable invalid",
    "booked": "in_conversation lost unsuitable",
    "lost": "new in_conversation",
    "unsuitable": "new in_conversation medical_review",
    "invalid": "new",
}
ROWS = ", ".join(f"('{old}', '{new}')" for old, news in MOVES.items() for new in news.split())

FORWARD = f"""
CREATE TABLE enquiries_allowed_move (
    from_stage varchar(20) NOT NULL, to_stage varchar(20) NOT NULL, PRIMARY KEY (from_stage, to_stage)
);
INSERT INTO enquiries_allowed_move VALUES {ROWS};

CREATE FUNCTION check_stage_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('clinic.erasing', true) = 'on' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.stage <> 'new' THEN
        RAISE EXCEPTION 'a lead begins as new, not as %', NEW.stage USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NOT EXISTS (
        SELECT FROM enquiries_allowed_move WHERE from_stage = OLD.stage AND to_stage = NEW.stage
    ) THEN
        RAISE EXCEPTION 'a lead cannot go from % to %', OLD.stage, NEW.stage USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lead_begins_new BEFORE INSERT ON enquiries_lead
    FOR EACH ROW EXECUTE FUNCTION check_stage_move();
CREATE TRIGGER lead_stage_move BEFORE UPDATE OF stage ON enquiries_lead
    FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage) EXECUTE FUNCTION check_stage_move();

-- Actions do not write this event, so no path can move a lead and leave no trace.
CREATE FUNCTION write_stage_event() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER lead_begins_history AFTER INSERT ON enquiries_lead
    FOR EACH ROW EXECUTE FUNCTION write_stage_event();
CREATE TRIGGER lead_stage_history AFTER UPDATE OF stage ON enquiries_lead
    FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage) EXECUTE FUNCTION write_stage_event();
"""  # noqa: S608 - ROWS is made of the words above
BACKWARD = """
DROP TRIGGER lead_begins_new ON enquiries_lead;
DROP TRIGGER lead_stage_move ON enquiries_lead;
DROP TRIGGER lead_begins_history ON enquiries_lead;
DROP TRIGGER lead_stage_history ON enquiries_lead;
DROP FUNCTION check_stage_move();
DROP FUNCTION write_stage_event();
DROP TABLE enquiries_allowed_move;
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0002_append_only"), ("clinic", "0001_tables")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
