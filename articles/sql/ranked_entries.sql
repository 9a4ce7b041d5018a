-- The articles that have what is asked for, the best first, of those that promise most.
CREATE OR REPLACE FUNCTION ranked_entries(
    asked text, loosely text, of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
    wanted tsquery := to_tsquery('articles', asked);
    promising bigint[] := promising_entries(asked, loosely, of_topic, of_designs, moment, most);
BEGIN
    RETURN QUERY SELECT entry.article_id FROM articles_searchentry AS entry WHERE entry.article_id = ANY (promising)
    -- D, C, B, A, as index_article gives them: a title says what the whole is about, a section much in passing. By the
    -- logarithm of its length (1), so that a long text is not found for all that it mentions.
    ORDER BY ts_rank('{0.05, 0.2, 0.5, 1.0}', entry.whole, wanted, 1) + ts_rank(entry.heading, wanted) DESC,
        entry.shown_from DESC, entry.article_id;
END $$;
