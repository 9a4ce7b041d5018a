-- A picture stays as long as a revision shows it: that may be restored, and what readers saw can be shown later.
CREATE OR REPLACE FUNCTION refuse_shown_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM articles_articlerevision
        WHERE content -> 'sections' @> jsonb_build_array(
            jsonb_build_object('image', jsonb_build_object('sha256', OLD.sha256)))
    ) THEN
        RAISE EXCEPTION 'image %: a revision shows it', OLD.name USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
