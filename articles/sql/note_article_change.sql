-- When a page of an article, the lists on which it stands and its topics became others: it came, went, got other words,
-- another address or topic, or a notice about one of its papers. What nobody reads yet, or any more, changes no page.
CREATE OR REPLACE FUNCTION note_article_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_read boolean := false;
    is_read boolean := false;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was_read := is_read_now(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        is_read := is_read_now(NEW);
    END IF;
    IF was_read <> is_read OR (
        is_read AND (OLD.live_revision_id, OLD.slug) IS DISTINCT FROM (NEW.live_revision_id, NEW.slug)
    ) THEN
        PERFORM note_change('articles_article', 'articles_article.' || COALESCE(NEW.id, OLD.id));
        PERFORM note_change('articles_topic.' || topic_id)
        FROM articles_article_topics WHERE article_id = COALESCE(NEW.id, OLD.id);
    ELSIF is_read AND OLD.reviewed_on IS DISTINCT FROM NEW.reviewed_on THEN
        PERFORM note_change('articles_article.' || NEW.id);
    END IF;
    RETURN NULL;
END $$;
