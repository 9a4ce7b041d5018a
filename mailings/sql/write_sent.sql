-- That a mail is out, under the fence of its lease and the lock of its address, in one trip: row, ledger, and that the
-- way to the mail server works. Says "lost" when the lease has passed on, "bounced" when a provider reported it as
-- returned before we came to write, else "sent". Here and not in one statement, since what is read after the lock must
-- be seen as it is after it.
CREATE OR REPLACE FUNCTION write_sent(
    mail bigint, lease uuid, address text, provider_id text, moment timestamptz
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    -- Before its row: whoever erases the person, or stops their mail, has their lead and waits for this row.
    PERFORM pg_advisory_xact_lock(hashtextextended(lower(address), 0));
    UPDATE mailings_outgoingemail SET state = 'sent', sent_at = moment, provider_message_id = provider_id,
        last_reply = '', why = '', lease_id = NULL, lease_until = NULL
    WHERE id = mail AND lease_id = lease;
    IF NOT FOUND THEN
        RETURN 'lost';
    END IF;
    INSERT INTO mailings_mailevent (outgoing_id, kind, at, status, reply, report_id)
    VALUES (mail, 'sent', moment, '', '', '');
    UPDATE mailings_channel SET failures = 0, failing_since = NULL, retry_at = NULL
    WHERE id = 1 AND failures > 0 AND paused_at IS NULL;
    -- What was reported before staff let it go again was of an earlier sending.
    RETURN CASE WHEN EXISTS (
        SELECT FROM mailings_mailevent WHERE outgoing_id = mail AND kind = 'bounced' AND id > coalesce((
            SELECT max(id) FROM mailings_mailevent WHERE outgoing_id = mail AND kind = 'requeued'
        ), 0)
    ) THEN 'bounced' ELSE 'sent' END;
END $$;
