-- Entries and topics are of a draft: what was approved is approved with them.
CREATE OR REPLACE FUNCTION keep_entries_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    -- In a row lock, since an approval reads them.
    SELECT state INTO found FROM newsletters_newsletter
    WHERE id = COALESCE(NEW.newsletter_id, OLD.newsletter_id) FOR SHARE;
    IF found IS NOT NULL AND found <> 'draft' THEN
        RAISE EXCEPTION '% of newsletter % is no draft any more', TG_TABLE_NAME,
            COALESCE(NEW.newsletter_id, OLD.newsletter_id) USING ERRCODE = 'check_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
