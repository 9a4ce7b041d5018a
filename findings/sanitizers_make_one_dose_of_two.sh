#!/usr/bin/env bash
# "Take <del>50</del><ins>5</ins> mg": a correction as HTML has it. sanitize-html 2.18.1, left to choose which elements are
# harmless, allows <s> and <u>, but not <del>, <ins> and <strike>; it takes off the elements and keeps their words: "Take 505
# mg". Of tables it allows the cells and no colspan, so a heading over two columns stands over one, and "Died" over the
# placebo group. html-sanitizer 2.7.0 (PyPI) and bleach 6.4.0 with strip=True make 505 of it, too, and so do makers of text:
# inscriptis 2.7.6, and from npm html-to-text 10.0.1 and turndown 7.2.5. markdownify 1.2.3 strikes <del>, and not <strike>.
# DOMPurify 3.5.0 and nh3 0.3.8 leave all of it as it was, and html2text 2025.4.15 strikes. None of them warns.
# Guess before: an element that is harmless and means something is allowed; at the worst the struck words go, not the line.
# What follows for us: nh3 cleans what editors write, by our own list. What is struck is left out before HTML becomes text,
# and a list of allowed elements is read for <del>, <ins>, colspan and rowspan, which carry meaning and no danger.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "nh3==0.3.8" "bleach==6.4.0" "html-sanitizer==2.7.0" "html2text==2025.4.15" "inscriptis==2.7.6" "markdownify==1.2.3" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "sanitize-html@2.18.1" "dompurify@3.5.0" "jsdom@29.1.1" "html-to-text@10.0.1" "turndown@7.2.5" >/dev/null
cat >said.json <<'JSON'
{
  "dose": "<p>Take <del>50</del><ins>5</ins> mg, at stage <strike>1</strike>2.</p>",
  "table": "<table><thead><tr><th colspan=\"2\">Given</th><th>Died</th></tr></thead><tbody><tr><td>Cells</td><td>2 times</td><td>0</td></tr></tbody></table>"
}
JSON
cat >clean.js <<'NODE'
const { dose, table } = require('./said.json');
const sanitize = require('sanitize-html');
const { JSDOM } = require('jsdom');
const purify = require('dompurify')(new JSDOM('').window);
const Turndown = require('turndown');
const { convert } = require('html-to-text');
console.log('sanitize-html:', sanitize(dose));
console.log('sanitize-html:', sanitize(table).match(/<thead>.*<\/thead>/)[0]);
console.log('DOMPurify:', purify.sanitize(dose) === dose && purify.sanitize(table) === table ? 'as it was' : 'otherwise');
console.log('html-to-text:', convert(dose));
console.log('turndown:', new Turndown().turndown(dose));
NODE
cat >clean.py <<'PYTHON'
import json

import bleach
import html2text
import inscriptis
import markdownify
import nh3
from html_sanitizer import Sanitizer

with open("said.json") as file:
    dose, table = json.load(file).values()
print("nh3:", "as it was" if (nh3.clean(dose), nh3.clean(table)) == (dose, table) else "otherwise")
print("bleach, strip:", bleach.clean(dose, strip=True))
print("html-sanitizer:", Sanitizer().sanitize(dose))
print("html2text:", html2text.html2text(dose).strip())
print("inscriptis:", inscriptis.get_text(dose).strip())
print("markdownify:", markdownify.markdownify(dose).strip())
PYTHON
seen="$(node clean.js)
$(venv/bin/python -W ignore clean.py)"
printf '%s\n' "$seen"
expected='sanitize-html: <p>Take 505 mg, at stage 12.</p>
sanitize-html: <thead><tr><th>Given</th><th>Died</th></tr></thead>
DOMPurify: as it was
html-to-text: Take 505 mg, at stage 12.
turndown: Take 505 mg, at stage 12.
nh3: as it was
bleach, strip: Take 505 mg, at stage 12.
html-sanitizer: <p>Take 505 mg, at stage 12.</p>
html2text: Take ~~50~~ 5 mg, at stage ~~1~~ 2.
inscriptis: Take 505 mg, at stage 12.
markdownify: Take ~~50~~5 mg, at stage 12.'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
