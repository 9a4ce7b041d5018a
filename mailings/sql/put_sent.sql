-- That a mail is out, under the fence of its lease: row, ledger, and that the way to the mail server works; false when the
-- lease has passed on. Call it under the lock of its address.
CREATE OR REPLACE FUNCTION put_sent(mail bigint, lease uuid, provider_id text, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE mailings_outgoingemail SET state = 'sent', sent_at = moment, provider_message_id = provider_id,
        last_reply = '', why = '', lease_id = NULL, lease_until = NULL
    WHERE id = mail AND lease_id = lease;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO mailings_mailevent (outgoing_id, kind, at, status, reply, report_id)
    VALUES (mail, 'sent', moment, '', '', '');
    UPDATE mailings_channel SET failures = 0, failing_since = NULL, retry_at = NULL
    WHERE id = 1 AND failures > 0 AND paused_at IS NULL;
    RETURN true;
END $$;
