-- Whether anybody who lives on in this lead, however deep, has asked us something.
CREATE OR REPLACE FUNCTION asked_as_another(lead bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        WITH RECURSIVE family AS (
            SELECT one.id FROM enquiries_lead AS one WHERE one.merged_into_id = lead
            UNION ALL SELECT one.id FROM enquiries_lead AS one JOIN family ON one.merged_into_id = family.id
        )
        SELECT FROM family JOIN enquiries_enquiry AS enquiry ON enquiry.lead_id = family.id
    );
END $$;
