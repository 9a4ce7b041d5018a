-- Whether a row is changed by erase_person or erase_subscriber, by forget_mail, which they set off, by take_back_note or by undo_import. They
-- run as their owner, whom the application is not; and Postgres itself says what runs. Where one role is both, as on an embedded site,
-- only the latter holds, against a statement by hand or by mistake: such a role could as well drop the trigger.
CREATE OR REPLACE FUNCTION is_erasing() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    running text;
BEGIN
    GET DIAGNOSTICS running = PG_CONTEXT;
    RETURN running ~ '\m(erase_person\(text,bigint,text,boolean\)|erase_subscriber\(text,text\)|forget_mail\(\)|take_back_note\(bigint,bigint,bigint\)|undo_import\(bigint\))' AND current_user = (
        SELECT pg_get_userbyid(proowner) FROM pg_proc
        WHERE oid = 'public.erase_person(text, bigint, text, boolean)'::regprocedure
    );
END $$;
