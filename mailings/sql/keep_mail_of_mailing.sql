-- As keep_recipient: a mail of a mailing stays with it, and is not deleted.
CREATE OR REPLACE FUNCTION keep_mail_of_mailing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'mail % is counted by mailing %', OLD.id, OLD.mailing_id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
