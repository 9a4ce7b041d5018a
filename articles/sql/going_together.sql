-- The places of as many as some article has together: first what a title names, then the rarest, which tells most.
CREATE OR REPLACE FUNCTION going_together(
    asked text[], of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS bigint[] LANGUAGE plpgsql
-- As how_common.
SET enable_seqscan = off SET enable_indexscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    kept bigint[] := named_places(asked, of_topic, of_designs, moment);
    together tsquery := (SELECT to_tsquery('articles', string_agg(asked[place], ' & ')) FROM unnest(kept) AS place);
    left_over bigint[]; next_place bigint; with_it tsquery;
BEGIN
    -- Mostly all that titles name goes together, and then nobody needs to know which of it is the rarest.
    IF NOT EXISTS (SELECT FROM shown_entries(of_topic, of_designs, moment) AS entry WHERE entry.whole @@ together) THEN
        kept := '{}';
        together := NULL;
    END IF;
    left_over := ARRAY(SELECT place FROM generate_subscripts(asked, 1) AS place WHERE place <> ALL (kept));
    IF cardinality(left_over) > 1 THEN
        left_over := ARRAY(
            SELECT left_over[found.place] FROM how_common(
                ARRAY(SELECT asked[place] FROM unnest(left_over) AS place), of_topic, of_designs, moment, most
            ) AS found
            ORDER BY NOT found.in_heading, found.number, found.place
        );
    END IF;
    FOREACH next_place IN ARRAY left_over LOOP
        with_it := to_tsquery('articles', asked[next_place]);
        with_it := COALESCE(together && with_it, with_it);
        IF EXISTS (SELECT FROM shown_entries(of_topic, of_designs, moment) AS entry WHERE entry.whole @@ with_it) THEN
            together := with_it;
            kept := kept || next_place;
        END IF;
    END LOOP;
    RETURN kept;
END $$;
