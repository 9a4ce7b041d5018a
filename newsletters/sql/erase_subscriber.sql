-- What erase_person is for a person, for a reader who asks it of the newsletter alone: the subscription and its mails
-- go, the proof of consent stays without saying whose. Leads and enquiries are not touched. As the owner: see
-- is_erasing().
CREATE OR REPLACE FUNCTION erase_subscriber(person text, hash_of_address text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    person := lower(person);
    UPDATE mailings_outgoingemail SET
        email = uuid || '@erased.invalid', last_reply = '', lease_until = NULL, lease_id = NULL,
        state = CASE WHEN state IN ('queued', 'sending') THEN 'cancelled' ELSE state END
    WHERE email = person AND kind LIKE 'newsletter%';
    DELETE FROM mailings_subscriber WHERE email = person;
    UPDATE mailings_consent SET email = '', source_path = '', address_hash = hash_of_address
    WHERE email = person AND address_hash = ''
        AND wording_id IN (SELECT id FROM mailings_consentwording WHERE kind = 'newsletter');
END $$;
