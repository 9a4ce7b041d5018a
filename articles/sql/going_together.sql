-- The places of as many as some article has together: first what a title names, then the rarest, which tells most.
CREATE OR REPLACE FUNCTION going_together(
    asked text[], of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS bigint[] LANGUAGE plpgsql STABLE
-- As how_common.
SET enable_seqscan = off SET enable_indexscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    next_place bigint; kept bigint[] := '{}'; together tsquery; with_it tsquery;
BEGIN
    FOR next_place IN
        SELECT place FROM how_common(asked, of_topic, of_designs, moment, most) AS found
        ORDER BY NOT found.in_heading, found.number, found.place
    LOOP
        with_it := to_tsquery('articles', asked[next_place]);
        with_it := COALESCE(together && with_it, with_it);
        IF EXISTS (SELECT FROM shown_entries(of_topic, of_designs, moment) AS entry WHERE entry.whole @@ with_it) THEN
            together := with_it;
            kept := kept || next_place;
        END IF;
    END LOOP;
    RETURN kept;
END $$;
