-- Says that what public pages show has changed: each process then makes its pages anew. The trigger of a table that
-- stands on every page is given the word 'frame'. Whoever comes second waits here for the first to commit, so this is
-- done once a statement, and by tables of which few are written at a time.
CREATE OR REPLACE FUNCTION move_content_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Never a number: one that was counted up in a transaction taken back would come again, for other content.
    INSERT INTO foundation_contentversion AS known (id, version, frame, moved_at)
    VALUES (1, gen_random_uuid(), gen_random_uuid(), clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET
        version = EXCLUDED.version,
        frame = CASE WHEN TG_ARGV[0] = 'frame' THEN EXCLUDED.frame ELSE known.frame END,
        -- Last-Modified counts in seconds; two versions must not share one.
        moved_at = GREATEST(clock_timestamp(), known.moved_at + interval '1 second');
    RETURN NULL;
END $$;
