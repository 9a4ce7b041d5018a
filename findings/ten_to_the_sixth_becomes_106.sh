#!/usr/bin/env bash
# PubMed's XML raises and slants within titles and abstracts: 10<sup>6</sup> cells, <i>E. coli</i>. pymed 0.8.9 ends a title
# and each part of an abstract where the first such element begins: "We gave 10". metapub 0.7.5 and pubmed-parser 0.5.1
# keep the words and not their height: "We gave 106 cells", which nobody can tell from a hundred and six, and in a
# citation, too. So do programs that make text of HTML: html2text 2025.4.15, inscriptis 2.7.6, markdownify 1.2.3 and, from
# npm, html-to-text 10.0.1 and turndown 7.2.5. biopython 1.88 leaves the elements standing. None of them warns.
# Guess before: the text is whole, and a raised figure is written 10^6, or as it stood.
# What follows for us: a dose or a p-value out of any of these is held against the source before it is shown; a text part
# of a mail is written by itself, not made out of HTML. A title with elements in it needs the raised figures as characters
# (10⁶) before the rest goes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pymed==0.8.9" "metapub==0.7.5" "pubmed-parser==0.5.1" "biopython==1.88" "html2text==2025.4.15" "inscriptis==2.7.6" "markdownify==1.2.3" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "html-to-text@10.0.1" "turndown@7.2.5" >/dev/null
cat >paper.xml <<'XML'
<PubmedArticleSet><PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1</PMID>
<Article PubModel="Print">
<Journal><JournalIssue CitedMedium="Print"><Volume>1</Volume><PubDate><Year>2020</Year></PubDate></JournalIssue>
<Title>A journal</Title><ISOAbbreviation>J</ISOAbbreviation></Journal>
<ArticleTitle>Cells in <i>E. coli</i> sepsis.</ArticleTitle><Pagination><MedlinePgn>1-2</MedlinePgn></Pagination>
<Abstract><AbstractText>We gave 10<sup>6</sup> cells.</AbstractText></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Li</LastName><ForeName>X</ForeName><Initials>X</Initials></Author></AuthorList>
<Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
</Article>
<MedlineJournalInfo><MedlineTA>J</MedlineTA><NlmUniqueID>1</NlmUniqueID></MedlineJournalInfo></MedlineCitation>
<PubmedData><PublicationStatus>ppublish</PublicationStatus>
<ArticleIdList><ArticleId IdType="pubmed">1</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>
XML
cat >read.py <<'PYTHON'
import contextlib
import gzip
import io
import logging
import xml.etree.ElementTree as ElementTree

logging.disable(logging.CRITICAL)
import html2text  # noqa: E402 - after the logging
import inscriptis  # noqa: E402
import markdownify  # noqa: E402
import metapub  # noqa: E402
import pubmed_parser  # noqa: E402
from Bio import Entrez  # noqa: E402
from pymed.article import PubMedArticle  # noqa: E402

xml = open("paper.xml").read()
with contextlib.redirect_stdout(io.StringIO()):
    # It prints what it does not find in so short a record.
    paper = PubMedArticle(xml_element=ElementTree.fromstring(xml).find("PubmedArticle"))
print("pymed:", paper.title, "|", paper.abstract)
paper = metapub.PubMedArticle(xml)
print("metapub:", paper.title, "|", paper.abstract)
with gzip.open("paper.xml.gz", "wb") as file:
    file.write(xml.encode())
(paper,) = pubmed_parser.parse_medline_xml("paper.xml.gz")
print("pubmed-parser:", paper["title"], "|", paper["abstract"])
TYPE = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
(paper,) = Entrez.read(io.BytesIO(f'<?xml version="1.0" encoding="utf-8"?>{TYPE}{xml}'.encode()), validate=False)["PubmedArticle"]
paper = paper["MedlineCitation"]["Article"]
print("biopython:", paper["ArticleTitle"], "|", paper["Abstract"]["AbstractText"][0])
html = "<p>We gave 10<sup>6</sup> cells.</p>"
for reader in (html2text.html2text, inscriptis.get_text, markdownify.markdownify):
    print(f"{reader.__name__}:", reader(html).strip())
PYTHON
cat >read.js <<'NODE'
const html = '<p>We gave 10<sup>6</sup> cells.</p>';
console.log('html-to-text:', require('html-to-text').convert(html));
console.log('turndown:', new (require('turndown'))().turndown(html));
NODE
export HOME="$folder"
seen="$(venv/bin/python -W ignore read.py 2>/dev/null)
$(node read.js)"
printf '%s\n' "$seen"
expected='pymed: Cells in  | We gave 10
metapub: Cells in E. coli sepsis. | We gave 106 cells.
pubmed-parser: Cells in E. coli sepsis. | We gave 106 cells.
biopython: Cells in <i>E. coli</i> sepsis. | We gave 10<sup>6</sup> cells.
html2text: We gave 106 cells.
get_text: We gave 106 cells.
markdownify: We gave 106 cells.
html-to-text: We gave 106 cells.
turndown: We gave 106 cells.'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
