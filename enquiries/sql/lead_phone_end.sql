-- However a number is written, and with or without the code of the country.
CREATE OR REPLACE FUNCTION lead_phone_end(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN right(regexp_replace(phone, '\D', '', 'g'), 9);
