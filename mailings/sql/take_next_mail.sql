-- Among mails that are alike, in one trip: that the mail before is out, as put_sent writes it, and that the next may be
-- on the wire from now on, if nothing stands in its way. Each is written right before and right after its own time on the
-- wire, as one at a time would be: whoever dies leaves one in doubt. tries is empty for a mail that may not go, or whose
-- lease has passed on; whoever asked finds out the long way (mailings/tries.py). Where a report of the mail before waits,
-- it says "reported" and writes nothing: what follows from it belongs in one commit with the result. Both rows in one
-- statement: to open the table, its indexes and its constraints takes as long as to write a row.
CREATE OR REPLACE FUNCTION take_next_mail(
    done bigint, done_address text, done_at timestamptz, lease uuid,
    next bigint, next_mailing bigint, next_provider text, next_hash text, next_until timestamptz, most_tries integer,
    is_wanted boolean,
    OUT said text, OUT tries integer
) LANGUAGE plpgsql AS $$
DECLARE
    works boolean;
    stands boolean;
    is_out boolean;
BEGIN
    IF done IS NOT NULL THEN
        -- Whoever writes a report down holds it until it is to be seen.
        PERFORM pg_advisory_xact_lock(hashtextextended(lower(done_address), 0));
        IF EXISTS (SELECT FROM mailings_mailevent WHERE outgoing_id = done AND kind = 'bounced') THEN
            said := 'reported';
            RETURN;
        END IF;
    END IF;
    SELECT failures = 0, paused_at IS NOT NULL INTO works, stands FROM mailings_channel WHERE id = 1;
    -- Not in the words of outgoingemail_next. Right after an issue was begun Postgres believes that nothing waits, takes
    -- that index for empty, and would read all that waits for each mail.
    WITH written AS (
        UPDATE mailings_outgoingemail SET
            state = CASE WHEN id = next THEN 'sending' ELSE 'sent' END,
            attempts = attempts + CASE WHEN id = next THEN 1 ELSE 0 END,
            sent_at = CASE WHEN id = next THEN sent_at ELSE done_at END,
            provider_message_id = CASE WHEN id = next THEN provider_message_id ELSE '' END,
            last_reply = CASE WHEN id = next THEN last_reply ELSE '' END,
            why = CASE WHEN id = next THEN why ELSE '' END,
            lease_id = CASE WHEN id = next THEN lease_id END,
            lease_until = CASE WHEN id = next THEN next_until END
        WHERE id IN (done, next) AND lease_id = lease AND (id = done OR (
            state || '' = 'queued' AND attempts <= most_tries AND is_wanted AND stands IS NOT TRUE
            AND NOT EXISTS (SELECT FROM mailings_providerpause WHERE resumed_at IS NULL AND provider = next_provider)
            AND NOT EXISTS (SELECT FROM mailings_mailing WHERE id = next_mailing AND paused_at IS NOT NULL)
            AND NOT EXISTS (SELECT FROM mailings_suppression WHERE address_hash = next_hash AND lifted_at IS NULL)
        ))
        RETURNING id, attempts
    ), event AS (
        INSERT INTO mailings_mailevent (outgoing_id, kind, at, status, reply, report_id)
        SELECT id, 'sent', done_at, '', '', '' FROM written WHERE id = done
    )
    SELECT count(*) FILTER (WHERE id = done) > 0, max(attempts) FILTER (WHERE id = next) INTO is_out, tries FROM written;
    IF done IS NOT NULL THEN
        said := CASE WHEN is_out THEN 'sent' ELSE 'lost' END;
    END IF;
    IF is_out AND NOT works AND NOT stands THEN
        UPDATE mailings_channel SET failures = 0, failing_since = NULL, retry_at = NULL
        WHERE id = 1 AND failures > 0 AND paused_at IS NULL;
    END IF;
END $$;
