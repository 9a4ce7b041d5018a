-- Why an issue cannot go out: each of its articles that people should not be sent to, with a code. Also one that says
-- something else than what was approved, until it begins: a typo fix after that stops nobody. Locks the articles, so that none is withdrawn until whoever asks has committed.
CREATE OR REPLACE FUNCTION newsletter_stops(newsletter bigint) RETURNS TABLE (article bigint, code text)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM articles_article
    WHERE id IN (SELECT article_id FROM newsletters_newsletterentry WHERE newsletter_id = newsletter)
    ORDER BY id FOR SHARE;
    RETURN QUERY
    WITH entry AS (
        SELECT found.id, found.state, found.published_at, found.withdraws_at, found.live_revision_id, revision.content, issue.frozen,
            issue.mailing_id, issue.approved_at
        FROM newsletters_newsletterentry AS chosen
        JOIN newsletters_newsletter AS issue ON issue.id = chosen.newsletter_id
        JOIN articles_article AS found ON found.id = chosen.article_id
        LEFT JOIN articles_articlerevision AS revision ON revision.id = found.live_revision_id
        WHERE chosen.newsletter_id = newsletter
    ), said AS (
        -- What the list said last of each paper: some are reinstated.
        SELECT DISTINCT ON (notice.paper_id) notice.paper_id, record.nature
        FROM articles_papernotice AS notice
        JOIN articles_retractionrecord AS record ON record.record_id = notice.record_id
        WHERE record.nature IN ('retraction', 'reinstatement')
            AND notice.paper_id IN (SELECT paper_id FROM articles_articlepaper WHERE article_id IN (SELECT id FROM entry))
        ORDER BY notice.paper_id, record.noticed_on DESC NULLS LAST, notice.id DESC
    )
    -- One whose day to go has come is withdrawn, whether or not the job that says so has come by.
    SELECT id, CASE WHEN state = 'withdrawn' OR withdraws_at <= clock_timestamp() THEN 'withdrawn' ELSE 'not_published' END
    FROM entry WHERE state <> 'published' OR published_at IS NULL OR published_at > clock_timestamp()
        OR withdraws_at <= clock_timestamp()
    UNION ALL
    SELECT id, 'overturned' FROM entry WHERE content -> 'newer_evidence' @> '[{"effect": "overturns"}]'
    UNION ALL
    SELECT id, 'retracted' FROM entry WHERE EXISTS (
        SELECT FROM articles_articlepaper AS cited JOIN said ON said.paper_id = cited.paper_id
        WHERE cited.article_id = entry.id AND said.nature = 'retraction'
    )
    UNION ALL
    SELECT id, 'changed' FROM entry WHERE frozen <> '' AND mailing_id IS NULL AND (
        NOT frozen::jsonb -> 'entries' @> jsonb_build_array(jsonb_build_object('revision', live_revision_id))
        -- A concern found since: the frozen words do not say it.
        OR EXISTS (
            SELECT FROM articles_articlepaper AS cited
            JOIN articles_papernotice AS notice ON notice.paper_id = cited.paper_id
            JOIN articles_retractionrecord AS record ON record.record_id = notice.record_id
            WHERE cited.article_id = entry.id AND record.nature = 'concern' AND notice.opened_at > approved_at
        )
    );
END $$;
