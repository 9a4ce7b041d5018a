#!/usr/bin/env bash
# PubMed wraps the lines of its text format and begins the next with six spaces. pybtexnbib 0.2.0 takes the spaces off
# before it looks, so what begins as a field does is one: two to four capitals and a hyphen. Where a line of an abstract
# happens to begin with "IL-6 fell" or "HLA-matched", the abstract ends there, and the rest is a field named IL. Other lines
# it puts together without a space: "no relief", wrapped, is "norelief", in titles too. nbib 0.3.2 and biopython 1.88 read
# the same file right. Its sister pybtexris 0.2.0 keeps of an abstract in several lines the first and leaves out the rest,
# "RESULTS: Nobody died." among them; rispy 0.10.0 has all. None of them warns.
# Guess before: a field begins at the first column, and a wrapped line goes on after a space.
# What follows for us: articles/citations reads both formats itself, a field by its first column. Who puts a package in its
# place looks first for fields of names that PubMed does not have, and for words that stand together at the end of a line.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pybtex==0.26.1" "pybtexnbib==0.2.0" "pybtexris==0.2.0" "nbib==0.3.2" "biopython==1.88" "rispy==0.10.0" 2>/dev/null
cat >paper.nbib <<'NBIB'
PMID- 1
OWN - NLM
STAT- MEDLINE
DP  - 2020 Nov
TI  - A trial of mesenchymal stem cells for low back pain in forty adults who had no
      relief from exercise.
AB  - Nobody died. Pain was less in those who were given cells, and their levels of
      IL-6 fell by half. Of those who were not given any cells one in five was worse.
FAU - Doe, Jane
AU  - Doe J
LA  - eng
PT  - Journal Article
TA  - J Trials
JT  - Journal of trials
SO  - J Trials. 2020 Nov;3(2):100-12.
NBIB
cat >paper.ris <<'RIS'
TY  - JOUR
AU  - Doe, Jane
TI  - A trial
AB  - METHODS: We gave cells to forty adults.
RESULTS: Nobody died.
PY  - 2020
ER  - 
RIS
cat >read.py <<'PYTHON'
import nbib
import rispy
from Bio import Medline
from pybtex.database import parse_file

(paper,) = parse_file("paper.nbib", "nbib").entries.values()
print("pybtexnbib:", paper.fields["title"][-36:])
print("pybtexnbib:", paper.fields["abstract"])
print("pybtexnbib, IL:", paper.fields["IL"])
(paper,) = nbib.read_file("paper.nbib")
print("nbib:", paper["title"][-36:], paper["abstract"].split(". ")[1][-33:])
with open("paper.nbib") as file:
    paper = Medline.read(file)
print("biopython:", paper["TI"][-36:], paper["AB"].split(". ")[1][-33:])
(paper,) = parse_file("paper.ris", "ris").entries.values()
print("pybtexris:", paper.fields["abstract"])
with open("paper.ris") as file:
    (paper,) = rispy.load(file)
print("rispy:", paper["abstract"])
PYTHON
seen=$(venv/bin/python -W ignore read.py)
printf '%s\n' "$seen"
expected='pybtexnbib: ults who had norelief from exercise.
pybtexnbib: Nobody died. Pain was less in those who were given cells, and their levels of
pybtexnbib, IL: 6 fell by half. Of those who were not given any cells one in five was worse.
nbib: lts who had no relief from exercise. their levels of IL-6 fell by half
biopython: lts who had no relief from exercise. their levels of IL-6 fell by half
pybtexris: METHODS: We gave cells to forty adults.
rispy: METHODS: We gave cells to forty adults. RESULTS: Nobody died.'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
