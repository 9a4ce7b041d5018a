"""What the content of an article must be: its shape, which every draft has, and what it still lacks to be published."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator

from articles.citations.fields import FIELDS
from articles.evidence import lacking
from articles.models import Article, SectionKind, SlugRedirect

SCHEMA = Path(__file__).parent / "content" / "article.schema.json"


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


# Of sections: a published article has one of each of these.
NEEDED_ONCE = (
    SectionKind.BOTTOM_LINE,
    SectionKind.STUDY,
    SectionKind.FINDINGS,
    SectionKind.HARMS,
    SectionKind.LIMITS,
)
NEEDED_OF_SOURCE = tuple(field.name for field in FIELDS if field.required)
# Addresses below /research/ that are no article's.
RESERVED_SLUGS = frozenset({"feed", "search", "topics"})
TAKEN = gettext_lazy("Another article has this address already.")
# Revisions of before there were reviews carry it: a review must not change the fingerprint that it approves.
NO_LONGER_IN_IT = ("review_state",)


def refuse_address(slug: str, article: Article | None = None) -> None:
    """article: the one that is to have it, which may go back to an address of its own. Raises ValidationError."""
    own = article.pk if article else 0
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("The site itself uses this address. Choose a longer one."))
    if Article.objects.filter(slug=slug).exclude(pk=own).exists():
        raise ValidationError(TAKEN)
    if SlugRedirect.objects.filter(slug=slug).exclude(article=own).exists():
        raise ValidationError(_("Another article had this address, and links to it lead there. Choose another one."))


def check_content(content: dict[str, Any]) -> None:
    """Looks at the shape alone: a draft may lack anything but its title.

    Raises ValidationError with one sentence for each place that is wrong.
    """
    errors = sorted(validator().iter_errors(content), key=lambda error: list(map(str, error.path)))
    if errors:
        raise ValidationError([_sentence(error) for error in errors])
    arrays = [array for section in content["sections"] for array in section.get("icons", [])]
    if any(array["count"] > array["of"] for array in arrays):
        raise ValidationError(_("More dots are filled than there are."))


def _sentence(error: Any) -> str:
    place = " › ".join(str(step) for step in error.absolute_path) or _("the article")
    return _("%(place)s: %(message)s") % {"place": place, "message": error.message}


def content_sha256(content: dict[str, Any]) -> str:
    """The fingerprint of a snapshot: hexadecimal sha256 of its JSON with sorted keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def kept(content: dict[str, Any]) -> dict[str, Any]:
    """What a new snapshot takes over of an older one."""
    return {name: value for name, value in content.items() if name not in NO_LONGER_IN_IT}


def missing(content: dict[str, Any]) -> list[str]:
    """Codes of what an article lacks to be published, in the order of the editor's page."""
    parts = [part for part in ("summary", "topics") if not content.get(part)]
    if lacking(content.get("study")):
        parts.append("evidence")
    if not holds(content.get("citation"), NEEDED_OF_SOURCE):
        parts.append("source")
    return [*parts, *_wrong_sections([section["kind"] for section in content.get("sections", [])])]


def holds(part: dict[str, Any] | None, names: tuple[str, ...]) -> bool:
    return all((part or {}).get(name) for name in names)


def _wrong_sections(kinds: list[str]) -> list[str]:
    none = [f"no:{kind}" for kind in NEEDED_ONCE if kind not in kinds]
    several = [f"several:{kind}" for kind in NEEDED_ONCE if kinds.count(kind) > 1]
    return [*none, *several, *(["unsorted"] if SectionKind.UNSORTED in kinds else [])]


def missing_words(code: str) -> str:
    problem, _colon, kind = code.partition(":")
    sentences = {
        "summary": _("There is no summary."),
        "topics": _("No topic is chosen."),
        "evidence": _("The study at a glance needs an answer to each question; “none, because …” is one."),
        "source": _("The paper needs its authors, title, journal and year."),
        "no": _("There is no section of the kind “%(kind)s”. Each article has one."),
        "several": _("There are several sections of the kind “%(kind)s”; keep one."),
        "unsorted": _("A section is not sorted yet: say of which kind it is."),
    }
    return sentences[problem] % {"kind": SectionKind(kind).label if kind else ""}
