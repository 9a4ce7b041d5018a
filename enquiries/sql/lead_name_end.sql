CREATE OR REPLACE FUNCTION lead_name_end(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN right(lead_name_key(name), 6);
