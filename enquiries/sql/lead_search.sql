-- A space before each part, so that the beginnings of words can be told. Of a number only the digits: people write it
-- in many ways, and some put the zero that is dialled at home in brackets. The country is in the same index, so that a
-- name and a country are one look-up; the code alone would be a syllable of many names.
CREATE OR REPLACE FUNCTION lead_search(name text, email text, phone text, country text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN searchable(
        ' ' || name || ' ' || coalesce(email, '') || coalesce(' zz' || nullif(country, ''), '')
        || ' ' || regexp_replace(phone, '\(0\)|\D', '', 'g')
    );
