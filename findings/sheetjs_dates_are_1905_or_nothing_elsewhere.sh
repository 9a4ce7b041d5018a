#!/usr/bin/env bash
# SheetJS (xlsx 0.18.5), asked for dates by cellDates: true, writes a date as ISO 29500 allows it, with t="d" and
# the day in letters: 2026-11-30T09:30:00.000Z. exceljs 4.4.0 reads of that the number before the first hyphen and takes
# it for days since 1900: somebody born in 1950 is born on 3 May 1905, and who called in 2026 called in July 1905.
# python-calamine 0.9.1 hands on the letters as text, and polars 2.1.0 (fastexcel 0.21.0), which reads by calamine too,
# makes a column of dates of them in which every cell is empty. None of them warns. openpyxl 3.1.5 and SheetJS itself
# read it right, and without cellDates everybody does.
# Guess before: a date that one of them writes is that date in the others, or an error.
# What follows for us: the import of leads reads by openpyxl and has the dates. Who moves it to a faster reader, or takes
# a list through a browser's table first, looks whether each column that had dates in the workbook still has as many.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "openpyxl==3.1.5" "python-calamine==0.9.1" "polars==2.1.0" "fastexcel==0.21.0" "pyarrow==26.0.1" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "xlsx@0.18.5" "exceljs@4.4.0" >/dev/null
cat >write.js <<'NODE'
const { utils, writeFile } = require('xlsx');
const rows = [['name', 'born', 'called'], ['Zoë', new Date(1950, 4, 1), new Date(2026, 10, 30, 9, 30)]];
for (const [name, cellDates] of [['letters', true], ['numbers', false]]) {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows, { cellDates }));
  writeFile(book, `${name}.xlsx`, { cellDates });
}
NODE
cat >read.js <<'NODE'
const { Workbook } = require('exceljs');
const XLSX = require('xlsx');
const told = (row) => row.map((value) => (value instanceof Date ? value.toISOString().slice(0, 16) : value)).join(' | ');
(async () => {
  const name = process.argv[2];
  const book = new Workbook();
  await book.xlsx.readFile(name);
  console.log('  exceljs:', told(book.worksheets[0].getRow(2).values.slice(2)));
  const sheet = Object.values(XLSX.readFile(name, { cellDates: true }).Sheets)[0];
  console.log('  SheetJS:', told(XLSX.utils.sheet_to_json(sheet, { header: 1 })[1].slice(1)));
})();
NODE
cat >read.py <<'PYTHON'
import sys

import openpyxl
import polars
import python_calamine

name = sys.argv[1]
rows = {
    "openpyxl": [cell.value for cell in openpyxl.load_workbook(name).active[2]],
    "calamine": python_calamine.CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()[1],
    "polars": polars.read_excel(name).row(0),
}
for reader, (_name, *dates) in rows.items():
    print(f"  {reader}:", *(f"{type(value).__name__} {value}" for value in dates), sep=" | ")
PYTHON
export TZ=UTC
node write.js
seen=$(for name in letters numbers; do
  echo "$name: $(unzip -p "$name.xlsx" xl/worksheets/sheet1.xml | grep -o '<c r="B2"[^/]*')"
  node read.js "$name.xlsx"
  venv/bin/python read.py "$name.xlsx"
done)
printf '%s\n' "$seen"
expected='letters: <c r="B2" s="1" t="d"><v>1950-05-01T00:00:00.000Z<
  exceljs: 1905-05-03T00:00 | 1905-07-18T00:00
  SheetJS: 1950-05-01T00:00 | 2026-11-30T09:30
  openpyxl: | datetime 1950-05-01 00:00:00 | datetime 2026-11-30 09:30:00
  calamine: | str 1950-05-01T00:00:00.000Z | str 2026-11-30T09:30:00.000Z
  polars: | NoneType None | NoneType None
numbers: <c r="B2" s="1"><v>18384<
  exceljs: 1950-05-01T00:00 | 2026-11-30T09:30
  SheetJS: 1950-05-01T00:00 | 2026-11-30T09:30
  openpyxl: | datetime 1950-05-01 00:00:00 | datetime 2026-11-30 09:30:00
  calamine: | date 1950-05-01 | datetime 2026-11-30 09:30:00
  polars: | date 1950-05-01 | datetime 2026-11-30 09:30:00'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
