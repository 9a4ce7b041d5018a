-- As issue_is_wanted, of one mail of the monthly e-mail.
CREATE OR REPLACE FUNCTION digest_is_wanted(mail bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM newsletters_digestrecipient AS recipient
        JOIN mailings_subscriber AS reader ON reader.id = recipient.subscriber_id
        WHERE recipient.outgoing_id = mail AND reader.state = 'confirmed' AND reader.rhythm = 'monthly'
            AND (reader.paused_until IS NULL OR reader.paused_until <= now())
    );
END $$;
