-- Where an issue may go, and what may change on the way, whoever writes the row. Actions ask first, to say it kindly.
CREATE OR REPLACE FUNCTION check_newsletter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stops text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.mailing_id IS NOT NULL THEN
            RAISE EXCEPTION 'a newsletter begins as a draft, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('draft', 'draft'), ('draft', 'approved'), ('draft', 'cancelled'),
        ('approved', 'approved'), ('approved', 'draft'), ('approved', 'scheduled'), ('approved', 'cancelled'),
        ('scheduled', 'scheduled'), ('scheduled', 'approved'), ('scheduled', 'sending'), ('scheduled', 'cancelled'),
        ('sending', 'sending'), ('sending', 'paused'), ('sending', 'sent'), ('sending', 'cancelled'),
        ('paused', 'paused'), ('paused', 'sending'), ('paused', 'cancelled'),
        -- Sent again to whom it missed.
        ('sent', 'sent'), ('sent', 'sending'), ('cancelled', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'a newsletter cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    -- What was said yes to is what goes out, to whom it was said.
    IF NOT (OLD.state = 'draft' AND NEW.state = 'draft') AND (
        OLD.language, OLD.subject, OLD.preheader, OLD.introduction, OLD.text,
        OLD.counts_clicks, OLD.to_language, OLD.joined_since, OLD.got_id, OLD.did_not_get_id
    ) IS DISTINCT FROM (
        NEW.language, NEW.subject, NEW.preheader, NEW.introduction, NEW.text,
        NEW.counts_clicks, NEW.to_language, NEW.joined_since, NEW.got_id, NEW.did_not_get_id
    ) THEN
        RAISE EXCEPTION 'newsletter % is no draft any more', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'draft' AND NEW.state <> 'draft' AND (
        OLD.frozen, OLD.frozen_sha256, OLD.approved_by_id, OLD.approved_at
    ) IS DISTINCT FROM (NEW.frozen, NEW.frozen_sha256, NEW.approved_by_id, NEW.approved_at) THEN
        RAISE EXCEPTION 'newsletter % is approved as it stands', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.mailing_id IS NOT NULL AND (
        OLD.mailing_id, OLD.candidates, OLD.number, OLD.slug, OLD.begun_at
    ) IS DISTINCT FROM (NEW.mailing_id, NEW.candidates, NEW.number, NEW.slug, NEW.begun_at) THEN
        RAISE EXCEPTION 'newsletter % has begun', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'approved' THEN
        IF NEW.frozen_sha256 <> encode(sha256(convert_to(NEW.frozen, 'UTF8')), 'hex') THEN
            RAISE EXCEPTION 'newsletter %: the fingerprint is of another text', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        -- Four eyes: whoever wrote any of it does not let it go.
        IF EXISTS (
            SELECT FROM newsletters_newsletterevent
            WHERE newsletter_id = OLD.id AND kind = 'saved' AND actor_id = NEW.approved_by_id
        ) THEN
            RAISE EXCEPTION 'newsletter % is approved by who wrote it', OLD.id USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF (OLD.state, NEW.state) IN (
        ('approved', 'scheduled'), ('scheduled', 'sending'), ('paused', 'sending'), ('sent', 'sending')
    ) THEN
        SELECT string_agg(article || ' ' || code, ', ') INTO stops FROM newsletter_stops(OLD.id);
        IF stops IS NOT NULL THEN
            RAISE EXCEPTION 'newsletter % cannot go out: %', OLD.id, stops USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
