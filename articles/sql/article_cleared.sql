-- Whether the content of a revision may be shown: the last word of a reviewer on it is yes, or somebody released it since
-- a reviewer last said no. Content is compared with content, since a fingerprint is what its writer says that it is.
CREATE OR REPLACE FUNCTION article_cleared(wanted articles_articlerevision) RETURNS boolean LANGUAGE sql STABLE AS $$
WITH said AS (
    SELECT review.id, review.decision, review.created_at
    FROM articles_review AS review
    JOIN articles_articlerevision AS revision ON revision.id = review.revision_id
    WHERE revision.article_id = wanted.article_id
        AND review.content_sha256 = wanted.content_sha256 AND revision.content = wanted.content
)
SELECT COALESCE((SELECT decision = 'approved' FROM said ORDER BY id DESC LIMIT 1), false) OR EXISTS (
    SELECT FROM articles_release AS release
    JOIN articles_articlerevision AS revision ON revision.id = release.revision_id
    WHERE revision.article_id = wanted.article_id
        AND release.content_sha256 = wanted.content_sha256 AND revision.content = wanted.content
        AND release.created_at > ALL (SELECT created_at FROM said WHERE decision = 'sent_back')
)
$$;
