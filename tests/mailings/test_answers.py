import re

import pytest

from mailings.answers import PHRASES, Moment, Phrase, meanings_in, understand_reply
from mailings.models import Meaning
from mailings.models.meaning import ABOUT_THE_ADDRESS
from mailings.transport import Outcome, answered

pytestmark = pytest.mark.pure

WHOLE_REPORTS = {"delayed", "delivered", "undelivered", "failed", "away"}
GONE, REFUSED, LATER = Outcome.NO_SUCH_ADDRESS, Outcome.REFUSED, Outcome.LATER


def named(phrase: Phrase) -> str:
    return f"{phrase.means}: {phrase.example}"


@pytest.mark.parametrize("phrase", PHRASES, ids=named)
def test_each_phrase_fits_its_example(phrase: Phrase) -> None:
    assert phrase.words.search(phrase.example)
    assert phrase.means in {*Meaning, *WHOLE_REPORTS}


@pytest.mark.parametrize("phrase", [phrase for phrase in PHRASES if phrase.means not in WHOLE_REPORTS], ids=named)
def test_each_example_means_what_its_table_says(phrase: Phrase) -> None:
    assert understand_reply(phrase.example).meaning == phrase.means


# Beside 5.1.1 they agree with it: that one is gone.
ARE_DEAD = {*ABOUT_THE_ADDRESS, Meaning.SWITCHED_OFF}


def test_no_phrase_of_what_may_pass_goes_with_a_dead_address_whatever_the_code() -> None:
    passing = [phrase.example for phrase in PHRASES if phrase.means not in {*WHOLE_REPORTS, *ARE_DEAD}]
    assert [words for words in passing if understand_reply(words, "550", "5.1.1").is_dead] == []


def test_no_phrase_is_written_twice_and_each_meaning_has_some() -> None:
    patterns = [phrase.words.pattern for phrase in PHRASES]
    assert len(patterns) == len(set(patterns))
    assert {phrase.means for phrase in PHRASES} == {*Meaning, *WHOLE_REPORTS}


