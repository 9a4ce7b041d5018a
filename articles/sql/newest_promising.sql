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
    there CONSTANT real := (SELECT reltuples FROM pg_class WHERE oid = 'articles_searchentry'::regclass);
    looked_at integer; share real;
BEGIN
    -- Few tell enough of most words, and mislead about some.
    FOREACH looked_at IN ARRAY ARRAY[50, 200] LOOP
        SELECT count(*)::real / looked_at INTO share FROM (
            SELECT whole FROM articles_searchentry ORDER BY shown_from DESC LIMIT looked_at
        ) AS newest WHERE whole @@ wanted;
        -- A row of the index costs about twice one of the newest, of which half as many again are looked at below.
        IF there * share * share < most / 2 THEN
            RETURN;
        END IF;
    END LOOP;
    -- More than `most`, since not each has it in its title; and no further than twice as far as should do, for the
    -- newest may be the only ones that have it.
    SELECT array_agg(article_id) FILTER (WHERE is_named), array_agg(article_id) INTO named, with_it FROM (
        SELECT newest.article_id, newest.heading @@ wanted AS is_named FROM (
            SELECT * FROM shown_entries('', NULL, moment) ORDER BY shown_from DESC LIMIT (2 * most / share)::integer
        ) AS newest WHERE newest.whole @@ wanted LIMIT most * 3 / 2
    ) AS found;
    IF cardinality(with_it) < most THEN
        with_it := NULL;
    END IF;
END $$;
