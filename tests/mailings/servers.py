"""Reports in the form in which each kind of mail server sends them: what it says of zoe@example.org is put in."""

from collections.abc import Callable

from tests.mailings.bounces import report, returned

PERSON = "zoe@example.org"
HEAD = f"Message-ID: <1@clinic.example>\nTo: {PERSON}\nSubject: Your packet\n"
AUTOMATIC = {"Auto_Submitted": "auto-replied"}


def with_machine_part(text: str, status: str, said: str, **headers: str) -> bytes:
    about = f"Final-Recipient: rfc822; {PERSON}\nAction: failed\nStatus: {status}\nDiagnostic-Code: {said}\n"
    parts = {"message/delivery-status": f"Reporting-MTA: dns; mx.example\n\n{about}", "text/rfc822-headers": HEAD}
    return report(returned(text=text, **headers), parts)


def postfix(words: str, status: str) -> bytes:
    text = f"""This is the mail system at host mx.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{PERSON}>: host mx.example.org[192.0.2.55] said: {words}
    (in reply to RCPT TO command)
"""
    return with_machine_part(text, status, f"smtp; {words}")


def exim(words: str, moment: str = f"RCPT TO:<{PERSON}>") -> bytes:
    said = f"SMTP error from remote mail server after {moment}:\n    {words}" if words[0].isdigit() else words
    text = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {PERSON}
    {said}

------ This is a copy of the message's headers. ------

{HEAD}"""
    return returned(text=text, X_Failed_Recipients=PERSON, **AUTOMATIC).as_bytes()


def exim_after_reading(words: str) -> bytes:
    return exim(words, "end of data")


def office(words: str, status: str) -> bytes:
    text = f"""Delivery has failed to these recipients or groups:

{PERSON} ({PERSON})
Your message couldn't be delivered.

Diagnostic information for administrators:

Generating server: AM0PR01MB0001.prod.example

{PERSON}
Remote server returned '{words}'

Original message headers:

{HEAD}"""
    return with_machine_part(
        text, status, f"smtp;{words}", From="Microsoft Outlook <postmaster@example.org>", **AUTOMATIC
    )


def exchange_2003(words: str) -> bytes:
    text = f"""Your message did not reach some or all of the intended recipients.

The following recipient(s) could not be reached:

      {PERSON} on 03.02.2016 10:15
            {words}
"""
    return returned(text=text, From="System Administrator <postmaster@example.org>").as_bytes()


def gmail(words: str, status: str) -> bytes:
    text = f"Your message wasn't delivered to {PERSON}. The response from the remote server was:\n\n{words}\n"
    return with_machine_part(text, status, f"smtp; {words}", From="mailer-daemon@google.example", **AUTOMATIC)


def qmail(words: str) -> bytes:
    text = f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{PERSON}>:
{words}

--- Below this line is a copy of the message.

{HEAD}"""
    return returned(text=text, Subject="failure notice").as_bytes()


def domino(words: str, status: str) -> bytes:
    text = f"Your message\n\n  Subject: Your packet\n\nwas not delivered to:\n\n  {PERSON}\n\nbecause:\n\n  {words}\n"
    return with_machine_part(text, status, f"X-Notes; {words}", From="postmaster@example.org")


def in_german(words: str) -> bytes:
    text = f"""Diese Nachricht wurde automatisch vom Mailsystem erzeugt.

Ihre E-Mail konnte an die folgende Adresse nicht zugestellt werden:

{PERSON}:
{words}

--- The header of the original message is following. ---

{HEAD}"""
    return returned(text=text).as_bytes()