REPLIES = [
    # They speak of the recipient, and of nothing else.
    (550, "5.1.1 <zoe@example.org>: recipient address rejected: user unknown in our table", GONE),
    (550, "5.1.1 the e-mail account that you tried to reach does not exist", GONE),
    (550, "5.1.1 <zoe@example.org>... User unknown", GONE),
    (550, "5.1.1", GONE),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; not found by address lookup", GONE),
    (550, "5.1.351 remote server returned unknown recipient or mailbox unavailable", GONE),
    (550, "5.1.6 recipient no longer on this server", GONE),
    (550, "5.1.2 bad destination system: no such domain", GONE),
    (550, "5.2.1 <zoe@example.org>... user unknown", GONE),
    (550, "5.4.1 [zoe@example.org]: Recipient address rejected: Access denied [gateway.example.org]", GONE),
    (550, "no such user here", GONE),
    (550, "unknown user zoe", GONE),
    (550, "invalid recipient", GONE),
    (550, "sorry, no mailbox here by that name (#5.1.1)", GONE),
    (550, "requested action not taken: mailbox unavailable", GONE),
    (551, "not our customer", GONE),
    (553, "no such recipient", GONE),
    (554, "delivery error: this user doesn't have an example.org account", GONE),
    (556, "5.1.10 this domain does not accept mail", GONE),
    (550, "5.5.0 Adresse du destinataire invalide", GONE),
    (550, "Empfänger unbekannt", GONE),
    (550, "5.2.1 this mailbox was disabled for inactivity", GONE),
    (550, "5.1.1 esta cuenta fue desactivada por inactividad", GONE),
    (554, "rcpt (zoe@example.org) dosn't exist", GONE),
    (550, "<zoe@example.org>: recipient rejected", GONE),
    (554, "5.7.1 zoe no longer works at this company", GONE),
    (550, "message refused: no such user", GONE),
    (550, "5.7.1 <zoe@example.org>: this account was closed, unused for two years", GONE),
    (550, "5.7.1 <zoe@example.org>: she is no longer with us", GONE),
    (550, "the mailbox was removed from our system", GONE),
    (550, "5.1.1 Recipient address lookup failed", GONE),
    (550, "LDAP lookup failed: user not found", GONE),
    (550, "no such user (directory lookup failed)", GONE),
    (550, "Address verification failed: no such user", GONE),
    (550, "5.1.1 mailbox blocked by administrator", GONE),
    (550, "5.1.1 user unknown; for external mail use the web form", GONE),
    # They speak of us.
    (550, "5.7.1 listed", REFUSED),
    (550, "listed in bl.example.org, see https://bl.example.org/192.0.2.1", REFUSED),
    (550, "rejected as spam", REFUSED),
    (550, "5.1.0 sender rejected", REFUSED),
    (550, "5.1.1 this message was blocked because of its content", REFUSED),
    (550, "5.1.1 mail from 192.0.2.1 refused: bad reputation", REFUSED),
    (550, "5.1.1 <zoe@example.org>: your host is on our blacklist; user unknown", REFUSED),
    (550, "5.1.8 <packets@clinic.example>: sender address rejected: domain not found", REFUSED),
    (550, "5.1.7 invalid sender", REFUSED),
    (550, "5.1.1 mail from invalid", REFUSED),
    (550, "sender verify failed: no such user", REFUSED),
    (550, "5.7.26 this mail passes neither SPF nor DKIM", REFUSED),
    (550, "5.7.1 DMARC policy of clinic.example", REFUSED),
    (550, "5.7.25 the sending address has no PTR record", REFUSED),
    (554, "5.7.1 client host rejected: access denied", REFUSED),
    (554, "5.7.1 <zoe@example.org>: recipient address rejected: access denied", REFUSED),
    (550, "5.7.1 user unknown", REFUSED),
    (550, "administrative prohibition", REFUSED),
    (550, "permission denied, only members may write to this list", REFUSED),
    (554, "a virus was found in it", REFUSED),
    (554, "5.7.1 Your account has been disabled due to inactivity", REFUSED),
    (550, "5.1.1 Your account has been disabled due to inactivity", REFUSED),
    (550, "5.1.1 your SMTP account expired because it was not used", REFUSED),
    (550, "Sender account disabled for inactivity", REFUSED),
    (550, "5.1.1 your IP address is blocked by the administrator", REFUSED),
    (550, "the sender's account was deleted", REFUSED),
    (554, "your provider is no longer with us", REFUSED),
    (554, "This relay no longer works", REFUSED),
    (554, "this relay is no longer available", REFUSED),
    # They speak of quota, rate and size.
    (550, "5.1.1 too many recipients", REFUSED),
    (550, "5.1.1 over quota", REFUSED),
    (550, "5.1.1 the sending rate of your host is too high", REFUSED),
    (550, "5.1.1 recipient limit exceeded", REFUSED),
    (550, "5.1.1 mailbox locked by another session", REFUSED),
    (550, "5.1.1 this recipient has blocked you", REFUSED),
    (550, "5.1.1 Lo spazio è esaurito", REFUSED),
    (450, "4.2.1 this mailbox was disabled for inactivity", LATER),
    (550, "5.1.1 storage limit", REFUSED),
    (550, "5.1.1 <zoe@example.org>: the mailbox is full", REFUSED),
    (552, "5.2.2 this mailbox is over its quota", REFUSED),
    (552, "user unknown", REFUSED),
    (550, "5.1.1 too many connections from your host", REFUSED),
    (550, "5.7.1 daily sending limit exceeded", REFUSED),
    (552, "5.3.4 the message is too large", REFUSED),
    # They speak of the way there, or of nothing that we know.
    (550, "5.4.4 host or domain name not found", REFUSED),
    (550, "unrouteable address", REFUSED),
    (554, "5.4.2 session closed due to inactivity", REFUSED),
    (554, "session terminated after 300 seconds of inactivity", REFUSED),
    (554, "the user's session was closed, unused for 300 seconds", REFUSED),
    (550, "user deleted this message", REFUSED),
    (550, "address removed from relay list", REFUSED),
    (550, "your address was removed", REFUSED),
    (550, "5.1.1 the directory is down", REFUSED),
    (550, "5.1.1 address lookup failed temporarily", REFUSED),
    (550, "relay not permitted", REFUSED),
    (550, "5.2.1 this account is disabled", REFUSED),
    (550, "5.1.0 address rejected", REFUSED),
    (550, "recipient rejected: try the other server", REFUSED),
    (550, "", REFUSED),
    (550, "not today", REFUSED),
    (554, "5.0.0 transaction failed", REFUSED),
    # They may say otherwise tomorrow.
    (450, "4.1.1 <zoe@example.org>: user unknown, try again later", LATER),
    (450, "4.2.0 greylisted", LATER),
    (451, "4.3.0 local error in processing", LATER),
    (452, "4.2.2 over quota", LATER),
    (421, "4.7.0 too many messages from 192.0.2.1", LATER),
]  # fmt: skip


