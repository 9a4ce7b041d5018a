-- A lead, whom it was merged into, and so on up to the survivor: however deep, each of them is the same person.
CREATE OR REPLACE FUNCTION lives_on_in(lead bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    found bigint[] := ARRAY[lead];
    above bigint;
BEGIN
    LOOP
        SELECT one.merged_into_id INTO above FROM enquiries_lead AS one WHERE one.id = found[array_length(found, 1)];
        IF above IS NULL THEN
            RETURN found;
        END IF;
        found := found || above;
    END LOOP;
END $$;
