#!/usr/bin/env bash
# edtf 5.0.2, text_to_edtf: PubMed dates a double issue "2020 Nov-Dec" (MedlineDate) and a paper over some days "2020 May
# 1-15". Both become intervals whose end has no year, 2020-11/XXXX-12, which the same package then reads as an end in
# 9999: no error, no None, and a paper that sorts after everything by its end.
# With the year behind, "Nov-Dec 2020", it is the start that has none, and counts as the year 0. Two whole dates are right.
# Guess before: 2020-11/2020-12, since a year said once holds for both months.
# What follows for us: who dates a source from PubMed's words takes the year by itself and hands on one month at a time;
# a sort by upper_strict() or a filter "since 2021" shows this only with double issues in it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "edtf==5.0.2" 2>/dev/null
cat >"$folder/date.py" <<'PYTHON'
from edtf import parse_edtf, text_to_edtf

for said in ("2020 Nov", "2020 Nov-Dec", "2020 May 1-15", "Nov-Dec 2020", "1998 Dec-1999 Jan", "2019 Dec 30-2020 Jan 5"):
    written = text_to_edtf(said)
    interval = parse_edtf(written)
    first, last = ("-".join(map(str, day[:3])) for day in (interval.lower_strict(), interval.upper_strict()))
    print(f"{said}: {written}, from {first} to {last}")
PYTHON
seen=$("$folder/venv/bin/python" "$folder/date.py")
printf '%s\n' "$seen"
expected='2020 Nov: 2020-11, from 2020-11-1 to 2020-11-30
2020 Nov-Dec: 2020-11/XXXX-12, from 2020-11-1 to 9999-12-31
2020 May 1-15: 2020-05-01/XXXX-XX-15, from 2020-5-1 to 9999-12-15
Nov-Dec 2020: XXXX-11/2020-12, from 0-11-1 to 2020-12-31
1998 Dec-1999 Jan: 1998-12/1999-01, from 1998-12-1 to 1999-1-31
2019 Dec 30-2020 Jan 5: 2019-12-30/2020-01-05, from 2019-12-30 to 2020-1-5'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
