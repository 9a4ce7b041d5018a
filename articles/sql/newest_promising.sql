-- What promising_entries looks for, by going through the newest alone; NULL where that is not sure to be the shorter
-- way. Through the newest it takes `most` divided by the share that has it, by the index of words all that have it.
CREATE OR REPLACE FUNCTION newest_promising(
    asked text, moment timestamptz, most integer, OUT named bigint[], OUT with_it bigint[]
) LANGUAGE plpgsql STABLE
-- By the index of days, with one plan for all words, made once.
SET enable_seqscan = off SET enable_indexscan = on SET enable_bitmapscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    wanted CONSTANT tsquery := to_tsquery('articles', asked);
    looked_at CONSTANT integer := 50;
    there CONSTANT real := (SELECT reltuples FROM pg_class WHERE oid = 'articles_searchentry'::regclass);
    share real;
BEGIN
    SELECT count(*)::real / looked_at INTO share FROM (
        SELECT whole FROM articles_searchentry ORDER BY shown_from DESC LIMIT looked_at
    ) AS newest WHERE whole @@ wanted;
    IF share = 0 OR there * share * share < most / 2 THEN
        RETURN;
    END IF;
    -- Half as many again, since not each has it in its title; and no further than three times as far as should do,
    -- for the newest may be the only ones that have it.
    SELECT array_agg(article_id) FILTER (WHERE is_named), array_agg(article_id) INTO named, with_it FROM (
        SELECT newest.article_id, newest.heading @@ wanted AS is_named FROM (
            SELECT * FROM shown_entries('', NULL, moment) ORDER BY shown_from DESC LIMIT (3 * most / share)::integer
        ) AS newest WHERE newest.whole @@ wanted LIMIT most * 3 / 2
    ) AS found;
    IF cardinality(with_it) < most THEN
        with_it := NULL;
    END IF;
END $$;
