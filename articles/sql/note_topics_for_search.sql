-- On the topics of articles: all that one statement gives or takes, so that an article with six is written once.
CREATE OR REPLACE FUNCTION note_topics_for_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM index_article(article_id) FROM (SELECT DISTINCT article_id FROM changed) AS articles;
    RETURN NULL;
END $$;
