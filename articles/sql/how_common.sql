-- Of each that is asked for, whether some title or topic has it, and how many articles do, counted up to `most`. Its
-- words may stand anywhere in them: that is what the index of words answers alone.
CREATE OR REPLACE FUNCTION how_common(
    asked text[], of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS TABLE (place bigint, in_heading boolean, number bigint) LANGUAGE plpgsql STABLE
-- By the index of words alone, whatever they are: to hold each text against words that none has takes ages. So there
-- is one plan for all words, made once.
SET enable_seqscan = off SET enable_indexscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    wanted tsquery;
BEGIN
    FOR place IN SELECT generate_subscripts(asked, 1) LOOP
        wanted := to_tsquery('articles', replace(asked[place], '<->', '&'));
        SELECT count(*), COALESCE(bool_or(few.heading @@ wanted), false) INTO number, in_heading FROM (
            SELECT entry.heading FROM shown_entries(of_topic, of_designs, moment) AS entry
            WHERE entry.whole @@ wanted LIMIT most
        ) AS few;
        -- Of fewer all have been seen.
        IF number = most AND NOT in_heading THEN
            in_heading := EXISTS (
                SELECT FROM shown_entries(of_topic, of_designs, moment) AS entry WHERE entry.heading @@ wanted
            );
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
