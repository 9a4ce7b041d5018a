-- Of one mail of an issue what newsletters.emails asks of many: whether whoever it is for should still get it. As a
-- function, since Postgres keeps its plan: to plan it anew took longer than all else it does for a mail.
CREATE OR REPLACE FUNCTION issue_is_wanted(mail bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM newsletters_newsletterrecipient AS recipient
        JOIN newsletters_newsletter AS issue ON issue.id = recipient.newsletter_id
        JOIN mailings_subscriber AS reader ON reader.id = recipient.subscriber_id
        WHERE recipient.outgoing_id = mail AND issue.state IN ('sending', 'paused', 'sent')
            AND reader.state = 'confirmed' AND reader.rhythm = 'each'
            AND (reader.paused_until IS NULL OR reader.paused_until <= now())
    );
END $$;
