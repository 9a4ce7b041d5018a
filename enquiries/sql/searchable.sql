-- unaccent() is only STABLE, since its dictionary could be another one tomorrow; a generated column wants IMMUTABLE. The
-- body is parsed when it is made, so it depends on no search_path: not while a dump is restored either.
CREATE OR REPLACE FUNCTION searchable(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(unaccent('unaccent', words));
