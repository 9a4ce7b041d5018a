-- Writes down that each of these changed just now. The content version comes first, which whoever changes a page moves
-- in the end anyway: so nobody waits for a second one of these rows while holding a first.
CREATE OR REPLACE FUNCTION note_change(VARIADIC subjects text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM foundation_contentversion FOR NO KEY UPDATE;
    INSERT INTO foundation_contentchange (subject, changed_at)
    SELECT named.subject, clock_timestamp() FROM (SELECT DISTINCT unnest(subjects) AS subject) AS named
    ON CONFLICT (subject) DO UPDATE SET changed_at = EXCLUDED.changed_at;
END $$;
