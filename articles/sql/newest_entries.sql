-- The newest `most` that have it in this column, heading or whole. loosely: the same without places, which an index
-- answers alone; whether the words of a phrase stand beside each other is looked up in whole texts, so lazily, behind
-- OFFSET, and of no more than are returned.
CREATE OR REPLACE FUNCTION newest_entries(
    in_column text, asked text, loosely text, of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS SETOF bigint LANGUAGE plpgsql
-- What few have is found by the index of words, and what many have by going through the newest. Postgres does not know
-- how long it takes to hold a text against words, and chooses wrongly between the two.
SET enable_seqscan = off SET enable_indexscan = off SET enable_bitmapscan = on SET jit = off AS $$
DECLARE
    wanted tsquery := to_tsquery('articles', asked);
    near tsquery := to_tsquery('articles', loosely);
    many CONSTANT integer := 3000;
    number integer;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM shown_entries($1, $2, $3) AS entry'
        ' WHERE entry.%I @@ $4 LIMIT $5) AS counted', in_column)
    INTO number USING of_topic, of_designs, moment, near, many;
    IF number = many THEN
        SET LOCAL enable_indexscan = on;
        SET LOCAL enable_bitmapscan = off;
    END IF;
    RETURN QUERY EXECUTE format('SELECT newest.article_id FROM ('
        ' SELECT entry.article_id, entry.%1$I FROM shown_entries($1, $2, $3) AS entry WHERE entry.%1$I @@ $4'
        ' ORDER BY entry.shown_from DESC OFFSET 0'
        ') AS newest WHERE $4 = $5 OR newest.%1$I @@ $5 LIMIT $6', in_column)
    USING of_topic, of_designs, moment, near, wanted, most;
END $$;
