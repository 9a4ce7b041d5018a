"""What the claims lint says to editors, in their language. Its rules are data and stand in English in claims/rules."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.claims.grade import STOPS_BEYOND, TARGET, grade, hardest
from articles.claims.lint import Finding, findings
from articles.claims.rules import rules
from articles.claims_gate import Claim

# What a count without anybody to compare it with is, as articles describe a study.
OWN_COUNTS = "case series"
NAMES = {
    "abbreviation": gettext_lazy("Letters without their meaning"),
    "absolute-safety": gettext_lazy("Called safe without doubt"),
    "animal-to-human": gettext_lazy("From animals to people"),
    "causal": gettext_lazy("Cause and effect that this study cannot show"),
    "cure": gettext_lazy("Promise of a cure"),
    "hype": gettext_lazy("Big words"),
    "instead-of": gettext_lazy("Instead of other treatment"),
    "lost-power": gettext_lazy("A power may have been lost"),
    "missing-limits": gettext_lazy("Limits are missing"),
    "no-harm-without-numbers": gettext_lazy("No harm, but without numbers"),
    "old-search": gettext_lazy("Old search, or none told"),
    "proof": gettext_lazy("Called proof"),
    "reading-grade": gettext_lazy("Too hard to read"),
    "subgroup": gettext_lazy("Result of a subgroup"),
    "testimonial": gettext_lazy("One person's story"),
}


class Warned(NamedTuple):
    """Of one rule: what it says of all words that break it, and the passages that these stand in."""

    sentence: str
    stops: bool
    claims: list[Claim]


def warnings(claims: list[Claim]) -> list[Warned]:
    broken: dict[str, list[Claim]] = {}
    for claim in claims:
        broken.setdefault(claim.rule, []).append(claim)
    return [
        Warned(warning(rule, [claim.words for claim in found]), rules()[rule].stops, found)
        for rule, found in broken.items()
    ]


def against_own_words(text: str, **_signal: Any) -> list[str]:
    """Of the clinic's own numbers and prices, for which no reviewer vouches: whatever any rule finds."""
    found = findings(text, OWN_COUNTS)
    return [warning(rule, [each.words for each in found if each.rule == rule]) for rule in broken_by(found)]


def broken_by(found: list[Finding]) -> list[str]:
    return list(dict.fromkeys(each.rule for each in found))


def stop_words(claim: Claim) -> str:
    """Why an article does not go out as it is, with where."""
    told = warning(claim.rule, [claim.words])
    return _("“%(passage)s” %(told)s") % {"passage": claim.passage, "told": told} if claim.passage else told


def grade_words(text: str) -> str:
    """Empty of what is too short to say."""
    found = grade(text)
    if found is None:
        return ""
    told = {"grade": f"{found:.1f}", "target": f"{TARGET:.0f}"}
    if found <= TARGET:
        return _("Reading grade %(grade)s; the aim is %(target)s or less.") % told
    told["hardest"] = hardest(text)
    if found <= STOPS_BEYOND:
        return _("Reading grade %(grade)s, and the aim is %(target)s or less. Hardest: “%(hardest)s”") % told
    return _("Reading grade %(grade)s: too hard to be published, the aim is %(target)s. Hardest: “%(hardest)s”") % told


def warning(rule: str, words: list[str]) -> str:
    told = rules()[rule]
    quoted = ", ".join(_("“%(words)s”") % {"words": each} for each in dict.fromkeys(words) if each)
    name = f"{NAMES[rule]}: {quoted}." if quoted else f"{NAMES[rule]}."
    return " ".join([name, _(told.why), _(told.fix)])
