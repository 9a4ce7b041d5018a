"""What was done stays on record, even from erasing; and the table of the cache that all web processes share.

A used one-time code must be known to every process, so Django's cache stands in Postgres (see CACHES).
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER auditevent_append_only BEFORE UPDATE OR DELETE ON clinic_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit();

CREATE TABLE clinic_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX clinic_cache_expires ON clinic_cache (expires);
"""
BACKWARD = """
DROP TABLE clinic_cache;
DROP TRIGGER auditevent_append_only ON clinic_auditevent;
DROP FUNCTION refuse_change_of_audit();
"""


class Migration(migrations.Migration):
    dependencies = [("clinic", "0002_audit_and_jobs")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
