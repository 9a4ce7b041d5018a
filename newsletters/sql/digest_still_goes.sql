-- Whether a mail of the monthly e-mail takes its turn: its reader still wants it, and some issue is left to list. Where all
-- that it lists was withdrawn since, it goes to nobody, and somebody who waits gets the turn.
CREATE OR REPLACE FUNCTION digest_still_goes(mail bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN digest_is_wanted(mail) AND EXISTS (
        SELECT FROM newsletters_digestrecipient AS recipient, unnest(recipient.issues) AS issue
        WHERE recipient.outgoing_id = mail
            AND NOT EXISTS (SELECT FROM newsletter_stops(issue) AS stop WHERE stop.code <> 'changed')
    );
END $$;
