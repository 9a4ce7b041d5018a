-- Those among which the best are: the newest `most` that have it in a title or topic, and the newest `most` that have
-- it at all. loosely: the same without places, which the index of words answers alone.
CREATE OR REPLACE FUNCTION promising_entries(
    asked text, loosely text, of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS bigint[] LANGUAGE plpgsql
-- What few have is found by the index of words, and what many have by going through the newest. Postgres does not know
-- how long it takes to hold a text against words, and chooses wrongly between the two.
SET enable_seqscan = off SET enable_indexscan = off SET enable_bitmapscan = on SET jit = off AS $$
DECLARE
    wanted tsquery := to_tsquery('articles', asked);
    near tsquery := to_tsquery('articles', loosely);
    many CONSTANT integer := 3000;
    named bigint[]; with_it bigint[]; are_all boolean := true; is_often_named boolean;
BEGIN
    -- Of one topic, the newest may stand anywhere.
    IF of_topic = '' AND of_designs IS NULL THEN
        SELECT * INTO named, with_it FROM newest_promising(asked, moment, most);
    END IF;
    IF with_it IS NULL THEN
        -- One look for both: what a title or a topic has, the whole has, too, and titles are short.
        EXECUTE 'SELECT array_agg(article_id) FILTER (WHERE is_named), array_agg(article_id) FROM ('
            ' SELECT found.article_id, found.heading @@ $5 AS is_named FROM ('
            ' SELECT * FROM shown_entries($1, $2, $3) AS entry WHERE entry.whole @@ $4 LIMIT $6'
            ') AS found ORDER BY found.shown_from DESC) AS few'
        INTO named, with_it USING of_topic, of_designs, moment, near, wanted, many;
        IF cardinality(with_it) = many THEN
            are_all := false;
            is_often_named := cardinality(named) > most;
            with_it := ARRAY(SELECT newest_entries('whole', asked, loosely, of_topic, of_designs, moment, most));
        ELSIF near <> wanted THEN
            -- Each by its number. It ends with the function, as do the settings above.
            SET LOCAL enable_indexscan = on;
            SET LOCAL enable_bitmapscan = off;
            with_it := ARRAY(
                SELECT few.number FROM unnest(with_it) AS few (number) WHERE (
                    SELECT entry.whole @@ wanted FROM articles_searchentry AS entry WHERE entry.article_id = few.number
                ) LIMIT most
            );
        END IF;
    ELSE
        are_all := COALESCE(cardinality(named), 0) >= most;
        is_often_named := cardinality(named) > most / 4;
    END IF;
    IF NOT are_all AND is_often_named THEN
        named := ARRAY(SELECT newest_entries('heading', asked, loosely, of_topic, of_designs, moment, most));
    ELSIF NOT are_all THEN
        EXECUTE 'SELECT ARRAY(SELECT entry.article_id FROM shown_entries($1, $2, $3) AS entry'
            ' WHERE entry.heading @@ $4 ORDER BY entry.shown_from DESC LIMIT $5)'
        INTO named USING of_topic, of_designs, moment, wanted, most;
    END IF;
    RETURN named[:most] || with_it[:most];
END $$;
