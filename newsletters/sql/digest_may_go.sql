-- Whether a mail may go as it was written: its reader still wants it, and nothing was published, withdrawn, overturned or
-- retracted since (content is the version of all that then stood on the site), nor withdrawn by its day (until). Else it
-- is written anew.
CREATE OR REPLACE FUNCTION digest_may_go(mail bigint, content uuid, until timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN digest_is_wanted(mail) AND (until IS NULL OR clock_timestamp() < until)
        AND EXISTS (SELECT FROM foundation_contentversion WHERE version = content);
END $$;
