-- When rows that stand on public pages became others, by their table: a save that changes nothing is none. With columns,
-- these alone count, since the rest is for colleagues; with 'by column', each is written down as one of its own.
CREATE OR REPLACE FUNCTION note_content_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    becomes jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    changed text[];
BEGIN
    -- A draft stands on no page.
    was := CASE WHEN was ->> 'state' = 'draft' THEN '{}' ELSE was END;
    becomes := CASE WHEN becomes ->> 'state' = 'draft' THEN '{}' ELSE becomes END;
    changed := ARRAY(
        SELECT name FROM jsonb_object_keys(was || becomes) AS name WHERE was -> name IS DISTINCT FROM becomes -> name
    );
    IF TG_NARGS > 0 AND TG_ARGV[0] <> 'by column' THEN
        changed := ARRAY(SELECT name FROM unnest(changed) AS name WHERE name = ANY (TG_ARGV));
    END IF;
    IF cardinality(changed) = 0 THEN
        RETURN NULL;
    END IF;
    IF TG_NARGS > 0 AND TG_ARGV[0] = 'by column' THEN
        PERFORM note_change(VARIADIC ARRAY(SELECT TG_TABLE_NAME || '.' || name FROM unnest(changed) AS name));
    ELSE
        PERFORM note_change(TG_TABLE_NAME, TG_TABLE_NAME || '.' || ((was || becomes) ->> 'id'));
    END IF;
    RETURN NULL;
END $$;
