-- What stops mail to these hashes of addresses, what came first before the rest; but for what stops the newsletter alone.
CREATE OR REPLACE FUNCTION mail_stops(hashes text[], newsletter_only text[]) RETURNS TABLE (address_hash text, reason text)
    LANGUAGE sql STABLE AS $$
    SELECT stop.address_hash, stop.reason FROM mailings_suppression AS stop
    WHERE stop.address_hash = ANY(hashes) AND stop.lifted_at IS NULL AND NOT stop.reason = ANY(newsletter_only)
    ORDER BY stop.created_at, stop.id
$$;