Sent = tuple[Callable[..., bytes], str, str] | tuple[Callable[..., bytes], str]
# The code says that the address is dead, or that it is for good, and the words say that it is not.
SOFT: dict[str, Sent] = {
    "Postfix, storage": (
        postfix,
        f"550 5.1.1 <{PERSON}>: Recipient address rejected: it has used up its storage",
        "5.1.1",
    ),
    "Postfix, address check": (
        postfix,
        f"550 5.1.1 <{PERSON}>: Recipient address rejected: unverified address: connect to mx2: Connection timed out",
        "5.1.1",
    ),
    "Postfix, for a moment": (postfix, f"550 5.2.1 <{PERSON}>: account temporarily unavailable", "5.2.1"),
    "Exim, no space": (exim, "550 the recipient's inbox has no space left for this message"),
    "Exchange, quota": (
        office,
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException; Failed to process message",
        "5.2.2",
    ),
    "Exchange, our address": (office, "550 5.7.606 Access denied, banned sending IP [192.0.2.10]", "5.7.606"),
    "Gmail, rate": (gmail, "550 5.2.1 The user is receiving mail at a rate that prevents additional ones", "5.2.1"),
    "Gmail, reputation": (gmail, "550 5.7.1 likely suspicious due to the very low reputation of the domain", "5.7.1"),
    "Yahoo, volume": (postfix, "421 4.7.0 [TSS04] temporarily deferred due to unexpected volume", "4.7.0"),
    "Yahoo, resources": (exim_after_reading, "554 delivery error: dd Resources temporarily unavailable [#4.16.5]"),
    "qmail, greylisted": (
        qmail,
        f"192.0.2.55 does not like recipient.\nRemote host said: 450 4.7.1 {PERSON}: greylisted for 300 seconds\n"
        "Giving up on 192.0.2.55.\nI'm not going to try again; this message has been in the queue too long.",
    ),
    "qmail, quota": (qmail, "The user's account is over quota and cannot take this at the moment. (#5.1.1)"),
    "Domino, size": (domino, f"552 5.1.1 {PERSON}: the mail file has reached its size limit", "5.1.1"),
    "mail.ru, spam": (exim_after_reading, "550 this message looks like spam and was rejected"),
    "GMX, our address": (in_german, "reason: 554-Nemesis ESMTP Service not available\n554-IP address is black listed."),
    "T-Online, full": (in_german, f"552 5.2.2 <{PERSON}> Das Postfach des Empfängers ist voll"),
    "T-Online, for a moment": (in_german, f"550 5.1.1 <{PERSON}> Postfach vorübergehend nicht erreichbar"),
    "Proofpoint, reputation": (postfix, "554 5.1.1 Blocked - see https://ipcheck.example/?ip=192.0.2.10", "5.1.1"),
    "Mimecast, rule": (office, "550 5.1.1 Rejected by header based manually blocked senders", "5.1.1"),
    "Postfix, our account": (postfix, "554 5.7.1 Your account has been disabled due to inactivity", "5.7.1"),
    "Exim, our account": (exim_after_reading, "550 5.1.1 your SMTP account expired because it was not used"),
    "Exchange, our account": (office, "550 5.7.1 Sender account disabled for inactivity", "5.7.1"),
    "Postfix, hung up": (postfix, "554 5.4.2 session closed due to inactivity", "5.4.2"),
    "Exim, hung up": (exim, "554 session terminated after 300 seconds of inactivity"),
    "Exim, no relay": (exim, "554 This relay no longer works"),
    "GMX, our provider": (in_german, "SMTP error for RCPT TO command: 554 your provider is no longer with us"),
    "Exim, deleted by the reader": (exim, "550 user deleted this message"),
    "Exim, taken off a list": (exim, "550 address removed from relay list"),
    "Barracuda, blocked": (
        postfix,
        f"550 permanent failure for one or more recipients ({PERSON}:blocked)",
        "5.0.0",
    ),
}
DEAD: dict[str, Sent] = {
    "Exim": (exim, "550 no mailbox by that name is known to this server"),
    "Postfix": (postfix, f"550 5.1.1 <{PERSON}>: Recipient address rejected: User unknown in virtual table", "5.1.1"),
    "Postfix, left": (postfix, f"554 5.7.1 <{PERSON}>: this person has left the company", "5.7.1"),
    "Postfix, unused": (postfix, f"550 5.7.1 <{PERSON}>: disabled because nobody used it for a year", "5.7.1"),
    "Exchange": (office, f"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {PERSON} not found", "5.1.10"),
    "Exchange, at its edge": (office, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "5.4.1"),
    "Exchange 2003": (
        exchange_2003,
        "The e-mail account does not exist at the organization this message was sent to.\n<mail.example.org #5.1.1>",
    ),
    "Gmail": (gmail, "550 5.1.1 The email account that you tried to reach does not exist.", "5.1.1"),
    "Yahoo": (exim_after_reading, f"554 delivery error: dd This user doesn't have an example.org account ({PERSON})"),
    "qmail": (qmail, "Sorry, there's no mailbox here by that name. (#5.1.1)"),
    "Domino": (domino, f"User zoe ({PERSON}) not listed in Domino Directory", "5.0.0"),
    "mail.ru": (exim, f"550 Message was not accepted -- invalid mailbox. {PERSON} is unavailable: user not found"),
    "GMX": (in_german, "SMTP error for RCPT TO command: 550 Requested action not taken: mailbox unavailable"),
    "T-Online": (in_german, f"550 5.1.1 <{PERSON}> Empfänger unbekannt"),
    "Proofpoint": (postfix, f"550 5.1.1 <{PERSON}>... User Unknown", "5.1.1"),
    "Mimecast": (postfix, "550 Invalid Recipient - https://community.example/docs/DOC-1369#550", "5.0.0"),
    "Postfix, lookup": (postfix, f"550 5.1.1 <{PERSON}>: Recipient address lookup failed", "5.1.1"),
    "Exim, directory": (exim, "550 LDAP lookup failed: user not found"),
    "Exim, verified": (exim, "550 Address verification failed: no such user"),
    "Exchange, closed by staff": (office, "550 5.1.1 mailbox blocked by administrator", "5.1.1"),
    "Gmail, web form": (gmail, "550 5.1.1 user unknown; for external mail use the web form", "5.1.1"),
    "Barracuda": (
        postfix,
        f"550 permanent failure for one or more recipients ({PERSON}:550 5.1.1 User unknown)",
        "5.0.0",
    ),
}
# Said of a mailbox or of a way that may come back: they are believed the second time, or never by themselves.
PERHAPS: dict[str, Sent] = {
    "Exim, no way": (exim, "Unrouteable address"),
    "Gmail, inactive": (gmail, "550 5.2.1 The email account that you tried to reach is inactive.", "5.2.1"),
    "Yahoo, disabled": (postfix, "554 30 Sorry, it cannot be delivered. This mailbox is disabled (554.30).", "5.0.0"),
}
