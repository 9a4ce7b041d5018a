-- What may be found: published by now and not gone, of one topic or all (empty), and of these designs or all (NULL).
-- In plain SQL, so that Postgres plans it as a part of whatever asks. What was to go by now are those few that no job
-- has written down yet: asked for once, not of each entry.
CREATE OR REPLACE FUNCTION shown_entries(of_topic text, of_designs text[], moment timestamptz)
RETURNS SETOF articles_searchentry LANGUAGE sql STABLE AS $$
    SELECT entry.* FROM articles_searchentry AS entry
    -- Nearly all are shown, so that an index of days would only add work, and none answers IS TRUE.
    WHERE (entry.shown_from <= moment) IS TRUE
        AND entry.article_id <> ALL (ARRAY(
            SELECT id FROM articles_article WHERE state = 'published' AND withdraws_at <= moment
        ))
        AND (of_designs IS NULL OR entry.design = ANY (of_designs))
        AND (of_topic = '' OR EXISTS (
            SELECT FROM articles_article_topics AS given JOIN articles_topic AS topic ON topic.id = given.topic_id
            WHERE given.article_id = entry.article_id AND topic.slug = of_topic
        ))
$$;
