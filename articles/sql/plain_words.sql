-- Words as the search compares them. What joins two words parts them here, in texts and in what is typed alike: else
-- "open-label" would be one word to one of the two, "and/or" a file, and "COVID-19" a word and the number -19.
CREATE OR REPLACE FUNCTION plain_words(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(words, '[-‐‑‒–—/.''’_@:+&<>]', ' ', 'g');
