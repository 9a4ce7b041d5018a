"""How an article stands: what becomes of it by itself, and what is between its newest revision and its readers."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.actions import not_ready
from articles.claims_gate import claims_of
from articles.forms import AddressForm, ShowFromForm
from articles.lint_words import warnings
from articles.models import (
    Article,
    ArticleRevision,
    PreviewLink,
    Release,
    Review,
    ReviewRequest,
    approval_of,
    is_cleared,
    kept,
    undecided,
)
from articles.words import clinic_time
from foundation.templatetags.pills import pill

# Older ones have ended long since.
MOST_LINKS = 20


def review_words(article: Article) -> str:
    """Of what visitors read; the dates are those of the whole."""
    if article.live_revision is None:
        return "–"
    if article.reviewed_on is None:
        return _("no review by a clinician holds")
    return _("reviewed on %(day)s") % {"day": date_format(article.reviewed_on)}


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm("articles.publish_article")


def state_pill(article: Article) -> str:
    return pill(article.state, article.get_state_display())


def previews_of(article: Article) -> Any:
    """The last ones, with who made them, and whether they lead anywhere still."""
    is_over = ExpressionWrapper(Q(expires_at__lte=Now()), BooleanField())
    links = PreviewLink.objects.filter(revision__article=article).annotate(is_over=is_over)
    return links.select_related("revision", "created_by", "revoked_by").defer("revision__content")[:MOST_LINKS]


def addresses_of(article: Article, typed: Any) -> dict[str, Any]:
    """The one that it has, to be changed, and those that lead on to it. typed: what was refused."""
    form = AddressForm(typed, initial={"slug": article.slug}, auto_id="id_address_%s")
    return {"address": form, "old_addresses": article.old_addresses.select_related("changed_by")}


def days_set(article: Article) -> list[str]:
    """What becomes of it by itself, and when."""
    found = []
    if article.is_waiting() and article.published_at and article.live_revision:
        told = {"number": article.live_revision.number, "when": clinic_time(article.published_at)}
        found.append(_("Visitors read revision %(number)s from %(when)s on.") % told)
        if article.first_shown_at:
            found.append(_("Its address says until then: %(why)s") % {"why": article.gone_reason})
    if article.is_leaving() and article.withdraws_at:
        told = {"when": clinic_time(article.withdraws_at), "why": article.withdrawal_reason}
        found.append(_("It is withdrawn from %(when)s on. Its address then says: %(why)s") % told)
    return found


def revisions_of(article: Article) -> Any:
    return article.revisions.select_related("created_by", "restored_from").defer("content")


def lifted_from(article: Article) -> Any:
    """What its page no longer says of its papers, and by whose deed."""
    told = article.lifted_notices.select_related(
        "article", "paper", "record", "revision", "lifted_by", "ruling__listed"
    )
    return told.defer("revision__content")


def gone_from_list(article: Article) -> dict[str, Any]:
    """What its page says and the list does not: what somebody has to decide, and what was kept."""
    waiting = undecided().filter(paper__cited_by__article=article)
    return {
        "gone": waiting.select_related("paper", "record__gone_from"),
        "kept": kept(article.pk).select_related("listed", "ruled_by"),
    }


def publishing(newest: ArticleRevision) -> dict[str, Any]:
    """What stands between the newest revision and its readers, and who said what of it."""
    is_live = newest.live_for.filter(state=Article.State.PUBLISHED).exists()
    return {
        "lacks": [] if is_live else not_ready(newest),
        "is_live": is_live,
        "claims": warnings(claims_of(newest)),
        "approval": approval_of(newest),
        "is_cleared": is_cleared(newest),
        "said": Review.objects.filter(revision__article=newest.article_id).select_related("reviewer", "revision"),
        "releases": Release.objects.filter(revision__article=newest.article_id).select_related(
            "created_by", "revision"
        ),
        "asked": ReviewRequest.objects.filter(revision=newest).select_related("created_by").first(),
        "show_from": ShowFromForm() if newest.article.is_unread() else None,
    }
