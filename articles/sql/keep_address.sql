-- An address that visitors could read leads to its article for good, and is no other's. Behind the row and not before it:
-- who takes a slug that is given up at this moment has waited for that by then, and sees what was kept of it.
CREATE OR REPLACE FUNCTION keep_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.slug = NEW.slug THEN
        RETURN NULL;
    END IF;
    DELETE FROM articles_slugredirect WHERE slug = NEW.slug AND article_id = NEW.id;
    IF EXISTS (SELECT FROM articles_slugredirect WHERE slug = NEW.slug) THEN
        RAISE EXCEPTION 'the address % was that of another article', NEW.slug USING ERRCODE = 'unique_violation';
    END IF;
    -- As Article.read_since: a draft was read by nobody, nor what still waits for its first day. By the clock, since a
    -- transaction may have begun before the article was published.
    IF TG_OP = 'UPDATE' AND (
        OLD.first_shown_at IS NOT NULL OR (OLD.state <> 'draft' AND OLD.published_at <= clock_timestamp())
    ) THEN
        INSERT INTO articles_slugredirect (slug, article_id) VALUES (OLD.slug, OLD.id);
    END IF;
    RETURN NULL;
END $$;
