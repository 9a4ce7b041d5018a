-- Whoever comes onto the list or goes off it is counted, by whatever path, and without a word of who it was.
CREATE OR REPLACE FUNCTION write_subscriber_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was_on boolean := TG_OP <> 'INSERT' AND OLD.state = 'confirmed';
    is_on boolean := TG_OP <> 'DELETE' AND NEW.state = 'confirmed';
BEGIN
    IF was_on <> is_on THEN
        INSERT INTO newsletters_subscriberchange (kind, number, at)
        VALUES (
            CASE WHEN is_on THEN 'joined' ELSE 'left' END, 1,
            -- Who came with a list agreed elsewhere, long before they were here. Who is put back confirmed nothing anew.
            date_bin('15 minutes', CASE
                WHEN is_on AND NOT (TG_OP = 'UPDATE' AND NEW.confirmed_at IS NOT DISTINCT FROM OLD.confirmed_at)
                THEN GREATEST(NEW.confirmed_at, NEW.created_at) ELSE clock_timestamp()
            END, 'epoch')
        );
    END IF;
    RETURN NULL;
END $$;
