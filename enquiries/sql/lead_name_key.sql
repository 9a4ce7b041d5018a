-- Without case, accents, spaces and punctuation.
CREATE OR REPLACE FUNCTION lead_name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN regexp_replace(searchable(name), '[[:space:][:punct:]]', '', 'g');
