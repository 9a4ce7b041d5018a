-- Of a lead and all that were merged into it, however deep: who asked to be contacted and did not take it back, or was
-- never asked by a form. What contact_choices() in Python says of a page of leads, for conditions on all of them.
CREATE OR REPLACE FUNCTION may_be_contacted(lead bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- Mostly its own enquiries settle it; to look through a family takes twice as long.
    IF EXISTS (
        SELECT FROM enquiries_enquiry AS enquiry
        WHERE enquiry.lead_id = lead AND enquiry.consent_contact_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM enquiries_endedconsent AS ended WHERE ended.consent_id = enquiry.consent_contact_id
        )
    ) THEN
        RETURN true;
    END IF;
    RETURN (
        WITH RECURSIVE family AS (
            SELECT lead AS id
            UNION ALL
            SELECT merged.id FROM enquiries_lead AS merged JOIN family ON merged.merged_into_id = family.id
        )
        SELECT coalesce(bool_or(enquiry.consent_contact_id IS NOT NULL AND ended.id IS NULL), true)
        FROM family JOIN enquiries_enquiry AS enquiry ON enquiry.lead_id = family.id
        LEFT JOIN enquiries_endedconsent AS ended ON ended.consent_id = enquiry.consent_contact_id
    );
END $$;
