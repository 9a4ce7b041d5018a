#!/usr/bin/env bash
# dkimpy 1.1.8 and mailauth 4.13.3, left to choose which headers they sign, sign List-Unsubscribe and not
# List-Unsubscribe-Post; nodemailer 10.6.1 signs both. So a mail that offers one click and verifies well may be, by RFC 8058
# section 4, none that a receiver may act on by one click. The lists the first two sign by are older than that header.
# Guess before: who signs the one signs the other, for the one means little without the other.
# What follows for us: docs/sending.md names the two headers to whoever signs on a relay of their own, and what reads a
# mail that came back must ask for both in h=, not for a signature that verifies.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "dkimpy==1.1.8" 2>/dev/null
npm install --silent --no-package-lock --no-fund --no-audit "mailauth@4.13.3" "nodemailer@10.6.1" >/dev/null
openssl genrsa -traditional -out key.pem 2048 2>/dev/null
cat >mail.eml <<'MAIL'
From: News <news@clinic.example>
To: zoe@example.org
Subject: What is known
Date: Sat, 28 Nov 2026 10:00:00 +0000
Message-ID: <1@clinic.example>
List-Unsubscribe: <https://clinic.example/unsubscribe/1/>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hello.
MAIL
sed -i 's/$/\r/' mail.eml
cat >by_dkimpy.py <<'PYTHON'
import dkim

key = open("key.pem", "rb").read()
print(dkim.sign(open("mail.eml", "rb").read(), b"s", b"clinic.example", key).decode())
PYTHON
cat >by_mailauth.js <<'NODE'
const { dkimSign } = require('mailauth/lib/dkim/sign');
const { readFileSync } = require('node:fs');
const privateKey = readFileSync('key.pem', 'utf8');
const signatureData = [{ signingDomain: 'clinic.example', selector: 's', privateKey }];
dkimSign(readFileSync('mail.eml'), { signatureData }).then(({ signatures }) => console.log(signatures));
NODE
cat >by_nodemailer.js <<'NODE'
const nodemailer = require('nodemailer');
const { readFileSync } = require('node:fs');
const dkim = { domainName: 'clinic.example', keySelector: 's', privateKey: readFileSync('key.pem', 'utf8') };
const mail = {
  from: 'news@clinic.example', to: 'zoe@example.org', subject: 'What is known', text: 'Hello.',
  list: { unsubscribe: 'https://clinic.example/unsubscribe/1/' },
  headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
};
const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, dkim });
transport.sendMail(mail).then(({ message }) => console.log(message.toString()));
NODE
# Of the signed names in h= of the first signature, those that begin as the two headers do.
signed() {
  tr -d '\r\n\t ' | grep -o 'DKIM-Signature:[^"]*' | grep -o ';h=[^;]*' | tr '=:' '\n\n' | grep -i '^list-unsub' | tr '[:upper:]' '[:lower:]' | sort -u | tr '\n' ' '
}
seen="dkimpy 1.1.8: $(venv/bin/python by_dkimpy.py | signed)
mailauth 4.13.3: $(node by_mailauth.js | signed)
nodemailer 10.6.1: $(node by_nodemailer.js | signed)"
printf '%s\n' "$seen"
expected='dkimpy 1.1.8: list-unsubscribe 
mailauth 4.13.3: list-unsubscribe 
nodemailer 10.6.1: list-unsubscribe list-unsubscribe-post '
[ "$seen" = "$expected" ] || { echo "This has changed." >&2; exit 1; }
