#!/usr/bin/env bash
# citation-js 0.8.2 (@citation-js/core, plugin-bibtex) writes BibTeX and BibLaTeX in ASCII. For a character that it has no
# command for it takes the letters of the compatibility form, or nothing: ≥5 mg becomes "5 mg" and ≤3 "3", 10⁶ cells become
# "106 cells", 10⁻³ "10−3" and m² "m2". Read back by itself, the title says so for good. Of a date in BibTeX the second of
# two months goes, and "in press" goes wholly, while BibLaTeX has both months. Nothing warns. 10<sup>6</sup> it writes
# right, as \textsuperscript{6}; @citation-js/plugin-ris, and pybtex 0.26.1 to which the same title is given, keep all.
# Guess before: \ensuremath{\geq}, a superscript, or the character itself, which BibLaTeX reads since long.
# What follows for us: our citations are downloaded as we write them, with no package between. Raised figures as characters
# are right for us (see ten_to_the_sixth_becomes_106.sh) and wrong for this one, so no single spelling survives everywhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pybtex==0.26.1" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "@citation-js/core@0.8.2" "@citation-js/plugin-bibtex@0.8.2" "@citation-js/plugin-ris@0.8.2" >/dev/null
cat >write.js <<'NODE'
const { Cite } = require('@citation-js/core');
require('@citation-js/plugin-bibtex');
require('@citation-js/plugin-ris');
const paper = { id: 'a', type: 'article-journal', title: '10⁶ cells at ≥5 mg or ≤3 mg of 10⁻³ per m²' };
const line = (cited, format, name) => cited.format(format).split('\n').map((part) => part.trim())
  .filter((part) => part.startsWith(name)).join(' ') || `no ${name}`;
const cited = new Cite(paper);
console.log('BibTeX:', line(cited, 'bibtex', 'title'));
console.log('BibLaTeX:', line(cited, 'biblatex', 'title'));
console.log('read back:', new Cite(cited.format('bibtex')).data[0].title);
console.log('as an element:', line(new Cite({ ...paper, title: '10<sup>6</sup> cells' }), 'bibtex', 'title'));
console.log('RIS:', line(cited, 'ris', 'TI'));
for (const issued of [{ 'date-parts': [[2020, 11], [2020, 12]] }, { literal: 'in press' }]) {
  const dated = new Cite({ ...paper, issued });
  console.log('of', JSON.stringify(issued), 'BibTeX:', line(dated, 'bibtex', 'year'), line(dated, 'bibtex', 'month'));
  console.log('of', JSON.stringify(issued), 'BibLaTeX:', line(dated, 'biblatex', 'date'));
}
NODE
cat >write.py <<'PYTHON'
from pybtex.database import BibliographyData, Entry

title = "10⁶ cells at ≥5 mg or ≤3 mg of 10⁻³ per m²"
print("pybtex:", *BibliographyData({"a": Entry("article", {"title": title})}).to_string("bibtex").split("\n")[1].split())
PYTHON
seen="$(node write.js)
$(venv/bin/python write.py)"
printf '%s\n' "$seen"
expected='BibTeX: title = {106 cells at 5 mg or 3 mg of 10\textminus{}3 per m2},
BibLaTeX: title = {106 cells at 5 mg or 3 mg of 10\textminus{}3 per m2},
read back: 106 cells at 5 mg or 3 mg of 10−3 per m2
as an element: title = {10\textsuperscript{6} cells},
RIS: TI  - 10⁶ cells at ≥5 mg or ≤3 mg of 10⁻³ per m²
of {"date-parts":[[2020,11],[2020,12]]} BibTeX: year = {2020}, month = {11},
of {"date-parts":[[2020,11],[2020,12]]} BibLaTeX: date = {2020-11/2020-12},
of {"literal":"in press"} BibTeX: no year no month
of {"literal":"in press"} BibLaTeX: no date
pybtex: title = "10⁶ cells at ≥5 mg or ≤3 mg of 10⁻³ per m²"'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
