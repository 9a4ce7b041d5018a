#!/usr/bin/env bash
# A summary in Atom may be XHTML, elements within the feed itself. rss-parser 3.13.0 reads the feed into objects that keep
# no order between text and elements, and writes them as text again: first all words that stand in no element, then the
# elements. "Nobody of <b>40</b> died" comes out as "Nobody of died" with the 40 behind the paragraph, and 10<sup>6</sup>
# cells are 10 cells. fastfeedparser 0.6.5, atoma 0.0.17 and @extractus/feed-extractor 8.0.3 have no summary of such an
# entry at all. None of them warns. feedparser 6.0.14 and feedsmith 3.0.1 are right, and written as HTML (type="html") the
# same summary keeps its words in their order in all six. (@extractus takes its elements off, so that 10<sup>6</sup> is
# 106, and takes the first link of an entry for its address, whatever its rel says.)
# Guess before: XHTML is read as HTML is, for who writes a feed may choose.
# What follows for us: our feeds come from Django's Atom1Feed, which writes HTML. XHTML would look the same in a validator
# and in most programs, and say something else of a trial in others.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "feedparser==6.0.14" "fastfeedparser==0.6.5" "atoma==0.0.17" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "rss-parser@3.13.0" "@extractus/feed-extractor@8.0.3" "feedsmith@3.0.1" >/dev/null
cat >write.py <<'PYTHON'
from html import escape

SAID = "Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells."
ENTRY = """<entry><title>A trial</title><id>urn:example:1</id><updated>2026-11-30T10:00:00Z</updated>
<link rel="related" href="https://study.example/"/><link rel="alternate" href="https://clinic.example/trial/"/>
<summary type="{}">{}</summary></entry>"""
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:example:0</id><updated>2026-11-30T10:00:00Z</updated>
<author><name>Zoë</name></author><link rel="self" href="https://clinic.example/feed/"/>{}</feed>"""
xhtml = f'<div xmlns="http://www.w3.org/1999/xhtml">{SAID}</div>'
for kind, summary in {"html": escape(SAID), "xhtml": xhtml}.items():
    with open(f"{kind}.xml", "w", encoding="utf-8") as file:
        file.write(FEED.format(ENTRY.format(kind, summary)))
PYTHON
cat >read.py <<'PYTHON'
import sys

import atoma
import fastfeedparser
import feedparser

feed = open(sys.argv[1], encoding="utf-8").read()
(entry,) = feedparser.parse(feed).entries
print("  feedparser:", entry.summary, entry.link)
(entry,) = fastfeedparser.parse(feed).entries
print("  fastfeedparser:", entry.description or "nothing", entry.link)
(entry,) = atoma.parse_atom_bytes(feed.encode()).entries
print("  atoma:", entry.summary.value if entry.summary else "nothing")
PYTHON
cat >read.mjs <<'NODE'
import { readFileSync } from 'node:fs';
import { extractFromXml } from '@extractus/feed-extractor';
import { parseFeed } from 'feedsmith';
import Parser from 'rss-parser';
const feed = readFileSync(process.argv[2], 'utf8');
const { summary, link } = (await new Parser().parseString(feed)).items[0];
// Around it stand one or two <div>, of which this says nothing.
console.log('  rss-parser:', summary.replace(/<\/?div[^>]*>/g, ''), link);
console.log('  feedsmith:', parseFeed(feed).feed.entries[0].summary.value);
const entry = extractFromXml(feed).entries[0];
console.log('  @extractus:', entry.description || 'nothing', entry.link);
NODE
venv/bin/python write.py
seen=$(for kind in html xhtml; do
  echo "$kind"
  venv/bin/python read.py "$kind.xml"
  node read.mjs "$kind.xml"
done)
printf '%s\n' "$seen"
expected='html
  feedparser: Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells. https://clinic.example/trial/
  fastfeedparser: Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells. https://clinic.example/trial/
  atoma: Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells.
  rss-parser: Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells. https://clinic.example/trial/
  feedsmith: Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells.
  @extractus: Nobody of 40 died. We gave 106 cells. https://study.example/
xhtml
  feedparser: Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells. https://clinic.example/trial/
  fastfeedparser: nothing https://clinic.example/trial/
  atoma: nothing
  rss-parser: Nobody of  died. We gave 10 cells.<b>40</b><sup>6</sup> https://clinic.example/trial/
  feedsmith: Nobody of <b>40</b> died. We gave 10<sup>6</sup> cells.
  @extractus: nothing https://study.example/'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
