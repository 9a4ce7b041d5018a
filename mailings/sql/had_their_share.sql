-- Of these addresses those that get no more mails of this kind now, besides the mail given. By when a mail reaches the
-- person: what waits for a mail server that is away all goes out in the same minute.
CREATE OR REPLACE FUNCTION had_their_share(
    addresses text[], mail_kind text, never_reached text[], waiting text[],
    since_day timestamptz, per_day integer, since_month timestamptz, per_month integer, besides bigint
) RETURNS TABLE (email text) LANGUAGE sql STABLE AS $$
    SELECT mail.email FROM mailings_outgoingemail AS mail
    WHERE mail.kind = mail_kind AND mail.email IN (SELECT lower(address) FROM unnest(addresses) AS address)
        AND NOT mail.state = ANY(never_reached) AND mail.id IS DISTINCT FROM besides
    GROUP BY mail.email
    HAVING count(*) FILTER (
        WHERE mail.created_at > since_day OR mail.sent_at > since_day OR mail.state = ANY(waiting)
    ) >= per_day OR count(*) FILTER (
        WHERE mail.created_at > since_month OR mail.sent_at > since_month OR mail.state = ANY(waiting)
    ) >= per_month
$$;
