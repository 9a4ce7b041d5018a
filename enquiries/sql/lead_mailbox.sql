-- z.oe+clinic@example.com is mostly the same mailbox as zoe@example.com.
CREATE OR REPLACE FUNCTION lead_mailbox(email text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@' || split_part(email, '@', 2);
