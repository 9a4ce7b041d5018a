-- Looked up here and not only by the form, so that no path goes around the permission.
CREATE OR REPLACE FUNCTION may_decide_clinically(actor bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM clinic_staffuser AS account WHERE account.id = actor AND account.is_active)
    AND staff_has_right(actor, 'move_clinical_stages')
$$;
