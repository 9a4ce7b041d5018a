"""What waits for whom, and two revisions beside each other."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.compare import Part, compared_articles
from articles.models import (
    Article,
    ArticlePaper,
    ArticleRevision,
    PaperNotice,
    Release,
    Review,
    ReviewRequest,
    SectionKind,
    authors_of,
    unruled,
)
from foundation.models import ClinicProfile
from foundation.prepared import Lists

# The first reminder goes out as long before.
DUE_SOON = timedelta(days=60)
# Who has more than these waiting works from the top.
MOST_ROWS = 100
Source = ArticleRevision.Source


class Queue(NamedTuple):
    title: str
    empty: str
    rows: list[Article]


def queues(request: HttpRequest) -> list[Queue]:
    """Those of whoever is signed in, by what they may do."""
    user = request.user
    found = []
    if user.has_perm("articles.change_article"):
        found.append(Queue(_("My drafts"), _("You have no draft."), first(drafts_of(user))))
        found.append(Queue(_("Imported, nobody's draft yet"), _("No imported draft is left."), first(imported())))
        found.append(Queue(_("Sent back"), _("Nothing that was sent back waits for a change."), first(sent_back())))
    if user.has_perm("articles.approve_article"):
        found.append(Queue(_("Waiting for me"), _("Nothing waits for your review."), first(waiting_for(user))))
    if user.has_perm("articles.publish_article"):
        found.append(Queue(_("Approved, not published"), _("Nothing approved is left unpublished."), first(approved())))
    found.append(Queue(_("Review due"), _("No review is due within 60 days."), first(due())))
    found.append(
        Queue(_("Overturned by newer evidence"), _("Nothing overturned waits for a review."), first(overturned()))
    )
    found.append(
        Queue(_("A paper was retracted or corrected"), _("No notice about a paper waits."), first(with_open_notice()))
    )
    found.append(
        Queue(_("No longer on the retraction list"), _("No notice left the list undecided."), first(with_gone_notice()))
    )
    return found


def waits_for(request: HttpRequest) -> int:
    """How many articles wait for a deed of whoever is signed in, and not merely for a day to come."""
    wanted = [name for name, right in WHOSE_DEED.items() if request.user.has_perm(right)]
    waiting = WAITING.ask() if wanted else {}
    found = {pk for name in wanted for pk in waiting[name].first if name != "asked"}
    if "asked" in wanted and waiting["asked"].count:
        found |= {article.pk for article in waiting_for(request.user)}
    return len(found)


def with_open_notice() -> QuerySet[Article]:
    """Until somebody says that they have looked, whichever revision is read."""
    opened = PaperNotice.objects.filter(paper__cited_by__article=OuterRef("pk"), closed_at=None)
    return with_newest().filter(Exists(opened)).order_by("newest_at")


def with_gone_notice() -> QuerySet[Article]:
    """Until somebody keeps or lifts what the list says no more."""
    papers = unruled().order_by().values("paper")
    cited = ArticlePaper.objects.filter(article=OuterRef("pk"), paper__in=papers)
    return with_newest().filter(Exists(cited)).order_by("newest_at")


def first(articles: QuerySet[Article]) -> list[Article]:
    return list(articles.select_related("live_revision")[:MOST_ROWS])


def with_newest() -> Any:
    newest = ArticleRevision.objects.filter(article=OuterRef("pk")).order_by("-number")
    return Article.objects.annotate(
        newest=Subquery(newest.values("pk")[:1]),
        newest_sha256=Subquery(newest.values("content_sha256")[:1]),
        newest_title=Subquery(newest.values("content__title")[:1]),
        newest_at=Subquery(newest.values("created_at")[:1]),
    )


def unpublished() -> Any:
    return with_newest().exclude(newest=None).exclude(state=Article.State.PUBLISHED, live_revision=F("newest"))


def drafts_of(user: Any) -> QuerySet[Article]:
    mine = ArticleRevision.objects.filter(article=OuterRef("pk"), created_by=user)
    live = ArticleRevision.objects.filter(pk=OuterRef("article__live_revision"))
    since = mine.exclude(number__lte=Subquery(live.values("number")[:1])) | mine.filter(article__live_revision=None)
    return unpublished().filter(Exists(since)).order_by("-newest_at")


def imported() -> QuerySet[Article]:
    """What the command brought in: by nobody, so that it is among nobody's drafts."""
    newest = ArticleRevision.objects.filter(pk=OuterRef("newest"), created_by=None, source=Source.IMPORT)
    return unpublished().filter(Exists(newest)).order_by("newest_at")


def said_of_newest() -> QuerySet[Review]:
    return Review.objects.filter(revision__article=OuterRef("pk"), content_sha256=OuterRef("newest_sha256"))


