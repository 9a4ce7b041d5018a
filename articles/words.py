"""What notices about a paper and a review say to readers, and when something is, to staff."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import (
    Article,
    GoneRuling,
    LiftedNotice,
    Nature,
    PaperNotice,
    RetractionList,
    by_paper,
    last_word,
    notices_of,
    rests_on_retracted,
    with_notices,
)
from foundation import days
from foundation.models import ClinicProfile

OF_THE_PAPER: dict[str, Any] = {
    Nature.RETRACTION: _("The journal has retracted this paper"),
    Nature.CONCERN: _("The journal has published a concern about this paper"),
    Nature.CORRECTION: _("The journal has corrected this paper"),
    Nature.REINSTATEMENT: _("The journal has reinstated this paper"),
}
WHAT_IT_MEANS: dict[str, Any] = {
    Nature.RETRACTION: _("Its results can no longer be relied on. Please do not base a decision on this page."),
    Nature.CONCERN: _("The journal is asking whether its results can be relied on."),
    Nature.CORRECTION: _("Something in it was wrong and has been put right since. This page may not say so yet."),
    Nature.REINSTATEMENT: _("The journal stands by it again, after it had been withdrawn."),
}

# What newer evidence does to an article, worst first; what supports it is no warning.
WORST_FIRST = ("overturns", "changes", "weakens")


def of_the_review(article: Article) -> str:
    """Wherever an article stands beside others: whether a clinician has read it, when, and if too long ago."""
    if article.reviewed_on is None:
        return gettext("Not medically reviewed")
    overdue = gettext("Medically reviewed %(day)s; the next review is overdue")
    words = overdue if article.is_review_overdue() else gettext("Medically reviewed %(day)s")
    return words % {"day": days.day(article.reviewed_on)}


def sentence(notice: PaperNotice | LiftedNotice) -> Any:
    return OF_THE_PAPER[notice.record.nature]


def of_newer_evidence(effect: str) -> str:
    return render_to_string("articles/_newer_effect.html", {"effect": effect}).strip()


def effects(article: Article) -> list[str]:
    """Those that warn, worst first."""
    return effects_in(article.content)


def effects_in(content: dict[str, Any]) -> list[str]:
    found = {newer["effect"] for newer in content.get("newer_evidence", ())}
    return [effect for effect in WORST_FIRST if effect in found]


def is_taken_back(article: Article) -> bool:
    """Nothing is drawn of it then: a drawing is believed before a sentence is read. article: out of `with_notices`."""
    return rests_on_retracted(article) or "overturns" in effects(article)


def is_draft_taken_back(content: dict[str, Any], article: Article | None) -> bool:
    """Of what is typed or waits, by its own words and by what the list says of the papers of its article."""
    known = with_notices([article])[0] if article else None
    return "overturns" in effects_in(content) or (known is not None and rests_on_retracted(known))


def warnings(article: Article) -> list[str]:
    """All that journals and newer studies say against it, in the order of its page. article: out of `with_notices`."""
    of_papers = [of_the_notice(notice, article) for notice in notices_of(article)]
    return list(dict.fromkeys([*of_papers, *map(of_newer_evidence, effects(article))]))


def worst(article: Article) -> str:
    """Where there is room for one: what journals took back of any of its papers, else what newer evidence did."""
    standing = [found for notices in by_paper(article) if (found := last_word(notices))]
    for nature in (Nature.RETRACTION, Nature.CONCERN):
        for notice in standing:
            if notice.record.nature == nature:
                return of_the_notice(notice, article)
    return next(map(of_newer_evidence, effects(article)), "")


def described(article: Article) -> str:
    """Its summary where nothing stands beside it, with what speaks against it before it."""
    return " ".join([*(f"{warning}." for warning in warnings(article)), article.content["summary"]])


def of_the_notice(notice: PaperNotice | LiftedNotice, article: Article) -> str:
    """Of a paper that the article cites beside its own, which one is meant."""
    if notice.paper_id == article.paper_id:
        return str(sentence(notice))
    return gettext("%(sentence)s: “%(title)s”") % {"sentence": sentence(notice), "title": notice.title}


LIFTED = _(
    "%(sentence)s. Taken off on %(day)s by %(who)s with revision %(number)s. "
    "The list says it of “%(title)s” (%(numbers)s)."
)
LIFTED_ELSEWHERE = _(
    "%(sentence)s. Taken off on %(day)s by %(who)s with revision %(number)s of “%(article)s”. "
    "The list says it of “%(title)s” (%(numbers)s)."
)
LIFTED_BY_RULING = _(
    "%(sentence)s. Taken off on %(day)s by %(who)s, since it is no longer on the list of %(list)s: %(reason)s"
)
LIFTED_BY_THE_LIST = _(
    "%(sentence)s. Taken off on %(day)s, since by now the list says it of “%(title)s” (%(numbers)s)."
)


def of_lifted(lifted: LiftedNotice) -> str:
    """For staff: what the page said, who took it off, and whose paper the list speaks of."""
    record, revision = lifted.record, lifted.revision
    numbers = [record.doi, f"PMID {record.pmid}" if record.pmid else ""]
    elsewhere = revision.article if revision and revision.article_id != lifted.article_id else None
    words = (LIFTED_ELSEWHERE if elsewhere else LIFTED) if revision else LIFTED_BY_THE_LIST
    if lifted.ruling:
        words = LIFTED_BY_RULING
    return str(words) % {
        "list": list_day(lifted.ruling.listed) if lifted.ruling else "",
        "reason": lifted.ruling.reason if lifted.ruling else "",
        "article": elsewhere or "",
        "sentence": of_the_notice(lifted, lifted.article),
        "day": clinic_day(lifted.lifted_at),
        "who": lifted.lifted_by or gettext("nobody"),
        "number": revision.number if revision else "",
        "title": record.title,
        "numbers": ", ".join(filter(None, numbers)),
    }


def clinic_day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment, ClinicProfile.objects.current().zone))


def list_day(listed: RetractionList) -> str:
    return clinic_day(listed.loaded_at)


def of_kept(ruling: GoneRuling) -> str:
    """For staff: why the page goes on saying what the list does not."""
    return gettext("No longer on the list of %(list)s. %(who)s kept it on %(day)s: %(reason)s") % {
        "list": list_day(ruling.listed),
        "who": ruling.ruled_by,
        "day": clinic_day(ruling.ruled_at),
        "reason": ruling.reason,
    }


def meaning(notice: PaperNotice) -> Any:
    return WHAT_IT_MEANS[notice.record.nature]


def zone_words(moment: datetime) -> str:
    """The clinic's zone and how far it is from UTC then, since that moves with summer time."""
    local = timezone.localtime(moment, ClinicProfile.objects.current().zone)
    name, offset = str(local.tzinfo), f"{local:%z}"
    return name if name == "UTC" else f"{name} (UTC{offset[:3]}:{offset[3:]})"


def clinic_time(moment: datetime) -> str:
    local = timezone.localtime(moment, ClinicProfile.objects.current().zone)
    return f"{date_format(local, 'DATETIME_FORMAT')}, {zone_words(moment)}"
