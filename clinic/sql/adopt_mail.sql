-- A mail that the version before has queued, which knows no audience and lets the key say what a mail is about: once for
-- those that were there, and then for what it still queues while the two serve side by side. Its kinds and keys change no
-- more, so neither does this; a later version, which no such row can reach any more, drops it with its trigger.
CREATE OR REPLACE FUNCTION adopt_mail() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts text[] := string_to_array(NEW.dedupe_key, ':');
    -- A cast of anything else would refuse the mail itself.
    named uuid := CASE WHEN parts[2] ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN parts[2]::uuid END;
    numbered bigint := CASE WHEN parts[2] ~ '^[0-9]{1,18}$' THEN parts[2]::bigint END;
    numbered_last bigint := CASE WHEN parts[3] ~ '^[0-9]{1,18}$' THEN parts[3]::bigint END;
    cause bigint;
BEGIN
    UPDATE mailings_outgoingemail SET audience = CASE
        WHEN kind IN ('staff_notice', 'packet_failed', 'lead_assigned', 'password_reset', 'account_notice') THEN 'staff'
        ELSE 'person'
    END WHERE id = NEW.id;

    IF NEW.kind = 'staff_notice' AND parts[1] = 'held-notice' THEN
        INSERT INTO enquiries_staffnotice (outgoing_id, about) VALUES (NEW.id, 'held') ON CONFLICT DO NOTHING;
    ELSIF NEW.kind = 'staff_notice' THEN
        SELECT id INTO cause FROM enquiries_enquiry WHERE uuid = named;
        INSERT INTO enquiries_staffnotice (outgoing_id, about, enquiry_id)
        VALUES (NEW.id, CASE WHEN cause IS NULL THEN 'enquiries' ELSE 'enquiry' END, cause) ON CONFLICT DO NOTHING;
    ELSIF NEW.kind = 'packet_failed' THEN
        SELECT delivery.id INTO cause FROM enquiries_packetdelivery AS delivery
            JOIN mailings_outgoingemail AS packet ON packet.id = delivery.outgoing_id WHERE packet.uuid = named;
        INSERT INTO enquiries_staffnotice (outgoing_id, about, delivery_id)
        VALUES (NEW.id, CASE WHEN cause IS NULL THEN 'packets' ELSE 'packet' END, cause) ON CONFLICT DO NOTHING;
    ELSIF NEW.kind = 'lead_assigned' THEN
        INSERT INTO enquiries_staffnotice (outgoing_id, about, owner_id, event_id)
        SELECT NEW.id, 'owner', account.id, event.id FROM clinic_staffuser AS account, enquiries_leadevent AS event
        WHERE account.id = numbered AND event.id = numbered_last ON CONFLICT DO NOTHING;
    ELSIF NEW.kind = 'account_notice' THEN
        INSERT INTO clinic_accountmail (outgoing_id, account_id, event_id)
        SELECT NEW.id, account.id, event.id FROM clinic_auditevent AS event
            JOIN clinic_staffuser AS account ON event.about = 'account ' || account.id
        WHERE event.id = numbered ON CONFLICT DO NOTHING;
    ELSIF NEW.kind = 'password_reset' THEN
        INSERT INTO clinic_accountmail (outgoing_id, account_id)
        SELECT NEW.id, account.id FROM clinic_staffuser AS account WHERE account.email = NEW.email
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
