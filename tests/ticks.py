"""A history of what the beats ticked, as Postgres committed it: clinic_jobtick itself knows only the last."""

NOTE = """
CREATE TABLE ticks (job text, period bigint);
CREATE FUNCTION note_tick() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO ticks VALUES (NEW.job, floor(extract(epoch FROM NEW.ticked_at))); RETURN NULL; END $$;
CREATE TRIGGER note_tick AFTER UPDATE OF ticked_at ON clinic_jobtick FOR EACH ROW EXECUTE FUNCTION note_tick();
"""
FORGET = "DROP TRIGGER note_tick ON clinic_jobtick; DROP FUNCTION note_tick; DROP TABLE ticks"
# Of a job whose period is a second.
PERIODS = "SELECT period FROM ticks WHERE job = %s"
