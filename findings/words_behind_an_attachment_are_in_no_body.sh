#!/usr/bin/env bash
# Apple's Mail puts a picture or a PDF where the writer put it: multipart/mixed of words, file, more words. get_body of
# Python's EmailMessage (3.11.7) has the words before the file alone; those behind it are an attachment without a name.
# django-anymail 15.2, for what a provider hands in, gives the same first words as .text, and the rest stands neither in
# .attachments nor in .inlines. Written in HTML, where the multipart/mixed is one of two alternatives, the plain one is
# whole, and get_body() without an argument, like .html of both, takes the other, of which iter_attachments has nothing
# either. imap-tools 1.16.0, mail-parser 4.8.0 and, from npm, mailparser 3.14.2 and postal-mime 4.0.0 have all words in both.
# Guess before: what shows as one letter in each mail program is one body, or whatever is not in it is among the attachments.
# What follows for us: we read no letters of visitors, only mail that came back. Who has a mailbox fill the timeline walks
# all parts that are text and carry no file name, and tries it with a mail whose last words matter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "django==5.2.19" "django-anymail==15.2" "imap-tools==1.16.0" "mail-parser==4.8.0" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "mailparser@3.14.2" "postal-mime@4.0.0" >/dev/null
cat >write.py <<'PYTHON'
HEAD = "From: zoe@example.org\nTo: desk@clinic.example\nSubject: Your questions\nMIME-Version: 1.0\n"
FIRST, LAST = "Here is the letter.", "No penicillin, please."


def mixed(kind):
    parts = [f"Content-Type: text/{kind}; charset=utf-8\n\n{words}\n" for words in (FIRST, LAST)]
    file = 'Content-Type: application/pdf; name="letter.pdf"\nContent-Disposition: inline; filename="letter.pdf"\n'
    parts.insert(1, f"{file}Content-Transfer-Encoding: base64\n\nJVBERi0=\n")
    return 'Content-Type: multipart/mixed; boundary="M"\n\n--M\n' + "--M\n".join(parts) + "--M--\n"


plain = f"Content-Type: text/plain; charset=utf-8\n\n{FIRST}\n{LAST}\n"
either = f'Content-Type: multipart/alternative; boundary="A"\n\n--A\n{plain}--A\n{mixed("html")}--A--\n'
for name, body in {"plain": mixed("plain"), "html": either}.items():
    with open(f"{name}.eml", "w", newline="\r\n") as file:
        file.write(HEAD + body)
PYTHON
cat >read.py <<'PYTHON'
import mailparser
from anymail.inbound import AnymailInboundMessage
from django.conf import settings
from email import message_from_bytes, policy
from imap_tools import MailMessage

settings.configure()


def told(name, *texts):
    print(f"  {name}:", " | ".join(" ".join((text or "nothing").split()) for text in texts))


def files(parts):
    return " ".join(str(part.get_filename()) for part in parts)


for name in ("plain", "html"):
    print(name)
    with open(f"{name}.eml", "rb") as file:
        sent = file.read()
    mail = message_from_bytes(sent, policy=policy.default)
    told("get_body", mail.get_body().get_content())
    told("  its attachments", files(mail.iter_attachments()))
    mail = AnymailInboundMessage.parse_raw_mime_bytes(sent)
    told("anymail, text and html", mail.text, mail.html)
    told("  attachments and inlines", files(mail.attachments), files(mail.inlines))
    mail = MailMessage.from_bytes(sent)
    told("imap-tools", mail.text, mail.html)
    mail = mailparser.parse_from_bytes(sent)
    told("mail-parser", " ".join(mail.text_plain), " ".join(mail.text_html))
PYTHON
cat >read.mjs <<'NODE'
import { readFileSync } from 'node:fs';
import mailparser from 'mailparser';
import PostalMime from 'postal-mime';
const line = (text) => (text || 'nothing').replace(/<br\/>/g, ' ').split(/\s+/).join(' ').trim();
const told = (...texts) => texts.map(line).join(' | ');
for (const name of ['plain', 'html']) {
  console.log(name);
  const sent = readFileSync(`${name}.eml`);
  const mail = await mailparser.simpleParser(sent);
  console.log('  mailparser:', told(mail.text, mail.html));
  const other = await PostalMime.parse(sent);
  console.log('  postal-mime:', told(other.text, other.html));
}
NODE
venv/bin/python write.py
seen="$(venv/bin/python -W ignore read.py)
$(node read.mjs)"
printf '%s\n' "$seen"
expected='plain
  get_body: Here is the letter.
    its attachments: letter.pdf None
  anymail, text and html: Here is the letter. | nothing
    attachments and inlines: nothing | letter.pdf
  imap-tools: Here is the letter.No penicillin, please. | nothing
  mail-parser: Here is the letter. No penicillin, please. | nothing
html
  get_body: Here is the letter.
    its attachments: nothing
  anymail, text and html: Here is the letter. No penicillin, please. | Here is the letter.
    attachments and inlines: nothing | letter.pdf
  imap-tools: Here is the letter. No penicillin, please. | Here is the letter.No penicillin, please.
  mail-parser: Here is the letter. No penicillin, please. | Here is the letter. No penicillin, please.
plain
  mailparser: Here is the letter. No penicillin, please. | nothing
  postal-mime: Here is the letter. No penicillin, please. | nothing
html
  mailparser: Here is the letter. No penicillin, please. | Here is the letter. No penicillin, please.
  postal-mime: Here is the letter. No penicillin, please. | Here is the letter. No penicillin, please.'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
