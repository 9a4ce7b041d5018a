"""Who may say of an article that it may be read, and what follows from it."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.claims import unfinished
from articles.models import (
    Article,
    ArticleRevision,
    Release,
    Review,
    Reviewer,
    ReviewRequest,
    Topic,
    approval_of,
    authors_of,
    is_cleared,
    last_read,
    months_on,
)
from foundation.actors import JOB, Actor
from foundation.models import ClinicProfile

Decision, Scope = Review.Decision, Review.Scope


@transaction.atomic
def ask_for_review(*, revision: ArticleRevision, by: Actor) -> ReviewRequest:
    """Raises ValidationError while a part is missing or a claim is stopped: reviewers read what could go out."""
    _refuse_unfinished(revision)
    return ReviewRequest.objects.get_or_create(revision=revision, defaults={"created_by": by.account})[0]


@transaction.atomic
def approve(*, revision: ArticleRevision, by: Actor, scope: str = Scope.WHOLE, note: str = "") -> Review:
    """Binds an approval to the bytes of this revision. Raises ValidationError for who wrote them, too."""
    _refuse_unfinished(revision)
    if scope == Scope.TYPO:
        _refuse_typo_of_what_nobody_read(revision)
    if by.account in authors_of(revision):
        raise ValidationError(_("You wrote a part of this. Somebody else has to review it."))
    return _decide(revision, Decision.APPROVED, by=by, scope=scope, note=note)


@transaction.atomic
def send_back(*, revision: ArticleRevision, by: Actor, note: str) -> Review:
    """Takes back an approval or a release of these bytes as well; what waits for its day does not go out."""
    if not note.strip():
        raise ValidationError(_("Say what has to change."))
    review = _decide(revision, Decision.SENT_BACK, by=by, note=note)
    _stop_waiting(revision)
    return review


def _stop_waiting(revision: ArticleRevision) -> None:
    """Also where these bytes wait under the number of an earlier revision. What was read before is gone again."""
    waiting = Article.objects.filter(pk=revision.article_id, published_at__gt=timezone.now()).filter(
        live_revision__content_sha256=revision.content_sha256
    )
    waiting.filter(first_shown_at=None).update(state=Article.State.DRAFT)
    waiting.exclude(first_shown_at=None).update(
        state=Article.State.WITHDRAWN,
        published_at=F("first_shown_at"),
        withdrawal_reason=F("gone_reason"),
        withdraws_at=None,
    )


def _decide(revision: ArticleRevision, decision: str, *, by: Actor, **more: Any) -> Review:
    if not by.has_perm("articles.approve_article"):
        raise PermissionDenied
    reviewer = Reviewer.objects.filter(account=by.account).first()
    if reviewer is None:
        raise ValidationError(_("There is no reviewer page for your account yet. A manager adds it under People."))
    article = Article.objects.select_for_update().get(pk=revision.article_id)
    said = {"decision": decision, "reviewer": reviewer, "created_by": by.account, **more}
    review = _said_today(revision, said) or Review.objects.create(
        revision=revision, content_sha256=revision.content_sha256, **said
    )
    note_review_dates(article)
    return review


def _said_today(revision: ArticleRevision, said: dict[str, Any]) -> Review | None:
    """A second click: the last word on it, just as it is said again. On another day it was read again."""
    last = Review.objects.of(revision).first()
    if last is None or last.revision_id != revision.pk or any(getattr(last, name) != said[name] for name in said):
        return None
    profile = ClinicProfile.objects.current()
    return last if profile.today(last.created_at) == profile.today() else None


def _refuse_unfinished(revision: ArticleRevision) -> None:
    lacks = unfinished(revision)
    if lacks:
        raise ValidationError(lacks)


def _refuse_typo_of_what_nobody_read(revision: ArticleRevision) -> None:
    before = revision.article.revisions.filter(number__lt=revision.number).first()
    if revision.change != ArticleRevision.Change.TYPO or before is None or approval_of(before) is None:
        raise ValidationError(_("This is no typo fix of something that was approved; review the whole of it."))


@transaction.atomic
def release(*, revision: ArticleRevision, by: Actor, reason: str = "") -> Release:
    """Lets these bytes be published without a medical review; the page says so for as long as they are read.

    Said again just so, while it holds, it is the release that there is.
    """
    if by is JOB and revision.source == ArticleRevision.Source.FIRST_CONTENT:
        cause = Release.Cause.FIRST_CONTENT
    elif by.has_perm("articles.release_article"):
        cause = Release.Cause.MANAGER
    else:
        raise PermissionDenied
    if cause == Release.Cause.MANAGER and not reason.strip():
        raise ValidationError(_("Say why it is published without a medical review."))
    _refuse_unfinished(revision)
    # Of two clicks the second waits here.
    Article.objects.select_for_update().get(pk=revision.article_id)
    said = {"cause": cause, "reason": reason.strip(), "created_by": by.account}
    last = Release.objects.filter(revision=revision, **said).first() if is_cleared(revision) else None
    return last or Release.objects.create(revision=revision, content_sha256=revision.content_sha256, **said)


@transaction.atomic
def move_reviews_due(*, topic: Topic) -> None:
    """Its reviews hold as long as its risk says by now, and not as it said when its articles were read."""
    for article in topic.articles.select_for_update().order_by("pk"):
        note_review_dates(article)


def note_review_dates(article: Article) -> None:
    """Last reviewed is when the whole was read: a typo fix that was approved since moves neither date."""
    read = last_read(article.live_revision) if article.live_revision else None
    article.reviewed_on = ClinicProfile.objects.current().today(read.created_at) if read else None
    article.review_due_on = months_on(article.reviewed_on, article.review_months()) if article.reviewed_on else None
    article.save(update_fields=["reviewed_on", "review_due_on"])
