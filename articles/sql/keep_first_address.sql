-- The address at which an article was first read, by which feeds know it for good: once it is written down, nothing and
-- nobody makes another of it, whichever addresses come and go. What nobody has read yet is known by none.
CREATE OR REPLACE FUNCTION keep_first_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_slug <> '' THEN
        NEW.first_slug := OLD.first_slug;
    -- As keep_address asks.
    ELSIF OLD.slug <> NEW.slug AND (
        OLD.first_shown_at IS NOT NULL OR (OLD.state <> 'draft' AND OLD.published_at <= clock_timestamp())
    ) THEN
        NEW.first_slug := OLD.slug;
    END IF;
    RETURN NEW;
END $$;
