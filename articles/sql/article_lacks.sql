-- The least that any published article has, whichever way it was published; articles.rules.missing asks for more.
CREATE OR REPLACE FUNCTION article_lacks(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
SELECT array_remove(ARRAY[
    CASE WHEN COALESCE(content #>> '{study,design}', '') = '' OR COALESCE(content #>> '{study,participants}', '') = ''
        THEN 'evidence' END,
    CASE WHEN COALESCE(content #>> '{citation,title}', '') = '' OR COALESCE(content #>> '{citation,journal}', '') = ''
        OR COALESCE(content #>> '{citation,authors,0}', '') = '' OR COALESCE(content #>> '{citation,year}', '') = ''
        THEN 'source' END,
    CASE WHEN NOT jsonb_path_exists(content, '$.sections[*] ? (@.kind == "harms" && @.body like_regex "[^[:space:]]")')
        THEN 'no:harms' END,
    CASE WHEN NOT jsonb_path_exists(content, '$.sections[*] ? (@.kind == "limits" && @.body like_regex "[^[:space:]]")')
        THEN 'no:limits' END
], NULL)
$$;
