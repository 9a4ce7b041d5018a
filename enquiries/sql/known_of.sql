-- All that intake must know of an address, in one trip and under its lock: each question is asked after the lock is had,
-- and sees what was committed until then. What an answer means is said where it is used (enquiries/actions/known.py).
-- From here on it is `actor` who acts, to the triggers too.
CREATE OR REPLACE FUNCTION known_of(
    typed text, hashed text, sha256 text, actor text, replay_since timestamptz, told_since timestamptz, alert text,
    many_key text, held_key text, newsletter_only text[], never_reached text[], waiting text[],
    since_day timestamptz, per_day integer, since_month timestamptz, per_month integer,
    OUT address text, OUT replayed bigint, OUT lead bigint, OUT survivor bigint, OUT family text[], OUT stops text[],
    OUT had_its_share boolean, OUT version bigint, OUT version_is_demo boolean, OUT was_told_of boolean,
    OUT notices bigint, OUT told_of_many boolean, OUT told_of_held boolean, OUT new_lead bigint, OUT new_enquiry bigint,
    OUT new_consents bigint[], OUT new_mails bigint[]
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(lower(typed), 0)), set_config('clinic.actor', actor, true);
    address := lower(typed);
    SELECT one.id INTO replayed FROM enquiries_enquiry AS one
    WHERE one.email = address AND one.fields_sha256 = sha256 AND one.received_at > replay_since
        AND one.verdict <> 'discarded'
    ORDER BY one.received_at DESC, one.id DESC LIMIT 1;
    SELECT one.id INTO lead FROM enquiries_lead AS one WHERE one.email = address;
    family := '{}';
    IF lead IS NOT NULL THEN
        -- A merged lead lives on in another, and so on up; then all who were merged into that one, and so on down.
        WITH RECURSIVE up AS (
            SELECT one.id, one.merged_into_id FROM enquiries_lead AS one WHERE one.id = lead
            UNION SELECT one.id, one.merged_into_id FROM enquiries_lead AS one JOIN up ON one.id = up.merged_into_id
        )
        SELECT up.id INTO survivor FROM up WHERE up.merged_into_id IS NULL;
        family := ARRAY(
            WITH RECURSIVE down AS (
                SELECT one.id, one.email FROM enquiries_lead AS one WHERE one.id = survivor
                UNION SELECT one.id, one.email FROM enquiries_lead AS one JOIN down ON one.merged_into_id = down.id
            )
            SELECT down.email FROM down WHERE down.email IS NOT NULL
        );
    END IF;
    stops := ARRAY(SELECT one.reason FROM mail_stops(ARRAY[hashed], newsletter_only) AS one);
    had_its_share := EXISTS (SELECT FROM had_their_share(
        ARRAY[address], 'packet', never_reached, waiting, since_day, per_day, since_month, per_month, NULL
    ));
    SELECT one.id, coalesce((one.sources ->> 'demo')::boolean, one.approved_by_id IS NULL) INTO version, version_is_demo
    FROM enquiries_packet AS packet JOIN enquiries_packetversion AS one ON one.id = packet.sent_version_id
    WHERE packet.slug = 'information-packet';
    was_told_of := EXISTS (
        SELECT FROM enquiries_enquiry AS one JOIN enquiries_staffnotice AS notice ON notice.enquiry_id = one.id
        WHERE one.email = address AND one.verdict = 'accepted' AND notice.about = 'enquiry'
            AND one.received_at > told_since
    );
    SELECT count(*) INTO notices
    FROM mailings_outgoingemail AS mail JOIN enquiries_staffnotice AS notice ON notice.outgoing_id = mail.id
    WHERE mail.email = lower(alert) AND mail.kind = 'staff_notice' AND notice.about = 'enquiry'
        AND mail.created_at > told_since;
    told_of_many := EXISTS (SELECT FROM mailings_outgoingemail AS mail WHERE mail.dedupe_key = many_key);
    told_of_held := EXISTS (SELECT FROM mailings_outgoingemail AS mail WHERE mail.dedupe_key = held_key);
    new_lead := nextval('enquiries_lead_id_seq');
    new_enquiry := nextval('enquiries_enquiry_id_seq');
    new_consents := ARRAY(SELECT nextval('mailings_consent_id_seq') FROM generate_series(1, 3));
    new_mails := ARRAY(SELECT nextval('mailings_outgoingemail_id_seq') FROM generate_series(1, 2));
END $$;
