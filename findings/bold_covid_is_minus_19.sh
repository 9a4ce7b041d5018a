#!/usr/bin/env bash
# pandoc 3.9 (the wheel pypandoc_binary 1.17) and typst 0.15.2: **COVID**-19 in Markdown is #strong[COVID]-19 in pandoc's
# typst, and typst, which reads a hyphen before a figure as a minus where no word goes on, sets COVID−19 with the sign
# U+2212. So it goes behind all that is bold, slanted, a link, code, raised or lowered: IL−6, 18−65 years, H2−5. Who
# searches the PDF for COVID-19 does not find it, and a telephone number whose first figures are a link is copied with a
# minus in it. The true minus at the beginning of a paragraph is the one that pandoc escapes, for fear of a list: -5 kg
# keeps its hyphen. In HTML by the same pandoc all are hyphens.
# Guess before: typst may read a hyphen behind markup so, and pandoc, which writes for typst, escapes it there.
# What follows for us: the packet hands its words to typst as data, which is never read as markup, and stays as typed. Who
# makes typst out of Markdown looks in the text of the PDF for U+2212, and writes \- behind each bracket.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pypandoc_binary==1.17" "typst==0.15.2" "pypdf==7.1.0" 2>/dev/null
cat >sheet.md <<'MARKDOWN'
COVID-19 and **COVID**-19

*IL*-6 in adults of **18**-65 years, H~2~-5

[0113](tel:+441134960000)-496-0000

-5 kg since May

a loss of -5 kg
MARKDOWN
cat >set.py <<'PYTHON'
from io import BytesIO

import pypandoc
import typst
from pypdf import PdfReader

source = pypandoc.convert_file("sheet.md", "typst")
text = PdfReader(BytesIO(typst.compile(source.encode()))).pages[0].extract_text()
print("pandoc", pypandoc.get_pandoc_version())
for written, line in zip(source.split("\n\n"), text.splitlines(), strict=True):
    print(f"{written.strip()} -> {line.replace(chr(0x2212), '<minus>')}")
print("COVID-19 is found in the PDF:", text.count("COVID-19"), "of 2")
print("minus signs as HTML:", pypandoc.convert_file("sheet.md", "html").count(chr(0x2212)))
PYTHON
seen=$(venv/bin/python -W ignore set.py)
printf '%s\n' "$seen"
expected='pandoc 3.9
COVID-19 and #strong[COVID]-19 -> COVID-19 and COVID<minus>19
#emph[IL]-6 in adults of #strong[18]-65 years, H#sub[2]-5 -> IL<minus>6 in adults of 18<minus>65 years, H2<minus>5
#link("tel:+441134960000")[0113]-496-0000 -> 0113<minus>496-0000
\-5 kg since May -> -5 kg since May
a loss of -5 kg -> a loss of <minus>5 kg
COVID-19 is found in the PDF: 1 of 2
minus signs as HTML: 0'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