@pytest.mark.parametrize(("code", "reply", "outcome"), REPLIES)
def test_only_what_speaks_of_the_recipient_and_of_nothing_else_says_that_an_address_is_dead(
    code: int, reply: str, outcome: Outcome
) -> None:
    assert answered(code, reply).outcome == outcome


def test_sixty_refusals_are_tried() -> None:
    assert len(REPLIES) >= 60


@pytest.mark.parametrize(
    ("moment", "words", "is_dead"),
    [
        (Moment.AT_RECIPIENT, "user unknown", True),
        (Moment.NOBODY_SAYS, "user unknown", False),
        (Moment.AFTER_READING, "user unknown", False),
        (Moment.NOBODY_SAYS, "no such domain", True),
        (Moment.AFTER_READING, "domain is invalid", False),
        (Moment.AFTER_READING, "this user doesn't have an example.org account", True),
        (Moment.AT_RECIPIENT, "5.7.1 zoe has left the company", True),
        (Moment.NOBODY_SAYS, "5.7.1 zoe has left the company", False),
        (Moment.AFTER_READING, "5.7.1 zoe has left the company", False),
    ],
)
def test_words_without_a_code_are_believed_by_when_they_were_said(moment: Moment, words: str, is_dead: bool) -> None:
    assert understand_reply(f"550 {words}", moment=moment).is_dead is is_dead


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("5.7.1 Your account has been disabled due to inactivity", Meaning.OUR_ADDRESS),
        ("5.1.1 your SMTP account expired because it was not used", Meaning.OUR_ADDRESS),
        ("Sender account disabled for inactivity", Meaning.OUR_ADDRESS),
        ("the sender's account was deleted", Meaning.OUR_ADDRESS),
        ("session terminated after 300 seconds of inactivity", Meaning.UNREACHABLE),
        ("5.7.1 this recipient has blocked you", Meaning.DECLINED),
        ("5.1.1 refused due to recipient preferences", Meaning.DECLINED),
        ("we do not want mail from your host", Meaning.UNWANTED),
        ("5.7.1 this account was blocked by policy", Meaning.UNWANTED),
    ],
)
def test_it_is_told_apart_of_whom_they_speak(words: str, meaning: Meaning) -> None:
    assert understand_reply(f"550 {words}").meaning == meaning


def test_who_is_called_spam_full_and_blocked_says_nothing_by_that() -> None:
    assert understand_reply("550 5.1.1 <full.spam.blocked@example.org>: user unknown").is_dead


def test_a_table_of_phrases_is_no_trap_for_a_hostile_server() -> None:
    for words in ("user " * 20_000, "mailbox" * 20_000, "a" * 100_000, "5.1.1 " * 10_000):
        assert isinstance(meanings_in(words), set)
    assert not [phrase for phrase in PHRASES if re.search(r"[*+]\)[*+]", phrase.words.pattern)]
