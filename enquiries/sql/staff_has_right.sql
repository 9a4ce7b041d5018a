-- For triggers, so that no path goes around a permission of this room. Whether the account is still used is not asked.
CREATE OR REPLACE FUNCTION staff_has_right(account bigint, right_to text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM clinic_staffuser AS member WHERE member.id = account AND member.is_superuser)
    OR EXISTS (
        SELECT FROM auth_permission AS permission
        JOIN django_content_type AS kind ON kind.id = permission.content_type_id
        WHERE kind.app_label = 'enquiries' AND permission.codename = right_to AND (
            EXISTS (
                SELECT FROM clinic_staffuser_user_permissions AS given
                WHERE given.staffuser_id = account AND given.permission_id = permission.id
            ) OR EXISTS (
                SELECT FROM clinic_staffuser_groups AS member
                JOIN auth_group_permissions AS given ON given.group_id = member.group_id
                WHERE member.staffuser_id = account AND given.permission_id = permission.id
            )
        )
    )
$$;
