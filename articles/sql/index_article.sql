-- Writes down by what an article is found, or that it is not to be found: all but a published one has no entry.
CREATE OR REPLACE FUNCTION index_article(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    -- A: title and first topic; B: other topics and summary; C: the study and its papers; D: the sections.
    title text; topics text[]; summary text; facts text; body text; identifiers text[]; shown timestamptz; content jsonb;
BEGIN
    -- Whoever renames a topic holds this row before: without it, one of two who write at once would leave the old name,
    -- or what was live before. Each statement from here on sees what the other has committed.
    PERFORM FROM foundation_contentversion FOR UPDATE;
    SELECT article.published_at, revision.content INTO shown, content
    FROM articles_article AS article JOIN articles_articlerevision AS revision ON revision.id = article.live_revision_id
    WHERE article.id = wanted AND article.state = 'published';
    IF NOT FOUND THEN
        DELETE FROM articles_searchentry WHERE article_id = wanted;
        RETURN;
    END IF;
    title := content ->> 'title';
    summary := COALESCE(content ->> 'summary', '');
    SELECT COALESCE(array_agg(topic.name ORDER BY place.ordinality NULLS LAST, topic.name), '{}') INTO topics
    FROM articles_article_topics AS of_article JOIN articles_topic AS topic ON topic.id = of_article.topic_id
        LEFT JOIN jsonb_array_elements_text(content -> 'topics') WITH ORDINALITY AS place (slug, ordinality)
            ON place.slug = topic.slug
    WHERE of_article.article_id = wanted;
    SELECT concat_ws(' . ', string_agg(value #>> '{}', ' . ')) INTO facts
    FROM (
        SELECT jsonb_path_query(content, '$.study.* ? (@.type() == "string")')
        UNION ALL SELECT jsonb_path_query(content, '$.citation.keyvalue() ? (@.key != "doi").value ? (@.type() != "boolean")')
        UNION ALL SELECT jsonb_path_query(content, '$.further_papers[*].title')
    ) AS told (value);
    -- Links and emphasis of our Markdown are no words; what pictures and dots say stands on the page, too.
    SELECT COALESCE(string_agg(regexp_replace(regexp_replace(concat_ws(E'\n', value ->> 'heading', value ->> 'body',
        (SELECT string_agg(concat(icons ->> 'count', ' of ', icons ->> 'of', ' ', icons ->> 'words'), E'\n')
            FROM jsonb_path_query(value, '$.icons[*]') AS icons), value #>> '{image,alt}'),
        '\[([^]]*)\]\([^)]*\)', '\1', 'g'), '[*`>#]|^\s*[-+] ', '', 'gn'), E'\n'), '') INTO body
    FROM jsonb_path_query(content, '$.sections[*]') AS value;
    -- First those of the paper that the article is about.
    SELECT array_agg(lower(value #>> '{}')) INTO identifiers
    FROM (
        SELECT jsonb_path_query(content, path::jsonpath) FROM unnest(ARRAY[
            '$.citation.doi', '$.citation.pmid', '$.citation.pmcid', '$.citation.nct', '$.study.registrations[*]',
            '$.further_papers[*].doi', '$.further_papers[*].pmid', '$.further_papers[*].pmcid', '$.further_papers[*].nct',
            '$.newer_evidence[*].doi', '$.newer_evidence[*].registration'
        ]) WITH ORDINALITY AS paths (path, place) ORDER BY place
    ) AS told (value);
    INSERT INTO articles_searchentry AS entry (article_id, shown_from, design, heading, whole, identifiers, text)
    VALUES (
        wanted, shown, COALESCE(content #>> '{study,design}', ''),
        to_tsvector('articles', plain_words(concat_ws(' . ', title, array_to_string(topics, ' . ')))),
        setweight(to_tsvector('articles', plain_words(concat_ws(' . ', title, topics[1]))), 'A')
            || setweight(to_tsvector('articles', plain_words(concat_ws(' . ', summary, array_to_string(topics[2:], ' . ')))), 'B')
            || setweight(to_tsvector('articles', plain_words(facts)), 'C')
            || setweight(to_tsvector('articles', plain_words(body)), 'D'),
        COALESCE(identifiers, '{}'), body
    )
    ON CONFLICT (article_id) DO UPDATE SET shown_from = EXCLUDED.shown_from, design = EXCLUDED.design,
        heading = EXCLUDED.heading, whole = EXCLUDED.whole, identifiers = EXCLUDED.identifiers, text = EXCLUDED.text;
    -- In one order, so that two who publish at once do not wait for each other.
    INSERT INTO articles_searchword
    SELECT word FROM (
        SELECT DISTINCT (regexp_matches(lower(unaccent(concat_ws(' ', title, summary, array_to_string(topics, ' '), facts, body))),
            '[[:alpha:]]{4,40}', 'g'))[1] AS word
    ) AS words
    WHERE NOT EXISTS (SELECT FROM articles_searchword AS known WHERE known.word = words.word)
    ORDER BY word
    ON CONFLICT DO NOTHING;
END $$;
