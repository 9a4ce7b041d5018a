"""What a mail server's words and codes mean, for refusals in SMTP, reports of providers and returned mails alike."""

import re
import tomllib
from collections.abc import Iterable
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from mailings.models import Meaning
from mailings.models.meaning import ABOUT_THE_ADDRESS

ENHANCED_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
# Behind "smtp;", perhaps; further on, three digits are a number of theirs.
REPLY_CODE = re.compile(r"^\W*(?:[\w-]+\s*;\s*)?([245][0-5]\d)(?!\d|\.\d)")
# RFC 3463 by subject and detail, the first that fits. 5.1.0 says nothing, for it is said of senders, too.
BY_CODE = [
    (r".\.1\.[789]$", Meaning.OUR_ADDRESS),
    (r".\.1\.2$", Meaning.NO_HOST),
    (r".\.1\.[1-9]", Meaning.NO_MAILBOX),
    (r".\.2\.1$", Meaning.SWITCHED_OFF),
    (r".\.2\.2$|.\.3\.1$|552$", Meaning.FULL),
    (r".\.2\.3$|.\.3\.4$", Meaning.TOO_LARGE),
    (r".\.4\.4$", Meaning.NO_ROUTE),
    (r".\.4\.[1-9]", Meaning.UNREACHABLE),
    (r".\.[356]\.[1-9]", Meaning.FAULT),
    (r".\.7\.\d", Meaning.UNWANTED),
]
GONE_BY_CODE = re.compile(r"5\.1\.(?!0$|[789]$)")
# Beside "user unknown" this agrees with it; alone it says that a mailbox is switched off.
SAYS_SO_TOO = re.compile(rf"{GONE_BY_CODE.pattern}|5\.2\.1$")
# 4xx may pass, 552 and 5.2.2 are full mailboxes, 5.1.7 to 9 are about us and 5.7 is a policy: none goes with "dead".
NEVER_DEAD = r"4|552$|5\.2\.2$|5\.1\.[789]$"
SPEAKS_OF_OTHER_THINGS = re.compile(rf"{NEVER_DEAD}|5\.7\.")
# Asked for the recipient, nobody pretends that somebody left or was away for years: such words stand beside a policy.
BESIDE_AN_ACCOUNT = re.compile(NEVER_DEAD)
# What counts stands at the beginning, and each phrase is looked for in all of it.
MOST_WORDS = 6_000
# Whoever is called full.spam@example.org says nothing by that.
ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]+@[^\s<>\"'(),;:\[\]]+")


class Phrase(NamedTuple):
    means: str
    words: re.Pattern[str]
    example: str


def _read_phrases() -> list[Phrase]:
    tables = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text())
    return [
        Phrase(means, re.compile(words, re.IGNORECASE), example)
        for means, rows in tables.items()
        for words, example in rows.items()
    ]


PHRASES = _read_phrases()


class Moment(Enum):
    """When it was refused. Some that take the recipient and dislike the mail call that "user unknown"."""

    AT_RECIPIENT = auto()
    AFTER_READING = auto()
    NOBODY_SAYS = auto()


# Which words are believed when, though no code agrees: filters pretend less of accounts and domains than of users.
BELIEVED: dict[str, set[Moment]] = {
    Meaning.NO_MAILBOX: {Moment.AT_RECIPIENT},
    Meaning.NO_HOST: {Moment.AT_RECIPIENT, Moment.NOBODY_SAYS},
    Meaning.NO_ACCOUNT: set(Moment),
}


class Answer(NamedTuple):
    """meaning: "" for what we do not know. is_dead: there is no such address, for good, and nothing else was said."""

    meaning: str = ""
    is_dead: bool = False


def understand(words: str, codes: Iterable[str] = (), moment: Moment = Moment.AT_RECIPIENT) -> Answer:
    """Words beat codes; what may pass beats what is for good; code and words that agree beat words alone."""
    codes = [*filter(None, codes)]
    by_words, by_codes = meaning_of_words(words), meaning_of_codes(codes)
    meaning = by_words or by_codes
    if meaning not in ABOUT_THE_ADDRESS and not (meaning == Meaning.SWITCHED_OFF and by_codes == Meaning.NO_MAILBOX):
        return Answer(meaning)
    says_so_too = SAYS_SO_TOO if by_words in ABOUT_THE_ADDRESS else GONE_BY_CODE
    is_sure = any(map(says_so_too.match, codes)) or moment in BELIEVED.get(meaning, ())
    if moment == Moment.AFTER_READING and not is_sure:
        return Answer()
    beside = meaning == Meaning.NO_ACCOUNT and moment == Moment.AT_RECIPIENT
    other = BESIDE_AN_ACCOUNT if beside else SPEAKS_OF_OTHER_THINGS
    return Answer(meaning, is_sure and not any(map(other.match, codes)))


def understand_reply(reply: str, *codes: str, moment: Moment = Moment.AT_RECIPIENT) -> Answer:
    """A reply in SMTP, in which every number that looks like a code is one."""
    return understand(reply, [*codes, *codes_of_reply(reply)], moment)


def codes_of_reply(reply: str) -> list[str]:
    return [*ENHANCED_STATUS.findall(reply), *REPLY_CODE.findall(reply)]


def meanings_in(words: str) -> set[str]:
    said = ADDRESS.sub("<>", " ".join(words[:MOST_WORDS].split()))
    return {phrase.means for phrase in PHRASES if phrase.words.search(said)}


def meaning_of_words(words: str) -> str:
    found = meanings_in(words)
    return next((meaning for meaning in Meaning if meaning in found), "")


def meaning_of_codes(codes: Iterable[str]) -> str:
    """As with words, what may pass beats what is for good; x.0.0 and a bare 550 say nothing."""
    found = {meaning_of_code(code) for code in codes}
    return next((meaning for meaning in Meaning if meaning in found), "")


def meaning_of_code(code: str) -> str:
    return next((meaning for pattern, meaning in BY_CODE if re.match(pattern, code)), "")