def asked_for() -> QuerySet[Article]:
    """Whose newest revision a review was asked of, and not answered since."""
    asked = ReviewRequest.objects.filter(revision=OuterRef("newest")).values("created_at")
    since = Q(created_at__gt=OuterRef("asked_at")) | Q(decision=Review.Decision.APPROVED)
    waiting = with_newest().annotate(asked_at=Subquery(asked)).exclude(asked_at=None)
    return waiting.exclude(Exists(said_of_newest().filter(since))).order_by("newest_at")


def waiting_for(user: Any) -> QuerySet[Article]:
    """But what they wrote a part of."""
    found = asked_for()
    own = [article.pk for article in found if user in authors_of(article.revisions.all()[0])]
    return found.exclude(pk__in=own)


def approved() -> QuerySet[Article]:
    last = said_of_newest().order_by("-pk").values("decision")[:1]
    return unpublished().annotate(said=Subquery(last)).filter(said=Review.Decision.APPROVED).order_by("newest_at")


def refused(sha256: str) -> Exists:
    """A reviewer's last word on the bytes with this fingerprint is no, and nobody released them since."""
    here = {"revision__article": OuterRef("pk"), "content_sha256": OuterRef(sha256)}
    newer_words = Review.objects.filter(
        revision__article=OuterRef("revision__article"),
        content_sha256=OuterRef("content_sha256"),
        pk__gt=OuterRef("pk"),
    )
    released_since = Release.objects.filter(
        revision__article=OuterRef("revision__article"),
        content_sha256=OuterRef("content_sha256"),
        created_at__gt=OuterRef("created_at"),
    )
    no = Review.objects.filter(**here, decision=Review.Decision.SENT_BACK)
    return Exists(no.exclude(Exists(newer_words)).exclude(Exists(released_since)))


def sent_back() -> QuerySet[Article]:
    """What visitors read first: it is not what a reviewer would have them read."""
    published = Q(state=Article.State.PUBLISHED)
    found = with_newest().annotate(
        live_is_refused=ExpressionWrapper(published & Q(refused("live_revision__content_sha256")), BooleanField())
    )
    return found.filter(Q(live_is_refused=True) | Q(refused("newest_sha256"))).order_by("-live_is_refused", "newest_at")


def due() -> QuerySet[Article]:
    soon = ClinicProfile.objects.current().today() + DUE_SOON
    return with_newest().filter(state=Article.State.PUBLISHED, review_due_on__lte=soon).order_by("review_due_on")


def overturned() -> QuerySet[Article]:
    """Until somebody has reviewed the revision that says so."""
    reviewed = Review.objects.filter(
        revision__article=OuterRef("pk"),
        content_sha256=OuterRef("live_revision__content_sha256"),
        decision=Review.Decision.APPROVED,
    )
    says_so = {"live_revision__content__newer_evidence__contains": [{"effect": "overturns"}]}
    return with_newest().filter(state=Article.State.PUBLISHED, **says_so).exclude(Exists(reviewed))


WHOSE_DEED = {
    "sent_back": "articles.change_article",
    "asked": "articles.approve_article",
    "approved": "articles.publish_article",
    "gone": "articles.publish_article",
}
WAITING = Lists(
    lambda: {"sent_back": sent_back(), "asked": asked_for(), "approved": approved(), "gone": with_gone_notice()},
    first=None,
)
FIELD_WORDS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "topics": gettext_lazy("Topics"),
    "study": gettext_lazy("The study in short"),
    "citation": gettext_lazy("The paper"),
    "further_papers": gettext_lazy("Further papers"),
    "newer_evidence": gettext_lazy("Newer evidence"),
    "order": gettext_lazy("Order of sections"),
}


def comparison(request: HttpRequest, article: Article) -> dict[str, Any]:
    """Any two by their numbers; the newest and the one before it when none are given."""
    revisions = article.revisions.select_related("created_by")
    newest = revisions.first()
    new = numbered(revisions, request.GET.get("to", ""), newest)
    old = numbered(revisions, request.GET.get("from", ""), revisions.filter(number__lt=new.number).first() or new)
    parts = compared_articles(old.content, new.content)
    return {
        "title": _("Revisions %(old)s and %(new)s") % {"old": old.number, "new": new.number},
        "article": article,
        "old": old,
        "new": new,
        "parts": [(heading_of(part), part) for part in parts if part.is_changed],
        "numbers": list(article.revisions.values_list("number", flat=True)),
    }


def numbered(revisions: Any, number: str, otherwise: ArticleRevision | None) -> ArticleRevision:
    found = revisions.filter(number=number).first() if number.isdecimal() and len(number) < 9 else otherwise
    if found is None:
        raise Http404
    return found


def heading_of(part: Part) -> Any:
    return SectionKind(part.kind).label if part.kind else FIELD_WORDS.get(part.name, part.name)
