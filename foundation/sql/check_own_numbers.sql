-- No number of the clinic's own stands without one of what went wrong: the rest alone would be an advertisement. Asked at
-- the end of a transaction, since the rows of one save come one by one. What stood so before the rule stays untold.
CREATE OR REPLACE FUNCTION check_own_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Of two who each take away one of the last two harms, the second sees what the first did.
    PERFORM FROM articles_clinicprofile FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM foundation_ownnumber GROUP BY profile_id HAVING NOT bool_or(kind = 'harm')) THEN
        RAISE EXCEPTION 'own numbers without one of what went wrong' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
