-- A notice about a paper came or went: each article that cites the paper says so, and so do the lists on which it stands.
CREATE OR REPLACE FUNCTION note_paper_notice_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed articles_papernotice := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM note_change('articles_article', 'articles_article.' || article.id)
    FROM articles_article AS article JOIN articles_articlepaper AS cited ON cited.article_id = article.id
    WHERE cited.paper_id = changed.paper_id AND is_read_now(article);
    PERFORM note_change('articles_topic.' || named.topic_id)
    FROM articles_article AS article JOIN articles_articlepaper AS cited ON cited.article_id = article.id
    JOIN articles_article_topics AS named ON named.article_id = article.id
    WHERE cited.paper_id = changed.paper_id AND is_read_now(article);
    RETURN NULL;
END $$;
