#!/usr/bin/env bash
# Word keeps a sign put in by Insert, Symbol as w:sym, a number in the font Symbol, and a hyphen that must not break as
# w:noBreakHyphen; with changes tracked, what was struck stands in w:del and what came instead in w:ins. python-docx 1.2.0
# gives a paragraph without any of w:sym, w:del and w:ins: "aged ≥18 may take no more than 5 mg" is "aged 18 may take mg".
# docx2txt 0.9 keeps the changes and loses signs and such hyphens ("nonserious"). docx2python 3.7.1 loses the hyphens, and
# makes of ≥ a span in the font Symbol with the number in it, which shows as ³ where that font is not. None of them warns.
# mammoth 1.13.0 is right in all of it.
# Guess before: the text as Word shows it, with the changes taken, or with what was struck beside them.
# What follows for us: editors paste, and no file of Word is read. Who takes a consent form or an article over from one
# reads by mammoth, and looks for w:sym, w:ins and w:del in word/document.xml before another reader's words are believed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "python-docx==1.2.0" "docx2txt==0.9" "docx2python==3.7.1" "mammoth==1.13.0" 2>/dev/null
cat >read.py <<'PYTHON'
import docx
import docx2txt
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx2python import docx2python

BY = 'w:author="Zoe" w:date="2026-11-30T10:00:00Z"'
document = docx.Document()
paragraph = document.add_paragraph("Adults aged ")
for element in (
    '<w:r {}><w:sym w:font="Symbol" w:char="F0B3"/></w:r>',
    "<w:r {}><w:t>18 may take</w:t></w:r>",
    f'<w:del {{}} w:id="1" {BY}><w:r><w:delText xml:space="preserve"> 50</w:delText></w:r></w:del>',
    f'<w:ins {{}} w:id="2" {BY}><w:r><w:t xml:space="preserve"> no more than 5</w:t></w:r></w:ins>',
    '<w:r {}><w:t xml:space="preserve"> mg for non</w:t><w:noBreakHyphen/><w:t>serious pain.</w:t></w:r>',
):
    paragraph._p.append(parse_xml(element.format(nsdecls("w"))))
document.save("form.docx")
print("python-docx:", docx.Document("form.docx").paragraphs[0].text)
print("docx2txt:", docx2txt.process("form.docx").strip())
with docx2python("form.docx") as read:
    print("docx2python:", read.text.strip())
with open("form.docx", "rb") as file:
    print("mammoth:", mammoth.extract_raw_text(file).value.strip())
PYTHON
seen=$(venv/bin/python read.py)
printf '%s\n' "$seen"
expected='python-docx: Adults aged 18 may take mg for non-serious pain.
docx2txt: Adults aged 18 may take no more than 5 mg for nonserious pain.
docx2python: Adults aged <span style=font-family:Symbol>&#x00B3;</span>18 may take no more than 5 mg for nonserious pain.
mammoth: Adults aged ≥18 may take no more than 5 mg for non‑serious pain.'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
