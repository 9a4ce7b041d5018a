-- Counts a try of a mail that nothing stands against, before anything can go wrong in it; tries is empty for one that may
-- not go, or whose lease has passed on. Also, for whoever asks why: to whom nothing goes just now ('*': to nobody), and
-- what stops this address, what came first before the rest. As a function, of which Postgres keeps the plans.
CREATE OR REPLACE FUNCTION begin_mail(
    mail bigint, lease uuid, of_mailing bigint, to_provider text, to_hash text, newsletter_only text[],
    is_to_staff boolean, most_tries integer,
    OUT tries integer, OUT still text[], OUT reasons text[]
) LANGUAGE plpgsql AS $$
BEGIN
    still := ARRAY(
        SELECT '*' FROM mailings_channel WHERE paused_at IS NOT NULL
        UNION SELECT provider FROM mailings_providerpause WHERE resumed_at IS NULL
    );
    reasons := ARRAY(SELECT stop.reason FROM mail_stops(ARRAY[to_hash], newsletter_only) AS stop);
    IF still && ARRAY['*', to_provider] OR (cardinality(reasons) > 0 AND NOT is_to_staff)
        OR EXISTS (SELECT FROM mailings_mailing WHERE id = of_mailing AND paused_at IS NOT NULL) THEN
        RETURN;
    END IF;
    -- Of the state as in take_next_mail.
    UPDATE mailings_outgoingemail SET attempts = attempts + 1
    WHERE id = mail AND lease_id = lease AND state || '' = 'queued' AND attempts <= most_tries
    RETURNING attempts INTO tries;
END $$;
