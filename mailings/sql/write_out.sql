-- That a mail is out (put_sent), under the lock of its address, as one of several statements in one trip. Says "sent", or
-- "lost" when the lease has passed on. Where a report of it waits, it says "reported" and writes nothing: what follows from
-- that belongs in one commit with the result (write_sent).
CREATE OR REPLACE FUNCTION write_out(mail bigint, lease uuid, address text, moment timestamptz) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    -- Before its row: whoever erases the person, or stops their mail, has their lead and waits for this row. And whoever
    -- writes a report down holds it until it is to be seen.
    PERFORM pg_advisory_xact_lock(hashtextextended(lower(address), 0));
    IF EXISTS (SELECT FROM mailings_mailevent WHERE outgoing_id = mail AND kind = 'bounced') THEN
        RETURN 'reported';
    END IF;
    RETURN CASE WHEN put_sent(mail, lease, '', moment) THEN 'sent' ELSE 'lost' END;
END $$;
