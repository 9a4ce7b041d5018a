-- Words as the search compares them. What joins two words parts them here, in texts and in what is typed alike: else
-- "open-label" would be one word to one of the two, "and/or" a file, and "COVID-19" a word and the number -19.
-- A power of ten is the word 10p6 (10pm6 with a minus), and what is left of it where the line has no raised signs: 106.
-- Whatever else is raised or lowered is read as it is typed: CO2, m2. Of "10x10" and "x10" the x is no part of a word.
-- articles.search.powers does so with questions.
CREATE OR REPLACE FUNCTION plain_words(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace(regexp_replace(regexp_replace(
        translate(
            regexp_replace(regexp_replace(words, '(?<![[:alnum:]_])x(?=10)|(?<=[0-9])x(?=10)', ' ', 'gi'),
                '([0-9])([⁺⁻]?[⁰¹²³⁴-⁹])', '\1^\2', 'g'),
            '⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₀₁₂₃₄₅₆₇₈₉', '0123456789-+0123456789'
        ),
        '[x×]?(?<![0-9.,])10(?:\^|\((?=[0-9]{1,2}\)))([0-9]{1,2})(?![0-9])\)?', ' 10 10p\1 10\1 ', 'gi'),
        '[x×]?(?<![0-9.,])10(?:\^|\((?=[-–−][0-9]{1,2}\)))[-–−]([0-9]{1,2})(?![0-9])\)?', ' 10 10pm\1 ', 'gi'),
        '[-‐‑‒–—/.''’_@:+&<>×]', ' ', 'g');
