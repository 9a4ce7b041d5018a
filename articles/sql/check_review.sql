-- A review is of the bytes as they stand in the revision, and never by somebody who wrote them: whoever saved a revision
-- since the last one whose approval still stands has a part in it, and whoever saved the same bytes at any other time.
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
    SELECT COALESCE(max(earlier.number), 0) INTO approved_before
    FROM articles_articlerevision AS earlier
    WHERE earlier.article_id = reviewed.article_id AND earlier.number < reviewed.number AND (
        SELECT review.decision
        FROM articles_review AS review
        JOIN articles_articlerevision AS said_of ON said_of.id = review.revision_id
        WHERE said_of.article_id = earlier.article_id AND review.content_sha256 = earlier.content_sha256
        ORDER BY review.id DESC LIMIT 1
    ) = 'approved';
    IF NEW.decision = 'approved' AND EXISTS (
        SELECT FROM articles_articlerevision AS since
        JOIN articles_articlerevision AS saved
            ON saved.article_id = since.article_id
            AND (saved.content_sha256 = since.content_sha256 OR saved.content = since.content)
        JOIN articles_reviewer AS reviewer ON reviewer.id = NEW.reviewer_id
        WHERE since.article_id = reviewed.article_id AND since.number <= reviewed.number
            AND since.number > approved_before
            AND saved.created_by_id IN (NEW.created_by_id, reviewer.account_id)
    ) THEN
        RAISE EXCEPTION 'review of revision %: nobody approves their own words', NEW.revision_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
