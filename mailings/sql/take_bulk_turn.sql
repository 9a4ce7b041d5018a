-- Whose turn it is among all workers: the seconds until this mail may go, and the slot that its worker holds then, which
-- the turn's end (mailings/pace.py) gives back a second after the mail server's answer. There are as many slots as mails
-- may go in a second, so no second has more, however long a mail takes from here to the server. Whoever dies with a slot
-- keeps it for as long as a mail may be on the wire. A slot of 0: no limit per second. None: the next one is further off
-- than a worker waits for; it asks again after these seconds. No row: the hour or the day is used up. 0 is no limit.
CREATE OR REPLACE FUNCTION take_bulk_turn(per_second integer, per_hour integer, per_day integer, longest interval)
RETURNS TABLE (seconds double precision, slot integer, held_until timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
    turn timestamptz;
    free timestamptz;
    patience CONSTANT interval := '1.5 seconds';
BEGIN
    INSERT INTO mailings_bulkpace (id, next_at) VALUES (1, clock_timestamp()) ON CONFLICT DO NOTHING;
    SELECT next_at INTO turn FROM mailings_bulkpace WHERE id = 1 FOR UPDATE;
    -- After the lock, in which others may have stood before us.
    moment := clock_timestamp();
    -- What went while a clock ran ahead counts as of now, and for no longer than the rest.
    WITH ahead AS (DELETE FROM mailings_bulkminute WHERE minute > moment + interval '1 minute' RETURNING mails)
    INSERT INTO mailings_bulkminute (minute, mails)
    SELECT date_trunc('minute', moment), sum(mails) FROM ahead HAVING count(*) > 0
    ON CONFLICT (minute) DO UPDATE SET mails = mailings_bulkminute.mails + EXCLUDED.mails;
    -- Whole minutes, with the one in which the hour or the day began: never one too many.
    IF per_hour > 0 AND per_hour <= (
        SELECT COALESCE(sum(mails), 0) FROM mailings_bulkminute WHERE minute > moment - interval '61 minutes'
    ) OR per_day > 0 AND per_day <= (
        SELECT COALESCE(sum(mails), 0) FROM mailings_bulkminute WHERE minute > moment - interval '1 day 1 minute'
    ) THEN
        UPDATE mailings_bulkpace SET closed_until = moment + interval '1 minute' WHERE id = 1;
        RETURN;
    END IF;
    -- A clock that was set back must not stop everything.
    IF turn < moment OR turn > moment + interval '1 minute' THEN
        turn := moment;
    END IF;
    slot := 0;
    IF per_second > 0 THEN
        -- Nor may it free what is on the wire: its worker gives it back as ever, and a dead one's comes back in time.
        UPDATE mailings_bulkslot SET free_at = moment + longest WHERE free_at > moment + longest + patience;
        INSERT INTO mailings_bulkslot (id, free_at) SELECT number, moment FROM generate_series(1, per_second) AS number
        WHERE NOT EXISTS (SELECT FROM mailings_bulkslot WHERE id = per_second) ON CONFLICT DO NOTHING;
        SELECT id, free_at INTO slot, free FROM mailings_bulkslot
        WHERE id <= per_second ORDER BY free_at LIMIT 1 FOR UPDATE;
        turn := greatest(turn, free);
    END IF;
    IF turn > moment + patience THEN
        RETURN QUERY SELECT extract(epoch FROM patience)::double precision, NULL::integer, NULL::timestamptz;
        RETURN;
    END IF;
    IF per_second > 0 THEN
        held_until := turn + longest;
        UPDATE mailings_bulkslot SET free_at = held_until WHERE id = slot;
        -- One after the other and not all at once; a little faster than the slots come back, so that none lies idle.
        UPDATE mailings_bulkpace SET next_at = turn + interval '0.95 seconds' / per_second WHERE id = 1;
    END IF;
    UPDATE mailings_bulkminute SET mails = mails + 1 WHERE minute = date_trunc('minute', turn);
    IF NOT FOUND THEN
        INSERT INTO mailings_bulkminute (minute, mails) VALUES (date_trunc('minute', turn), 1);
        DELETE FROM mailings_bulkminute WHERE minute < moment - interval '2 days';
    END IF;
    seconds := extract(epoch FROM turn - moment);
    RETURN NEXT;
END $$;
