#!/usr/bin/env bash
# Python 3.11.7, 3.12.1 and 3.13.0: EmailMessage puts a List-Unsubscribe of up to 77 characters on a line of its own; a
# longer one, with no space to fold at, becomes encoded words, though all of it is ASCII and a line may have 998
# characters. No encoded word belongs in a header made of addresses (RFC 2047, section 5), and who reads by that rule
# finds no address: mailparser 3.14.2 takes the whole for a name. MIMEText leaves the same value as it is. In-Reply-To,
# References and Feedback-ID share that lot; Message-ID is spared.
# Guess before: too long to fold, so a long line, as MIMEText does; and a program that reads mail decodes what it meets.
# What follows for us: Django 5.2 makes its mails the old way, Django 6.0 (seen with 6.0.10) by EmailMessage. Our address
# ends in a token of 76 characters, so with Django 6.0 every newsletter would go out with it encoded, and our tests, which
# read with Python, would decode it and see nothing: before that step the header needs a policy that does not refold it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-package-lock --no-fund --no-audit "mailparser@3.14.2" >/dev/null
cat >write.py <<'PYTHON'
from email.message import EmailMessage
from email.mime.text import MIMEText
from email.policy import SMTP

for length in (77, 78):
    start = "<https://clinic.example/unsubscribe/"
    address = start + "a" * (length - len(start) - 1) + ">"
    new = EmailMessage(policy=SMTP)
    new.set_content("Hello.")
    for name, mail in (("EmailMessage", new), ("MIMEText", MIMEText("Hello."))):
        mail["From"] = "news@clinic.example"
        mail["List-Unsubscribe"] = address
        with open(f"{name} {length}", "wb") as file:
            file.write(mail.as_bytes())
PYTHON
cat >read.js <<'NODE'
const { simpleParser } = require('mailparser');
const { readFileSync } = require('node:fs');
(async () => {
  for (const name of ['MIMEText 77', 'MIMEText 78', 'EmailMessage 77', 'EmailMessage 78']) {
    const bytes = readFileSync(name);
    const { unsubscribe } = (await simpleParser(bytes)).headers.get('list');
    const sent = bytes.includes('<https://clinic.example/unsubscribe/') ? 'sent as it is' : 'sent encoded';
    console.log(`${name}: ${sent}, ${unsubscribe.url ? 'an address' : 'no address'}`);
  }
})();
NODE
python3 write.py
seen=$(node read.js)
printf '%s\n' "$seen"
expected='MIMEText 77: sent as it is, an address
MIMEText 78: sent as it is, an address
EmailMessage 77: sent as it is, an address
EmailMessage 78: sent encoded, no address'
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
