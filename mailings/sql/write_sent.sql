-- That a mail is out (put_sent), under the lock of its address, in one trip. Says "lost" when the lease has passed on,
-- "bounced" when a provider reported it as returned before we came to write, else "sent". Here and not in one statement,
-- since what is read after the lock must be seen as it is after it.
CREATE OR REPLACE FUNCTION write_sent(
    mail bigint, lease uuid, address text, provider_id text, moment timestamptz
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    -- Before its row: whoever erases the person, or stops their mail, has their lead and waits for this row.
    PERFORM pg_advisory_xact_lock(hashtextextended(lower(address), 0));
    IF NOT put_sent(mail, lease, provider_id, moment) THEN
        RETURN 'lost';
    END IF;
    -- What was reported before staff let it go again was of an earlier sending.
    RETURN CASE WHEN EXISTS (
        SELECT FROM mailings_mailevent WHERE outgoing_id = mail AND kind = 'bounced' AND id > coalesce((
            SELECT max(id) FROM mailings_mailevent WHERE outgoing_id = mail AND kind = 'requeued'
        ), 0)
    ) THEN 'bounced' ELSE 'sent' END;
END $$;
