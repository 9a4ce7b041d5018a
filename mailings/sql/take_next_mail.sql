-- Among mails that are alike, in one trip: that the mail before is out (put_sent), and that the next may be on the
-- wire from now on, if nothing stands in its way. Each is written right before and right after its own time on the wire,
-- as one at a time would be: whoever dies leaves one in doubt. tries is empty for a mail that may not go, or whose lease
-- has passed on; whoever asked finds out the long way (mailings/tries.py). Where a report of the mail before waits, it
-- says "reported" and writes nothing: what follows from it belongs in one commit with the result.
CREATE OR REPLACE FUNCTION take_next_mail(
    done bigint, done_address text, done_at timestamptz, lease uuid,
    next bigint, next_mailing bigint, next_provider text, next_hash text, next_until timestamptz, most_tries integer,
    is_wanted boolean,
    OUT said text, OUT tries integer
) LANGUAGE plpgsql AS $$
BEGIN
    IF done IS NOT NULL THEN
        -- Whoever writes a report down holds it until it is to be seen.
        PERFORM pg_advisory_xact_lock(hashtextextended(lower(done_address), 0));
        IF EXISTS (SELECT FROM mailings_mailevent WHERE outgoing_id = done AND kind = 'bounced') THEN
            said := 'reported';
            RETURN;
        END IF;
        said := CASE WHEN put_sent(done, lease, '', done_at) THEN 'sent' ELSE 'lost' END;
    END IF;
    -- Not in the words of outgoingemail_next. Right after an issue was begun Postgres believes that nothing waits, takes
    -- that index for empty, and would read all that waits for each mail.
    UPDATE mailings_outgoingemail SET attempts = attempts + 1, state = 'sending', lease_until = next_until
    WHERE id = next AND lease_id = lease AND state || '' = 'queued' AND attempts <= most_tries AND is_wanted
        AND NOT EXISTS (SELECT FROM mailings_channel WHERE paused_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM mailings_providerpause WHERE resumed_at IS NULL AND provider = next_provider)
        AND NOT EXISTS (SELECT FROM mailings_mailing WHERE id = next_mailing AND paused_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM mailings_suppression WHERE address_hash = next_hash AND lifted_at IS NULL)
    RETURNING attempts INTO tries;
END $$;
