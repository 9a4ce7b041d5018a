#!/usr/bin/env bash
# pandas 3.1.1, read_excel of an .ods by its own engine for them (odfpy 1.4.1): a cell of the kind boolean is True if its
# displayed words are "TRUE". The value itself (office:boolean-value) is not looked at. A program that displays VERDADERO,
# WAHR or VRAI, as LibreOffice does by its language, or "true", as pyexcel-ods3 0.6.1 writes it, has the same file read
# with False in each such cell, without a word. What pandas writes it reads right, so a test by itself passes.
# pandas' other engine, calamine (python-calamine 0.9.1), reads the value, and so does pyexcel-ods3. calamine in its turn puts
# what stands behind a break within a paragraph to what stands before, with nothing between: 20 Hill5 Leeds.
# Guess before: the value counts, whatever is displayed, since it stands there to be read by programs.
# What follows for us: the import reads .xlsx and CSV, and no .ods. Who adds it, or cleans a list of consents by pandas
# first, names the engine, and counts how many said yes before and after.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pandas==3.1.1" "odfpy==1.4.1" "python-calamine==0.9.1" "pyexcel-ods3==0.6.1" 2>/dev/null
cat >read.py <<'PYTHON'
import pandas
import pyexcel_ods3
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import LineBreak, P


def yes(displayed):
    cell = TableCell(valuetype="boolean", booleanvalue="true")
    cell.addElement(P(text=displayed))
    return cell


def lines(*paragraphs):
    cell = TableCell(valuetype="string")
    for paragraph in paragraphs:
        cell.addElement(paragraph)
    return cell


broken = P(text="20 Hill")
broken.addElement(LineBreak())
broken.addText("5 Leeds")
document, table, row = OpenDocumentSpreadsheet(), Table(name="list"), TableRow()
for cell in (yes("TRUE"), yes("VERDADERO"), yes("WAHR"), lines(P(text="0113 496 0000"), P(text="0113 496 0001")), lines(broken)):
    row.addElement(cell)
table.addElement(row)
document.spreadsheet.addElement(table)
document.save("office.ods")
pyexcel_ods3.save_data("pyexcel.ods", {"list": [[True, "x"]]})
pandas.DataFrame([[True, "x"]]).to_excel("pandas.ods", engine="odf", index=False, header=False)
for name in ("office", "pyexcel", "pandas"):
    for engine in (None, "calamine"):
        (read,) = pandas.read_excel(f"{name}.ods", header=None, engine=engine).to_numpy().tolist()
        print(f"{name} by {engine or 'no named engine'}: {read}")
    print(f"{name} by pyexcel-ods3: {pyexcel_ods3.get_data(f'{name}.ods').popitem()[1][0]}")
PYTHON
seen=$(venv/bin/python -W ignore read.py)
printf '%s\n' "$seen"
expected='office by no named engine: [True, False, False, '"'"'0113 496 0000\n0113 496 0001'"'"', '"'"'20 Hill\n5 Leeds'"'"']
office by calamine: [True, True, True, '"'"'0113 496 0000\n0113 496 0001'"'"', '"'"'20 Hill5 Leeds'"'"']
office by pyexcel-ods3: [True, True, True, '"'"'0113 496 0000\n0113 496 0001'"'"', '"'"'20 Hill\n5 Leeds'"'"']
pyexcel by no named engine: [False, '"'"'x'"'"']
pyexcel by calamine: [True, '"'"'x'"'"']
pyexcel by pyexcel-ods3: [True, '"'"'x'"'"']
pandas by no named engine: [True, '"'"'x'"'"']
pandas by calamine: [True, '"'"'x'"'"']
pandas by pyexcel-ods3: [True, '"'"'x'"'"']'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
