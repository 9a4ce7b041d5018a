-- For workers of the build before, until the last of them is replaced; take_bulk_turn took its place.
-- Whose turn it is among all workers: the seconds until this mail may go, or nothing when it has to wait for longer than
-- a worker should. A slot that is taken is gone, so whoever dies with one makes the others no faster. 0 is no limit.
CREATE OR REPLACE FUNCTION take_bulk_slot(per_second integer, per_hour integer, per_day integer)
RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    slot timestamptz;
BEGIN
    INSERT INTO mailings_bulkpace (id, next_at) VALUES (1, clock_timestamp()) ON CONFLICT DO NOTHING;
    SELECT next_at INTO slot FROM mailings_bulkpace WHERE id = 1 FOR UPDATE;
    -- After the lock, in which others may have stood before us.
    moment := clock_timestamp();
    -- Whole minutes, with the one in which the hour or the day began: never one too many.
    IF per_hour > 0 AND per_hour <= (
        SELECT COALESCE(sum(mails), 0) FROM mailings_bulkminute WHERE minute > moment - interval '61 minutes'
    ) OR per_day > 0 AND per_day <= (
        SELECT COALESCE(sum(mails), 0) FROM mailings_bulkminute WHERE minute > moment - interval '1 day 1 minute'
    ) THEN
        UPDATE mailings_bulkpace SET closed_until = moment + interval '1 minute' WHERE id = 1;
        RETURN NULL;
    END IF;
    -- A clock that was set back must not stop everything.
    IF slot < moment OR slot > moment + interval '1 minute' THEN
        slot := moment;
    END IF;
    IF slot > moment + interval '5 seconds' THEN
        RETURN NULL;
    END IF;
    IF per_second > 0 THEN
        -- A quarter slower: the way to the mail server takes now longer, now shorter, and on a busy machine 0.2 seconds
        -- lie between the two; what went out within the limit would arrive beyond it.
        UPDATE mailings_bulkpace SET next_at = slot + interval '1.25 seconds' / per_second WHERE id = 1;
    END IF;
    UPDATE mailings_bulkminute SET mails = mails + 1 WHERE minute = date_trunc('minute', slot);
    IF NOT FOUND THEN
        INSERT INTO mailings_bulkminute (minute, mails) VALUES (date_trunc('minute', slot), 1);
        DELETE FROM mailings_bulkminute WHERE minute < moment - interval '2 days';
    END IF;
    RETURN extract(epoch FROM slot - moment);
END $$;
