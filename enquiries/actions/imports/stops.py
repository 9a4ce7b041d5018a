"""What a list says of somebody who wants no mail, or to whom none arrives. Nobody of whom it says so becomes a lead."""

import re
from collections.abc import Mapping
from functools import lru_cache

from enquiries.actions.imports.faults import Fault, RowFault
from enquiries.folding import fold
from mailings.models import Suppression

Reason = Suppression.Reason
# Folded, and letters only, as headings are. In the languages of the headings, and as other programs export it.
WORDS = {
    RowFault.SAYS_COMPLAINT: "complained complaint spam spamcomplaint markedasspam reportedasspam abuse",
    RowFault.SAYS_DEAD: "bounced bounce hardbounce hardbounced cleaned undeliverable unzustellbar "
    "invalidemail invalidaddress invalidemailaddress invalidmailbox mailboxnotfound deadaddress rebote rebotado "
    "nondelivre",
    RowFault.SAYS_STOP: "unsubscribed unsubscribe unsub optedout optout donotcontact donotmail donotemail donotcall "
    "dnc dontcontact dontemail nocontact blocklisted blocklist blacklisted blacklist blocked suppressed askedtostop "
    "listunsubscribed unsubscribedbyadmin globalunsubscribe removedonrequest "
    "abgemeldet abbestellt ausgetragen gesperrt keinkontakt nichtkontaktieren nichtanschreiben widerrufen "
    "widersprochen desabonne desinscrit nepascontacter baja dadodebaja nocontactar nomolestar disiscritto "
    "noncontattare descadastrado naocontactar naocontatar uitgeschreven afgemeld nietcontacteren nietbenaderen "
    "nietmailen wypisany niekontaktowac aboneliktencikti iletisimegecmeyin",
}
MEANS = {word: fault for fault, words in WORDS.items() for word in words.split()}
# As a word that goes on: "Bounced (mailbox unknown)". A shorter one begins too much else.
LONG = 6
LONGEST = 60
NOES = "no n nein non nee nao nie hayir hic false falsch faux falso fals onwaar falsz yanlis off unchecked"
NO = set(NOES.split())
# In a column of those who stopped, what says of somebody that they did not. It is no such word as yes.
SILENT = "none never na null nan unknown notset notprovided nvt kein keine"
HEARS = "subscribed active aktiv optedin optin allowed valid deliverable ok abonniert abonne suscrito iscritto"
NOT_SAID = {*NO, *SILENT.split(), *HEARS.split()}
ZERO = re.compile(r"[0.,\s]*|[-–—./]+")
PARTS = re.compile(r"[\n;,|]+")
NOT_A_LETTER = re.compile(r"[\W\d_]+")
# Which suppression stands for each, when whoever brings the list asks for it.
SUPPRESSES = {
    RowFault.SAYS_STOP.value: Reason.ASKED_TO_STOP,
    RowFault.SAYS_DEAD.value: Reason.HARD_BOUNCE,
    RowFault.SAYS_COMPLAINT.value: Reason.COMPLAINT,
}


def letters(text: str) -> str:
    """Of a word or two; whatever is longer is a story."""
    return NOT_A_LETTER.sub("", fold(text[:LONGEST]))


def is_stop(cell: str) -> bool:
    """A cell of a column that nobody named."""
    return len(cell) < LONGEST and any(letters(part) in MEANS for part in PARTS.split(cell))


def stop_of(cells: Mapping[str, str]) -> Fault | None:
    """What the cells of one row say, by field; the sharpest first."""
    said = [*by_status(cells), *by_columns(cells), *by_permission(cells)]
    order = list(WORDS)
    return min(said, key=lambda fault: order.index(RowFault(fault.code)), default=None)


def by_status(cells: Mapping[str, str]) -> list[Fault]:
    """A word that says so, also in a column where a yes would do."""
    parts = [part for name in ("status", "stopped", "bounced") for part in PARTS.split(cells.get(name, ""))]
    return [said(fault, part) for part in parts if (fault := understood(part))]


# A column of a list of thousands has the same few words.
@lru_cache(maxsize=1_000)
def understood(text: str) -> RowFault | None:
    word = letters(text)
    begins = (fault for known, fault in MEANS.items() if len(known) >= LONG and word.startswith(known))
    return MEANS.get(word) or next(begins, None)


def by_columns(cells: Mapping[str, str]) -> list[Fault]:
    """A tick, a date or a reason: whatever is no "no"."""
    columns = {"stopped": RowFault.SAYS_STOP, "bounced": RowFault.SAYS_DEAD}
    return [
        said(fault, part)
        for name, fault in columns.items()
        for part in cells.get(name, "").split("\n")
        if not says_nothing(part)
    ]


def says_nothing(text: str) -> bool:
    return bool(ZERO.fullmatch(text)) or letters(text) in NOT_SAID


def by_permission(cells: Mapping[str, str]) -> list[Fault]:
    """Our own export says no of whoever has no address, too: of them it says nothing."""
    if not cells.get("email"):
        return []
    parts = cells.get("may_mail", "").split("\n")
    return [said(RowFault.SAYS_STOP, part) for part in parts if part.strip() == "0" or letters(part) in NO | set(MEANS)]


def said(fault: RowFault, text: str) -> Fault:
    return Fault(fault.value, data={"value": " ".join(text.split())[:60]})
