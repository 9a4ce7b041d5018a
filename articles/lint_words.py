"""What the claims lint says to editors, in their language. Its rules are data and stand in English in claims/rules."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.claims.article import of_article
from articles.claims.rules import rules
from foundation.models import ClinicProfile

NAMES = {
    "abbreviation": gettext_lazy("Letters without their meaning"),
    "absolute-safety": gettext_lazy("Called safe without doubt"),
    "animal-to-human": gettext_lazy("From animals to people"),
    "causal": gettext_lazy("Cause and effect that this study cannot show"),
    "cure": gettext_lazy("Promise of a cure"),
    "hype": gettext_lazy("Big words"),
    "instead-of": gettext_lazy("Instead of other treatment"),
    "missing-limits": gettext_lazy("Limits are missing"),
    "no-harm-without-numbers": gettext_lazy("No harm, but without numbers"),
    "old-search": gettext_lazy("Old search, or none told"),
    "proof": gettext_lazy("Called proof"),
    "subgroup": gettext_lazy("Result of a subgroup"),
    "testimonial": gettext_lazy("One person's story"),
}


def warnings(content: dict[str, Any]) -> list[str]:
    """One for each rule that the content breaks, with all the words that break it."""
    broken: dict[str, list[str]] = {}
    for found in of_article(content, ClinicProfile.objects.current().today()):
        broken.setdefault(found.rule, []).append(found.words)
    return [warning(rule, words) for rule, words in broken.items()]


def warning(rule: str, words: list[str]) -> str:
    told = rules()[rule]
    quoted = ", ".join(_("“%(words)s”") % {"words": each} for each in dict.fromkeys(words) if each)
    name = f"{NAMES[rule]}: {quoted}." if quoted else f"{NAMES[rule]}."
    return " ".join([name, _(told.why), _(told.fix)])
