-- What a subscriber chose goes with them, whoever deletes the row: erase_person, a job, or the version before.
CREATE OR REPLACE FUNCTION forget_choices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM newsletters_subscribertopic WHERE subscriber_id = OLD.id;
    RETURN OLD;
END $$;
