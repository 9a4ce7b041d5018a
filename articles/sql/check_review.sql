-- A review is of the bytes as they stand in the revision, and never by somebody who wrote them: whoever saved a revision
-- since the last one that was approved has a part in it.
CREATE OR REPLACE FUNCTION check_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reviewed articles_articlerevision;
    approved_before integer;
BEGIN
    SELECT * INTO reviewed FROM articles_articlerevision WHERE id = NEW.revision_id;
    IF NEW.content_sha256 IS DISTINCT FROM reviewed.content_sha256 THEN
        RAISE EXCEPTION 'review of revision %: another fingerprint', NEW.revision_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT COALESCE(max(revision.number), 0) INTO approved_before
    FROM articles_review AS review
    JOIN articles_articlerevision AS revision ON revision.id = review.revision_id
    WHERE review.decision = 'approved' AND revision.article_id = reviewed.article_id
        AND revision.number < reviewed.number;
    IF NEW.decision = 'approved' AND EXISTS (
        SELECT FROM articles_articlerevision AS revision
        JOIN articles_reviewer AS reviewer ON reviewer.id = NEW.reviewer_id
        WHERE revision.article_id = reviewed.article_id AND revision.number <= reviewed.number
            AND revision.number > approved_before
            AND revision.created_by_id IN (NEW.created_by_id, reviewer.account_id)
    ) THEN
        RAISE EXCEPTION 'review of revision %: nobody approves their own words', NEW.revision_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
