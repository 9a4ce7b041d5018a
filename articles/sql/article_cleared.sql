-- Whether the bytes of a revision may be shown: the last word of a reviewer on them is yes, or somebody released them.
CREATE OR REPLACE FUNCTION article_cleared(wanted articles_articlerevision) RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT COALESCE((
    SELECT review.decision = 'approved'
    FROM articles_review AS review
    JOIN articles_articlerevision AS revision ON revision.id = review.revision_id
    WHERE review.content_sha256 = wanted.content_sha256 AND revision.article_id = wanted.article_id
    ORDER BY review.id DESC LIMIT 1
), false) OR EXISTS (
    SELECT FROM articles_release AS release
    JOIN articles_articlerevision AS revision ON revision.id = release.revision_id
    WHERE release.content_sha256 = wanted.content_sha256 AND revision.article_id = wanted.article_id
)
$$;
