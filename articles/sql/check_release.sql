-- A release is of the bytes as they stand in the revision; only what the site came with needs no manager.
CREATE OR REPLACE FUNCTION check_release() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    released articles_articlerevision;
BEGIN
    SELECT * INTO released FROM articles_articlerevision WHERE id = NEW.revision_id;
    IF NEW.content_sha256 IS DISTINCT FROM released.content_sha256 THEN
        RAISE EXCEPTION 'release of revision %: another fingerprint', NEW.revision_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.cause = 'before_reviews' OR NEW.cause = 'first_content' AND released.source <> 'first_content' THEN
        RAISE EXCEPTION 'release of revision %: % is no cause for it', NEW.revision_id, NEW.cause
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
