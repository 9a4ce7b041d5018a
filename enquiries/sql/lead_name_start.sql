-- A slip of the finger spoils one end of a name and seldom both.
CREATE OR REPLACE FUNCTION lead_name_start(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN left(lead_name_key(name), 6);
