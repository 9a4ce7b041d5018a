-- Looked up here and not only by the form, so that no path goes around the permission.
CREATE OR REPLACE FUNCTION may_decide_clinically(actor bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM clinic_staffuser AS account WHERE account.id = actor AND account.is_active AND (
            account.is_superuser OR EXISTS (
                SELECT FROM auth_permission AS permission
                JOIN django_content_type AS kind ON kind.id = permission.content_type_id
                WHERE kind.app_label = 'enquiries' AND permission.codename = 'move_clinical_stages' AND (
                    EXISTS (
                        SELECT FROM clinic_staffuser_user_permissions AS given
                        WHERE given.staffuser_id = account.id AND given.permission_id = permission.id
                    ) OR EXISTS (
                        SELECT FROM clinic_staffuser_groups AS member
                        JOIN auth_group_permissions AS given ON given.group_id = member.group_id
                        WHERE member.staffuser_id = account.id AND given.permission_id = permission.id
                    )
                )
            )
        )
    )
$$;
