"""Revisions are the record of what was published; Postgres refuses to change them.

refuse_change() serves the other rooms too. erase_person (enquiries) is the one exception: it sets clinic.erasing for
itself.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('clinic.erasing', true) = 'on' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER articlerevision_append_only BEFORE UPDATE OR DELETE ON articles_articlerevision
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER articlerevision_append_only ON articles_articlerevision;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_links")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
