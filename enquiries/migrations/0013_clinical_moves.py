"""Some moves are clinical decisions: that somebody may be a candidate, or is unsuitable. The table says which.

The trigger itself looks up whether the actor may decide that, so no path goes around the permission. From quoted back
to candidate nothing is decided anew.
"""

from django.conf import settings
from django.db import migrations

BEFORE = """
CREATE OR REPLACE FUNCTION check_stage_move() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
FORWARD = """
ALTER TABLE enquiries_allowed_move ADD COLUMN clinical boolean NOT NULL DEFAULT false;
UPDATE enquiries_allowed_move SET clinical = true
WHERE to_stage = 'unsuitable' OR (to_stage = 'candidate' AND from_stage <> 'quoted');

CREATE FUNCTION may_decide_clinically(actor bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM clinic_staffuser AS account WHERE account.id = actor AND account.is_active AND (
            account.is_superuser OR EXISTS (
                SELECT FROM auth_permission AS permission
                JOIN django_content_type AS kind ON kind.id = permission.content_type_id
                WHERE kind.app_label = 'enquiries' AND permission.codename = 'move_clinical_stages' AND (
                    EXISTS (
                        SELECT FROM clinic_staffuser_user_permissions AS given
                        WHERE given.staffuser_id = account.id AND given.permission_id = permission.id
                    ) OR EXISTS (
                        SELECT FROM clinic_staffuser_groups AS member
                        JOIN auth_group_permissions AS given ON given.group_id = member.group_id
                        WHERE member.staffuser_id = account.id AND given.permission_id = permission.id
                    )
                )
            )
        )
    )
$$;

CREATE OR REPLACE FUNCTION check_stage_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_clinical boolean;
BEGIN
    IF current_setting('clinic.erasing', true) = 'on' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.stage <> 'new' THEN
            RAISE EXCEPTION 'a lead begins as new, not as %', NEW.stage USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    -- Its history goes on with the survivor, and the undo of a merge finds it as it was.
    IF OLD.merged_into_id IS NOT NULL THEN
        RAISE EXCEPTION 'a merged lead does not move' USING ERRCODE = 'check_violation';
    END IF;
    SELECT clinical INTO is_clinical FROM enquiries_allowed_move
    WHERE from_stage = OLD.stage AND to_stage = NEW.stage;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a lead cannot go from % to %', OLD.stage, NEW.stage USING ERRCODE = 'check_violation';
    END IF;
    IF is_clinical AND NOT may_decide_clinically(NULLIF(current_setting('clinic.actor', true), '')::bigint) THEN
        RAISE EXCEPTION 'from % to % is a clinical decision', OLD.stage, NEW.stage USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BACKWARD = f"""
{BEFORE}
DROP FUNCTION may_decide_clinically(bigint);
ALTER TABLE enquiries_allowed_move DROP COLUMN clinical;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0012_lead_versions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
