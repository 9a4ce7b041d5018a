-- Nothing is published past it, whoever writes the row and however; actions ask first, to say it kindly.
CREATE OR REPLACE FUNCTION article_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted articles_articlerevision;
    lacks text[];
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.state, OLD.live_revision_id, OLD.published_at)
        IS NOT DISTINCT FROM (NEW.state, NEW.live_revision_id, NEW.published_at) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO wanted FROM articles_articlerevision WHERE id = NEW.live_revision_id AND article_id = NEW.id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'article % cannot be published: no revision of its own', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    lacks := article_lacks(wanted.content);
    IF NOT article_cleared(wanted) THEN
        lacks := lacks || 'approval'::text;
    END IF;
    IF NOT EXISTS (SELECT FROM articles_rendering WHERE revision_id = wanted.id) THEN
        lacks := lacks || 'rendering'::text;
    END IF;
    IF lacks <> '{}' THEN
        RAISE EXCEPTION 'article % cannot be published: %', NEW.id, array_to_string(lacks, ', ')
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
