"""What each word of a sentence is, from lists and endings, and how its verbs are used."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

WORDS = Path(__file__).parent / "causal_words.toml"
TOKEN = re.compile(r"[a-z]+\d*(?:-[a-z0-9]+)*|\d+(?:\.\d+)?|[,;:()]")
# Left in texts by what exported them: \xa0, \u200a.
ESCAPES = re.compile(r"\\+x[0-9a-f]{2}|\\+u[0-9a-f]{4}")
SIGNS = {",": "comma", "(": "open", ")": "close"}
# A verb that is not read yet: its kind and its form, which is base, third person, past or -ing.
VERB = re.compile(r"(change|make|affect|handle)([BSDG])")
# The same word, noun or adjective on one page and verb on the next.
NOUN_OR_VERB = {"lower": "changeB", "benefit": "makeB"}
NOUN_AFTER_ALL = dict.fromkeys(("impact", "impacts", "influence", "influences"), "effect") | dict.fromkeys(
    ("cause", "causes", "trigger", "triggers"), "cause"
)
# Of numbers that move by themselves, unless something follows that they move.
MOVES = {"doubled": "changeD"}
# "These findings led us to conclude": nothing is caused but a thought.
LEADS_US = {"lead", "leads", "led", "allow", "allows", "allowed"}
SAME_IN_THE_PAST = {"cut", "let", "beat"}
MODAL = {"to", "may", "could", "can", "would", "will", "should", "not", "do"}
PASSED = {"possible", "so", "ly", "also", "directly"}
ENDS_PHRASE = {*("of", "in", "for", "with", "to", "on", "by", "at", "from", "and", "that", "than", "time", "$")} | {
    *("comma", "stop", "open", "close", "be", "when")
}
DETERMINER = {"article", "own"}
ACTING = {"treatment", "drug", "disease", "gene", "ing", "word"}
ACTED_ON = {"measure", "disease", "people", "more"}
NOUN = {*("word", "people", "measure", "treatment", "gene", "test", "study", "drug", "noun", "number", "close")} | {
    *("pronoun", "disease", "placebo", "tool", "goal", "that", "shift", "efficacy", "risk", "rate", "factor")
}
BEFORE_NOUN = {*("of", "with", "by", "for", "on", "in", "more", "bad", "shows", "have")}
BEFORE_ADJECTIVE = {*("^", "article", "own", "of", "with", "in", "for", "shows", "by", "more", "associated", "from")}
AFTER_PREPOSITION = {"by", "of", "in", "for", "at", "with", "from", "to", "effective"}
FINITE = {*("be", "have", "do", "may", "could", "can", "will", "would", "should", "shows", "seem", "verb")}
TELLS = {"suggests", "suppose", "warrant", "tells"}
BREAK = {"stop", "comma", "but", "that", "because", "when"}
PLURALS = {*("they", "we", "you", "i", "people", "women", "men", "children", "mice", "data")} | {
    *("that", "which", "who", "and", "or", "but", "also", "not")
}


class Token(NamedTuple):
    word: str
    tag: str


@cache
def tags() -> dict[str, str]:
    """Of each known word, its tag; of each verb form, its kind and form."""
    found: dict[str, str] = {}
    for kind, verb, past in verbs():
        for form, word in forms(verb, past):
            found.setdefault(word, kind + form)
    return found | {word: tag for tag, words in lists()["tags"].items() for word in words.split()}


@cache
def lists() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def verbs() -> list[tuple[str, str, str]]:
    """Each with its kind, and with how it is in the past where that is not made with -ed."""
    there, past = lists()["verbs"], lists()["past"]
    return [(kind, verb, past.get(verb, "")) for kind, words in there.items() for verb in words.split()]


@cache
def endings() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(ending), tag) for tag, ending in lists()["endings"].items()]


def forms(verb: str, past: str) -> Iterator[tuple[str, str]]:
    stem = verb[:-1] if verb.endswith("e") else verb
    ends_in_y = verb.endswith("y") and verb[-2] not in "aeiou"
    yield "B", verb
    yield "S", f"{verb[:-1]}ies" if ends_in_y else verb + ("es" if re.search(r"(?:s|sh|ch|x|z)$", verb) else "s")
    yield "G", verb + verb[-1] + "ing" if verb in {"stop", "cut", "let", "fuel"} else stem + "ing"
    for word in past.split() or [f"{verb[:-1]}ied" if ends_in_y else f"{stem}ed"]:
        yield "D", word


def read(sentence: str) -> list[Token]:
    words = TOKEN.findall(spelt_out(sentence))
    raw = [tag(word) for word in words]
    found: list[Token] = []
    for at, word in enumerate(words):
        raw[at] = in_context(word, raw, words, at)
        found.append(Token(word, settled(Place(word, found, raw, at))))
    return with_a_verb(found, raw)


def spelt_out(sentence: str) -> str:
    plain = ESCAPES.sub(" ", sentence).lower().replace("’", "'")
    return re.sub(r"'s\b|'", "", re.sub(r"n't\b", " not", plain))


def tag(word: str) -> str:
    if known := tags().get(word):
        return known
    if word[0].isdigit():
        return "number"
    if not word[0].isalpha():
        return SIGNS.get(word, "stop")
    return next((name for ending, name in endings() if ending.search(word)), "word")


def in_context(word: str, raw: list[str], words: list[str], at: int) -> str:
    if word in NOUN_OR_VERB and at and raw[at - 1] in MODAL:
        return NOUN_OR_VERB[word]
    if word in {"result", "results"} and words[at + 1 : at + 2] == ["in"] and at and results_is_verb(raw, words, at):
        return "makeX"
    if word in LEADS_US and words[at + 1 : at + 2] == ["us"]:
        return "tells"
    return MOVES[word] if word in MOVES and raw[at + 1 : at + 2] == ["article"] else raw[at]


def results_is_verb(raw: list[str], words: list[str], at: int) -> bool:
    if words[at - 1] in {"this", "that", "which"}:
        return True
    return raw[at - 1] not in {"article", "own", "study", "suggests"} and words[at - 1] not in {
        *("present", "overall", "similar", "clinical", "positive", "negative", "preliminary", "best", "better")
    }


def settled(place: "Place") -> str:
    kind, form = place.raw[:-1], place.raw[-1]
    if place.raw == "makeX":
        return "make.acts"
    if not VERB.fullmatch(place.raw):
        return place.raw
    use = {"B": base_use, "S": third_use, "D": past_use, "G": ing_use}[form](place)
    return NOUN_AFTER_ALL[place.word] if use == "noun" and place.word in NOUN_AFTER_ALL else f"{kind}.{use}"


class Place:
    """A verb, what is settled before it, and what comes."""

    def __init__(self, word: str, done: list[Token], raw: list[str], at: int) -> None:
        self.word, self.done, self.raw, self.ahead = word, done, raw[at], raw[at + 1 :]
        self.before = next((each.tag for each in reversed(done) if each.tag not in PASSED), "^")
        self.near = done[-1].tag if done else "^"
        self.after = next((each for each in self.ahead if each not in {"ly", "directly"}), "$")
        self.closed = self.after in ENDS_PHRASE

    @property
    def acts(self) -> str:
        return "alone" if self.closed else "acts"

    @property
    def describes(self) -> str:
        return "part" if self.closed else "adj"

    def finite_before(self) -> bool:
        """A clause has one finite verb: whatever looks like another is none."""
        for each in reversed(self.done):
            if each.tag in BREAK or each.word in {"and", "or"}:
                return False
            if each.tag in FINITE | TELLS or each.tag.endswith((".acts", ".alone", ".passive", ".passiveby")):
                return True
        return False

    def finite_after(self) -> bool:
        for each in self.ahead:
            if each in BREAK or each == "and":
                return False
            if each in {"be", "have", "may", "could", "can", "will"}:
                return True
        return False


def base_use(place: Place) -> str:
    if place.word in SAME_IN_THE_PAST and (place.before == "have" or place.before in NOUN):
        return past_use(place)
    if place.before in MODAL:
        return place.before
    last = place.done[-1].word if place.done else ""
    if last == "both" and len(place.done) > 2:
        return place.acts
    if (last and last in PLURALS) or plural(last):
        names = place.before in DETERMINER | BEFORE_NOUN | {"good", "rate", "from", "be", "effect", "risk"}
        return "noun" if names or place.after in {"in", "of"} or place.finite_before() else place.acts
    return "noun"


def plural(word: str) -> bool:
    return word.isdigit() or word.endswith("ly") or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


def third_use(place: Place) -> str:
    if place.before in {"and", "comma"} and place.after in DETERMINER:
        return "acts"
    names = place.before in DETERMINER | BEFORE_NOUN | {"comma", "good", "^", "number"}
    return "noun" if names or place.after in {"in", "of"} or place.finite_before() else place.acts


def past_use(place: Place) -> str:
    if place.before == "be" or (place.before == "not" and "be" in [each.tag for each in place.done[-4:]]):
        return "passiveby" if "by" in place.ahead[:5] else "passive"
    if place.before == "have":
        return perfect_use(place)
    if place.before == "not" or (place.before in {"and", "comma", "but"} and goes_on(place)):
        return place.acts
    if place.before in BEFORE_ADJECTIVE or place.finite_before():
        return place.describes
    return single_past_use(place)


def perfect_use(place: Place) -> str:
    """A treatment "has reduced risk"; patients "have reduced risk"."""
    if place.after in DETERMINER:
        return "acts"
    acting = subject(place.done, len(place.done)) in {"treatment", "drug", "study", "pronoun"}
    return "acts" if acting and not place.closed else "alone" if place.closed else "adj"


def goes_on(place: Place) -> bool:
    """The second of two verbs with one subject."""
    first = any(each.tag.endswith((".acts", ".alone", ".not")) for each in place.done)
    return first and (place.after in DETERMINER or not place.finite_after())


def single_past_use(place: Place) -> str:
    if place.after in DETERMINER:
        return "acts"
    return place.acts if place.before in NOUN and not place.finite_after() else place.describes


def ing_use(place: Place) -> str:
    if place.before == "be":
        return place.acts
    return "ingafter" if place.before in AFTER_PREPOSITION else "ing"


def with_a_verb(found: list[Token], raw: list[str]) -> list[Token]:
    """A sentence has a verb: where none was seen, the first that may be one is."""
    if any(each.tag in FINITE | TELLS or each.tag.endswith((".acts", ".alone")) for each in found):
        return found
    for at, each in enumerate(found):
        idle = at and each.tag.endswith((".adj", ".noun", ".part")) and raw[at][-1] in "BSD"
        if idle and found[at - 1].tag not in {"article", "own", "with"}:
            return [*found[:at], Token(each.word, each.tag.split(".")[0] + ".acts"), *found[at + 1 :]]
    at = next((at for at in range(1, len(found) - 1) if may_be_verb(*found[at - 1 : at + 2])), 0)
    return [*found[:at], Token(found[at].word, "make.acts"), *found[at + 1 :]] if at else found


def may_be_verb(before: Token, word: Token, after: Token) -> bool:
    """Of a word that no list has, in the place of a verb: "zaps the pain"."""
    stands = before.tag in ACTING and after.tag in DETERMINER | ACTED_ON
    return stands and word.tag == "word" and len(word.word) > 3 and plural(word.word)


LEADS_IN = {*("in", "with", "for", "by", "from", "time", "at", "on", "to", "when", "after", "of")}
ENDS_SUBJECT = {
    *("of", "in", "for", "with", "to", "on", "by", "at", "from", "time", "open", "comma", "that", "than")
} | {*("and", "when", "ly")}
AUXILIARY = {"may", "could", "can", "will", "would", "should", "be", "have", "not", "do"}
SUBJECTS = (
    {each: each for each in ("people", "measure", "treatment", "gene", "test", "study", "drug", "pronoun", "disease")}
    | {each: each for each in ("shift", "effect", "goal", "need")}
    | {"rate": "measure", "risk": "measure", "efficacy": "effect", "article": "pronoun", "that": "pronoun"}
    | {"placebo": "treatment", "tool": "test", "data": "study", "different": "link"}
    | {"associated": "link", "correlated": "link", "related": "link"}
    | dict.fromkeys(("change", "make", "affect", "ing"), "doing")
)


def subject(tokens: Sequence[Token], at: int) -> str:
    """What acts in the clause of the verb there: what its head noun is, "none" where there is none."""
    head = ""
    for each in tokens[subject_start(tokens, at) : at]:
        if each.tag in AUXILIARY or (head and each.tag in ENDS_SUBJECT):
            break
        head = each.tag if each.tag != "ly" else head
    return SUBJECTS.get(head.split(".")[0], "thing") if head else "none"


def subject_start(tokens: Sequence[Token], at: int) -> int:
    """Behind what leads in: "In adults with asthma, ..."."""
    start = past_adverbs(tokens, clause_start(tokens, at), at)
    if start < at and tokens[start].tag in LEADS_IN:
        comma = next((number for number in range(start, at - 1) if tokens[number].tag == "comma"), start - 1)
        return past_adverbs(tokens, comma + 1, at)
    return start


def past_adverbs(tokens: Sequence[Token], start: int, at: int) -> int:
    return next((each for each in range(start, at) if tokens[each].tag not in {"ly", "comma", "also", "so", "^"}), at)


def clause_start(tokens: Sequence[Token], at: int) -> int:
    for number in range(at - 1, -1, -1):
        each = tokens[number]
        if each.tag in {"stop", "but", "that", "because"}:
            return number + 1
        if each.word in {"and", "or"} and number + 1 < at and has_verb(tokens[:number]):
            return number + 1
    return 0


def has_verb(tokens: Sequence[Token]) -> bool:
    return any(each.tag == "be" or each.tag.endswith(".acts") for each in tokens)
