-- The newest `most` that have it in this column, heading or whole, by going through the newest: for what many have.
-- loosely: the same without places; whether the words of a phrase stand beside each other is looked up in whole texts,
-- so lazily, behind OFFSET, and of no more than are returned.
CREATE OR REPLACE FUNCTION newest_entries(
    in_column text, asked text, loosely text, of_topic text, of_designs text[], moment timestamptz, most integer
) RETURNS SETOF bigint LANGUAGE plpgsql
-- Postgres does not know how long it takes to hold a text against words, and would choose the index of words.
SET enable_seqscan = off SET enable_indexscan = on SET enable_bitmapscan = off SET jit = off AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT newest.article_id FROM ('
        ' SELECT entry.article_id, entry.%1$I FROM shown_entries($1, $2, $3) AS entry WHERE entry.%1$I @@ $4'
        ' ORDER BY entry.shown_from DESC OFFSET 0'
        ') AS newest WHERE $4 = $5 OR newest.%1$I @@ $5 LIMIT $6', in_column)
    USING of_topic, of_designs, moment, to_tsquery('articles', loosely), to_tsquery('articles', asked), most;
END $$;
