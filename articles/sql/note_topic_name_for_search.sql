-- On a topic: another name is found with each of its articles.
CREATE OR REPLACE FUNCTION note_topic_name_for_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_article(article_id) FROM articles_article_topics WHERE topic_id = NEW.id;
    RETURN NULL;
END $$;
