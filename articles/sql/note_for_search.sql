-- On an article: what is published, changed or withdrawn is found, or no longer, from the same moment on.
CREATE OR REPLACE FUNCTION note_for_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_article(NEW.id);
    RETURN NULL;
END $$;
