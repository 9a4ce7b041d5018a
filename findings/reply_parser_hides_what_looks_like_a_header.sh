#!/usr/bin/env bash
# email_reply_parser 0.5.12, told to give the reply without what is quoted below it, takes any line that begins "From:",
# "To:", "Sent:" or "Subject:" for the head of a quoted mail, though no other stands by it, and leaves out that line and
# all below it. "From: Leeds" in an answer, and the telephone number under it is gone. Where a last paragraph begins with
# a hyphen and a letter or digit, it counts as a signature and is left out: "-5 kg since May". And words that are no head
# of a quotation, "On Monday ... she wrote:", lose their line breaks without a space in their place. What is left reads
# like a whole, short answer. mail-parser-reply 1.36 and, from npm, email-reply-parser 2.3.7 keep all of these, and each of
# the three takes a true quotation off.
# Guess before: a head is several such lines together, a signature begins with two hyphens.
# What follows for us: we read no replies of visitors, only mail that came back. Who has a mailbox fill the timeline shows
# the whole mail behind the shortened one, and never stores the shortened one alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "email-reply-parser==0.5.12" "mail-parser-reply==1.36" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "email-reply-parser@2.3.7" >/dev/null
cat >mails.json <<'JSON'
{
  "quoted": "Please call me.\n\nOn Mon, 23 Nov 2026 at 10:00, Clinic <desk@clinic.example> wrote:\n> May we call you?\n",
  "answers": "Zoe O'Brien\nFrom: Leeds\nPhone: 0113 496 0000\n",
  "hyphen": "I have tried it.\n\n-5 kg since May, which worries me.\n",
  "story": "On Monday my mother fell and she\nwrote: I am not well.\n"
}
JSON
cat >read.py <<'PYTHON'
import json

from email_reply_parser import EmailReplyParser
from mailparser_reply import EmailReplyParser as MailParserReply

for name, mail in json.load(open("mails.json")).items():
    print(f"{name}, email_reply_parser:", repr(EmailReplyParser.parse_reply(mail)))
    print(f"{name}, mail-parser-reply:", repr(MailParserReply(languages=["en"]).parse_reply(mail)))
PYTHON
cat >read.js <<'NODE'
const module_ = require('email-reply-parser');
const Parser = module_.default || module_;
for (const [name, mail] of Object.entries(require('./mails.json'))) {
  console.log(`${name}, npm email-reply-parser:`, JSON.stringify(new Parser().parseReply(mail).trim()));
}
NODE
seen="$(venv/bin/python read.py)
$(node read.js)"
printf '%s\n' "$seen"
expected='quoted, email_reply_parser: '"'"'Please call me.'"'"'
quoted, mail-parser-reply: '"'"'Please call me.'"'"'
answers, email_reply_parser: "Zoe O'"'"'Brien"
answers, mail-parser-reply: "Zoe O'"'"'Brien\nFrom: Leeds\nPhone: 0113 496 0000"
hyphen, email_reply_parser: '"'"'I have tried it.'"'"'
hyphen, mail-parser-reply: '"'"'I have tried it.\n\n-5 kg since May, which worries me.'"'"'
story, email_reply_parser: '"'"'On Monday my mother fell and shewrote: I am not well.'"'"'
story, mail-parser-reply: '"'"'On Monday my mother fell and she\nwrote: I am not well.'"'"'
quoted, npm email-reply-parser: "Please call me."
answers, npm email-reply-parser: "Zoe O'"'"'Brien\nFrom: Leeds\nPhone: 0113 496 0000"
hyphen, npm email-reply-parser: "I have tried it.\n\n-5 kg since May, which worries me."
story, npm email-reply-parser: "On Monday my mother fell and she\nwrote: I am not well."'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
