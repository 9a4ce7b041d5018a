#!/usr/bin/env bash
# Many trials are signed by a group: CollectiveName in PubMed's XML, CN in its text format. pubmed-parser 0.5.1 makes of
# such an author one without any name, so a paper signed by a group alone is by "|||", or by a dictionary of empty strings.
# nbib 0.3.2 keeps groups apart from the authors, and of several groups only the last.
# Guess before: the group stands among the authors under its name, and two groups are two.
# What follows for us: who takes sources over from PubMed with one of these asks of each author whether there is a name,
# and looks at the group's own element; a citation "by nobody" would pass a check that only counts authors.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "pubmed-parser==0.5.1" "nbib==0.3.2" 2>/dev/null
cat >paper.xml <<'XML'
<?xml version="1.0" encoding="utf-8"?>
<PubmedArticleSet><PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">1</PMID>
<Article PubModel="Print">
<Journal><JournalIssue CitedMedium="Print"><Volume>1</Volume><PubDate><Year>2020</Year></PubDate></JournalIssue>
<Title>A journal</Title><ISOAbbreviation>J</ISOAbbreviation></Journal>
<ArticleTitle>A trial.</ArticleTitle><Pagination><MedlinePgn>1-2</MedlinePgn></Pagination>
<AuthorList CompleteYN="Y">
<Author ValidYN="Y"><CollectiveName>First Example Group</CollectiveName></Author>
<Author ValidYN="Y"><CollectiveName>Second Example Group</CollectiveName></Author>
</AuthorList>
<Language>eng</Language>
<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
</Article>
<MedlineJournalInfo><MedlineTA>J</MedlineTA><NlmUniqueID>1</NlmUniqueID></MedlineJournalInfo></MedlineCitation>
<PubmedData><PublicationStatus>ppublish</PublicationStatus>
<ArticleIdList><ArticleId IdType="pubmed">1</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>
XML
gzip paper.xml
cat >paper.nbib <<'NBIB'
PMID- 1
OWN - NLM
STAT- MEDLINE
DP  - 2020
TI  - A trial.
CN  - First Example Group
CN  - Second Example Group
SO  - J. 2020;1:1-2.
NBIB
cat >read.py <<'PYTHON'
import nbib
import pubmed_parser

(flat,) = pubmed_parser.parse_medline_xml("paper.xml.gz")
(listed,) = pubmed_parser.parse_medline_xml("paper.xml.gz", author_list=True)
print("pubmed-parser:", flat["authors"])
print("pubmed-parser, as a list:", [{name for name in author.values() if name} or "no name" for author in listed["authors"]])
(paper,) = nbib.read_file("paper.nbib")
print("nbib:", paper.get("authors", "no authors"), "and", paper["corporate_author"])
PYTHON
seen=$(venv/bin/python read.py)
printf '%s\n' "$seen"
expected='pubmed-parser: |||;|||
pubmed-parser, as a list: ['"'no name', 'no name'"']
nbib: no authors and Second Example Group'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
