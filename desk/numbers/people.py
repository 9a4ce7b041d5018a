"""Who came in a time, and who of them never asked: they stand in a list that somebody imported."""

# family: merged leads, and all in whom they live on. Only the last of these is among those who came, so that a person
# counts once, with whatever was done under either.
# Who came by a list counts as having asked once there is an enquiry of theirs, under whatever lead; these are found
# all at once, since merges are few.
FAMILY = """
WITH RECURSIVE family (member, root) AS (
    SELECT id, merged_into_id FROM enquiries_lead WHERE merged_into_id IS NOT NULL
    UNION
    SELECT family.member, lead.merged_into_id
    FROM family JOIN enquiries_lead AS lead ON lead.id = family.root
    WHERE lead.merged_into_id IS NOT NULL
), asked_as_another AS MATERIALIZED (
    SELECT DISTINCT root FROM family JOIN enquiries_enquiry ON lead_id = family.member
)"""
IS_IMPORTED = """(
    lead.asked_at IS NULL AND EXISTS (SELECT FROM enquiries_leadevent WHERE lead_id = lead.id AND kind = 'imported')
    AND NOT EXISTS (SELECT FROM enquiries_enquiry WHERE lead_id = lead.id)
    AND lead.id NOT IN (SELECT root FROM asked_as_another)
)"""
