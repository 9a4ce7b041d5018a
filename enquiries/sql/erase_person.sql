-- The one way past the append-only triggers: a person's right to be forgotten. Identity and words go; that there was an
-- enquiry, a consent and a mail stays, without saying whose. Called with an address, or with a lead that has none.
-- keep_subscription: a lead grew old, but its person still reads the newsletter, or asked for it not long ago, which
-- whoever calls knows.
-- It runs as the owner of the tables, by which is_erasing() knows it; nothing but what it says can be done by it. The
-- setting is for triggers of the version before, which look at it until the migration that replaces them.
CREATE OR REPLACE FUNCTION erase_person(
    person text, lead bigint, hash_of_address text, keep_subscription boolean
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET clinic.erasing = 'on' AS $$
DECLARE
    lead_ids bigint[];
    enquiry_ids bigint[];
    consent_ids bigint[];
    of_conditions bigint[];
    general bigint;
BEGIN
    person := lower(person);
    keep_subscription := keep_subscription AND EXISTS (
        SELECT FROM mailings_subscriber WHERE email = person AND state IN ('confirmed', 'pending', 'held')
    );
    WITH RECURSIVE found AS (
        SELECT id FROM enquiries_lead WHERE id = lead OR email = person
        UNION SELECT merged.id FROM enquiries_lead AS merged JOIN found ON merged.merged_into_id = found.id
    ) SELECT array_agg(id) INTO lead_ids FROM found;
    -- First of all: what somebody writes about them just now is there when this goes on, and nothing is added after.
    PERFORM FROM enquiries_lead WHERE id = ANY(lead_ids) ORDER BY id FOR UPDATE;
    SELECT array_agg(id) INTO enquiry_ids FROM enquiries_enquiry WHERE lead_id = ANY(lead_ids);
    SELECT array_agg(id) INTO consent_ids FROM (
        -- By its name in JSON: a migration calls this before there is the column of the packet's consent.
        SELECT unnest(ARRAY[
            (to_jsonb(enquiry) ->> 'consent_packet_id')::bigint, consent_contact_id, consent_newsletter_id
        ]) AS id FROM enquiries_enquiry AS enquiry
        WHERE lead_id = ANY(lead_ids)
        UNION SELECT id FROM mailings_consent WHERE email = person
        EXCEPT SELECT consent.id FROM mailings_consent AS consent
            JOIN mailings_consentwording AS wording ON wording.id = consent.wording_id
            WHERE keep_subscription AND wording.kind = 'newsletter'
    ) AS consents WHERE id IS NOT NULL;

    -- By whose enquiry it was, which may stand on the timeline of whom they were once merged into.
    UPDATE enquiries_leadevent SET text = '', data = data - ARRAY['before', 'after', 'reason', 'called', 'put_on', 'taken_off']
    WHERE (enquiry_id IS NULL AND lead_id = ANY(lead_ids)) OR enquiry_id = ANY(enquiry_ids);
    -- Somebody else once mistyped this address: their lead and their words are not this person's.
    UPDATE enquiries_leadevent SET text = concat_ws(
        ' → ', nullif(split_part(text, ' → ', 1), person), nullif(split_part(text, ' → ', 2), person)
    )
    WHERE kind = 'address_corrected' AND person IN (split_part(text, ' → ', 1), split_part(text, ' → ', 2));
    UPDATE enquiries_enquiry SET email = '', fields = fields - 'email'
    WHERE email = person AND lead_id IS NOT NULL AND NOT lead_id = ANY(coalesce(lead_ids, '{}'));

    -- Without its lease, a sender that has one of them in hand writes nothing more.
    UPDATE mailings_outgoingemail SET
        email = uuid || '@erased.invalid', last_reply = '', lease_until = NULL, lease_id = NULL,
        state = CASE WHEN state IN ('queued', 'sending') THEN 'cancelled' ELSE state END
    WHERE (email = person AND audience <> 'staff' AND NOT keep_subscription)
       OR id IN (SELECT outgoing_id FROM enquiries_packetdelivery WHERE lead_id = ANY(lead_ids))
       OR id IN (SELECT outgoing_id FROM enquiries_leadmail WHERE lead_id = ANY(lead_ids))
       OR id IN (
           SELECT unnest(ARRAY[confirmation_id, welcome_id]) FROM mailings_subscriber
           WHERE consent_id = ANY(consent_ids)
       );
    DELETE FROM mailings_subscriber
    WHERE consent_id = ANY(consent_ids) OR (email = person AND NOT keep_subscription);
    UPDATE mailings_consent SET email = '', source_path = '', address_hash = hash_of_address
    WHERE id = ANY(consent_ids) AND address_hash = '';
    UPDATE enquiries_enquiry SET
        fields = '{}', fields_sha256 = '', email = '', source_path = '', utm = '{}', language = '',
        verdict = CASE WHEN verdict = 'held' THEN 'discarded' ELSE verdict END
    WHERE email = person OR lead_id = ANY(lead_ids);
    -- A migration calls this before there are tags.
    IF to_regclass('enquiries_leadtag') IS NOT NULL THEN
        DELETE FROM enquiries_leadtag WHERE lead_id = ANY(lead_ids) OR came_with_id = ANY(lead_ids);
    END IF;
    IF to_regclass('enquiries_mention') IS NOT NULL THEN
        DELETE FROM enquiries_mention WHERE event_id IN (
            SELECT id FROM enquiries_leadevent WHERE lead_id = ANY(lead_ids) OR enquiry_id = ANY(enquiry_ids)
        );
    END IF;
    -- A packet for one condition says what they asked about: that one went to them stays. A migration calls this before
    -- there is the column.
    IF EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = to_regclass('enquiries_packet') AND attname = 'topic_id'
    ) THEN
        SELECT sent_version_id INTO general FROM enquiries_packet WHERE slug = 'information-packet';
        SELECT array_agg(version.id) INTO of_conditions FROM enquiries_packetversion AS version
        JOIN enquiries_packet AS packet ON packet.id = version.packet_id WHERE packet.topic_id IS NOT NULL;
        IF general IS NOT NULL AND of_conditions IS NOT NULL THEN
            -- For what they asked it may have gone to the address of somebody with whom they were one for a while.
            UPDATE enquiries_leadevent AS event SET data = jsonb_set(event.data, '{version}', to_jsonb(general))
            FROM enquiries_packetdelivery AS delivery
            JOIN mailings_outgoingemail AS mail ON mail.id = delivery.outgoing_id
            LEFT JOIN enquiries_lead AS other ON other.email = mail.email
            WHERE delivery.enquiry_id = ANY(enquiry_ids) AND delivery.version_id = ANY(of_conditions)
              AND event.lead_id IN (delivery.lead_id, other.id) AND event.enquiry_id IS NULL
              AND (event.data ->> 'version')::bigint = delivery.version_id;
            UPDATE enquiries_packetdelivery SET version_id = general
            WHERE (lead_id = ANY(lead_ids) OR enquiry_id = ANY(enquiry_ids)) AND version_id = ANY(of_conditions);
            UPDATE enquiries_leadevent SET data = jsonb_set(data, '{version}', to_jsonb(general))
            WHERE ((enquiry_id IS NULL AND lead_id = ANY(lead_ids)) OR enquiry_id = ANY(enquiry_ids))
              AND (data ->> 'version')::bigint = ANY(of_conditions);
        END IF;
    END IF;
    UPDATE enquiries_bulkoutcome SET before = NULL WHERE lead_id = ANY(lead_ids) AND before IS NOT NULL;
    -- A migration calls this before there is the column.
    IF EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = 'enquiries_lead'::regclass AND attname = 'call_hours'
    ) THEN
        UPDATE enquiries_lead SET call_hours = '' WHERE id = ANY(lead_ids) AND call_hours <> '';
    END IF;
    UPDATE enquiries_lead SET
        name = '', email = NULL, phone = '', country = '', stage = 'invalid', closed_reason = 'erased',
        next_action = '', next_action_on = NULL, erased_at = coalesce(erased_at, now())
    WHERE id = ANY(lead_ids) AND (
        erased_at IS NULL OR (name, coalesce(email, ''), phone, country, stage, closed_reason, next_action)
            IS DISTINCT FROM ('', '', '', '', 'invalid', 'erased', '') OR next_action_on IS NOT NULL
    );
    RETURN coalesce(array_length(lead_ids, 1), 0);
END $$;
