"""Who sent it: a mail server, which reports, or a person or their machine, whose words are none of ours to judge."""

import re
from email.message import Message

from mailings.bounces.mails import header

# The usual names of what sends reports; somebody's own postmaster writes from an address, so only without one.
DAEMON = re.compile(r"mail(er)?[-_. ]?(d[ae]e?mon|delivery)|mdaemon|mail administrator|mail[-_ ]?robot|double-bounce")
POSTMASTER = re.compile(r"post[-_ ]?master|mail delivery|delivery (agent|service|system)|system administrator|mail system")
# As a subject; an answer to such a mail begins with "Re:".
FAILURE = re.compile(
    r"\W*(undeliver|(mail |message )?delivery (status|failure|failed|problem|error|report|notification)|returned (e-?)?mail"
    r"|failure (notice|notification)|mail (delivery )?(system )?(error|failure|failed)|mail could not|(message )?not delivered"
    r"|non-?deliver|unzustellbar|nicht zustellbar|nicht zugestellt|non remis|no entregad|não entreg|mancat\w+ consegna|недостав|メールエラー|配信エラー|送信エラー|退信|投递失败)",
    re.IGNORECASE,
)
AWAY = re.compile(
    r"out[- ]of[- ](the[- ])?office|auto(matic|mated|mata|matica|matisch\w*)?[- ]?(reply|replied|response|repl|answer|antwort)"
    r"|vacation|holiday|on leave|away|abwesen|urlaub|afwezig|absen(ce|t|cia)|absence|congés?|vacances"
    r"|réponse auto|respuesta auto|vacaciones|fuera de|resposta auto|ausência|ausente|férias|risposta auto|assenza|ferie"
    r"|nieobecno|autosvar|fravær|frånvaro|poissa|нет на месте|отпуск|автоответ|automat\w+ (odpov|válasz)|自動(返信|応答)|不在|自动(回复|答复)|외출",
    re.IGNORECASE,
)


def is_from_a_server(mail: Message) -> bool:
    sender = header(mail, "From").lower()
    if header(mail, "X-Failed-Recipients") or DAEMON.search(sender) or ("From" in mail and sender in ("", "<>")):
        return True
    if POSTMASTER.search(sender):
        return is_from_nobody(mail) or tells_of_failure(mail)
    return is_from_nobody(mail) and tells_of_failure(mail)


def is_from_nobody(mail: Message) -> bool:
    """By the envelope; where no header tells its sender, it may be so."""
    path = header(mail, "Return-Path").lower()
    return path in ("", "<>") or "daemon" in path


def tells_of_failure(mail: Message) -> bool:
    return bool(FAILURE.match(header(mail, "Subject")))


def says_away(mail: Message) -> bool:
    marked = header(mail, "Auto-Submitted").lower()
    return "vacation" in marked or bool(AWAY.search(header(mail, "Subject")))


def is_automatic_reply(mail: Message) -> bool:
    """Of a person's machine. Servers mark their own reports like that, too, so this is not asked of them."""
    return bool(
        header(mail, "Auto-Submitted").lower().startswith("auto-")
        or header(mail, "X-Autoreply")
        or header(mail, "X-Autorespond")
        or header(mail, "X-Auto-Response-Suppress")
        or header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
        # A server that returns a mail answers nobody.
        or header(mail, "In-Reply-To")
        or AWAY.search(header(mail, "Subject"))
    )
