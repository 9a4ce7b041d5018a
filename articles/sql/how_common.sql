-- Of each that is asked for, whether some title or topic has it, and how many articles do, counted up to `most`.
CREATE OR REPLACE FUNCTION how_common(
    asked text[], of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS TABLE (place bigint, in_heading boolean, number bigint) LANGUAGE plpgsql STABLE
-- By the index of words alone, whatever they are: to hold each text against words that none has takes ages. So there
-- is one plan for all words, made once.
SET enable_seqscan = off SET enable_indexscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY SELECT typed.place,
        EXISTS (SELECT FROM shown_entries(of_topic, of_designs, moment) AS entry WHERE entry.heading @@ typed.wanted),
        (SELECT count(*) FROM (
            SELECT FROM shown_entries(of_topic, of_designs, moment) AS entry WHERE entry.whole @@ typed.wanted LIMIT most
        ) AS counted)
    FROM (
        SELECT terms.place, to_tsquery('articles', terms.words) AS wanted
        FROM unnest(asked) WITH ORDINALITY AS terms (words, place) OFFSET 0
    ) AS typed;
END $$;
