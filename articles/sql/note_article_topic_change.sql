-- An article that is read got a topic, or lost one: its page says so, and so do that of the topic and the list of topics.
CREATE OR REPLACE FUNCTION note_article_topic_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed articles_article_topics := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM note_change('articles_article', 'articles_article.' || article.id, 'articles_topic.' || changed.topic_id)
    FROM articles_article AS article WHERE article.id = changed.article_id AND is_read_now(article);
    RETURN NULL;
END $$;
