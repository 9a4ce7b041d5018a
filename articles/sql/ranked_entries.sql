-- The articles that have what is asked for, the best first: of the newest `most` that have it in a title or topic, and
-- the newest `most` that have it at all.
CREATE OR REPLACE FUNCTION ranked_entries(
    asked text, loosely text, of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS SETOF bigint LANGUAGE sql AS $$
    SELECT entry.article_id FROM articles_searchentry AS entry
    WHERE entry.article_id = ANY (ARRAY(
        SELECT newest_entries('heading', asked, loosely, of_topic, of_designs, moment, most)
        UNION SELECT newest_entries('whole', asked, loosely, of_topic, of_designs, moment, most)
    ))
    -- D, C, B, A, as index_article gives them: a title says what the whole is about, a section much in passing. By the
    -- logarithm of its length (1), so that a long text is not found for all that it mentions.
    ORDER BY ts_rank('{0.05, 0.2, 0.5, 1.0}', entry.whole, to_tsquery('articles', asked), 1)
        + ts_rank(entry.heading, to_tsquery('articles', asked)) DESC, entry.shown_from DESC, entry.article_id
$$;
