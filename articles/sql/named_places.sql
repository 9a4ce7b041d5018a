-- The places of those that some title or topic has. Most words that titles have at all stand in one of the newest, too:
-- these are read once for all words, since the index of a word that thousands have reads all thousands.
CREATE OR REPLACE FUNCTION named_places(asked text[], of_topic text, of_designs text[], moment timestamptz)
RETURNS bigint[] LANGUAGE plpgsql
-- By the index of days, then by that of words; to hold each title against a word that none has takes ages.
SET enable_seqscan = off SET enable_indexscan = on SET enable_bitmapscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    newest tsvector[] := '{}'; place bigint; wanted tsquery; named bigint[] := '{}';
BEGIN
    -- Of one topic, the newest may stand anywhere.
    IF of_topic = '' AND of_designs IS NULL THEN
        newest := ARRAY(
            SELECT entry.heading FROM shown_entries('', NULL, moment) AS entry ORDER BY entry.shown_from DESC LIMIT 100
        );
    END IF;
    -- They end with the function, as do the settings above.
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = on;
    FOR place IN SELECT generate_subscripts(asked, 1) LOOP
        wanted := to_tsquery('articles', replace(asked[place], '<->', '&'));
        IF EXISTS (SELECT FROM unnest(newest) AS one (heading) WHERE one.heading @@ wanted) OR EXISTS (
            SELECT FROM shown_entries(of_topic, of_designs, moment) AS entry WHERE entry.heading @@ wanted
        ) THEN
            named := named || place;
        END IF;
    END LOOP;
    RETURN named;
END $$;
