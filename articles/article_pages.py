"""What staff do with an article beside writing it: a button each, which says which revision its presser had seen."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.actions import (
    approve,
    ask_for_review,
    change_address,
    keep_on_site,
    make_preview_link,
    override_claim,
    publish,
    release,
    restore,
    revoke_preview_link,
    rule_on_gone,
    send_back,
    withdraw,
)
from articles.forms import AddressForm, GoneNoticeForm, OverrideForm, ReviewForm, ShowFromForm, WithdrawForm
from articles.models import Article, ArticleRevision, ClaimOverride, GoneRuling, PreviewLink, Review
from articles.words import clinic_time
from foundation.actors import Actor, acting
from foundation.numbers import page_key


class Verb(NamedTuple):
    permission: str
    # Returns what it says when it is done.
    act: Callable[[HttpRequest, ArticleRevision], str]


def _publish(request: HttpRequest, revision: ArticleRevision) -> str:
    form = ShowFromForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors["show_from"].as_data())
    article = publish(revision=revision, by=acting(request), at=form.cleaned_data["show_from"])
    if article.is_waiting():
        return _("Set: visitors read revision %(number)s from %(when)s on.") % {
            "number": revision.number,
            "when": clinic_time(cast(datetime, article.published_at)),
        }
    return _("Published: visitors read revision %(number)s.") % {"number": revision.number}


def _ask_review(request: HttpRequest, revision: ArticleRevision) -> str:
    ask_for_review(revision=revision, by=acting(request))
    return _("Asked: revision %(number)s stands in the queue of the medical reviewers.") % {"number": revision.number}


def _approve(request: HttpRequest, revision: ArticleRevision) -> str:
    scope = Review.Scope.TYPO if request.POST.get("scope") == Review.Scope.TYPO else Review.Scope.WHOLE
    before = Review.objects.of(revision).first()
    if approve(revision=revision, by=acting(request), scope=scope, note=note(request)) == before:
        return _("You have approved this already: revision %(number)s may be published as it is.") % {
            "number": revision.number
        }
    return _("Approved: revision %(number)s may be published as it is.") % {"number": revision.number}


def _send_back(request: HttpRequest, revision: ArticleRevision) -> str:
    send_back(revision=revision, by=acting(request), note=note(request))
    return _("Sent back: revision %(number)s is not approved.") % {"number": revision.number}


def _release(request: HttpRequest, revision: ArticleRevision) -> str:
    release(revision=revision, by=acting(request), reason=note(request))
    return _("Released: revision %(number)s may be published, and its page says that nobody reviewed it.") % {
        "number": revision.number
    }


def _override(request: HttpRequest, revision: ArticleRevision) -> str:
    form = OverrideForm(request.POST)
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
    said = {**form.cleaned_data, "reason": form.cleaned_data["reason"].strip()}
    by_them = ClaimOverride.objects.of(revision.article).filter(created_by=acting(request).account, **said)
    if by_them.exists():
        return _("You have answered for this passage already.")
    override_claim(revision=revision, by=acting(request), **form.cleaned_data)
    return _("Noted: the passage may stand, and whoever reviews the article reads why.")


def _link_preview(request: HttpRequest, revision: ArticleRevision) -> str:
    link = make_preview_link(revision=revision, by=acting(request), uuid=page_key(request.POST.get("link", "")))
    return _("Made: %(url)s shows revision %(number)s.") % {"url": link.full_url(), "number": revision.number}


def take_link_back(request: HttpRequest, article: Article) -> str:
    links = PreviewLink.objects.filter(revision__article=article)
    found = next((link for link in links if str(link.uuid) == request.POST.get("link")), None)
    if found is None:
        raise ValidationError(_("Choose a link of this article."))
    if found.revoked_by == acting(request).account:
        return _("You have taken this link back already: it leads nowhere.")
    revoke_preview_link(link=found, by=acting(request))
    return _("Taken back: the link leads nowhere from now on.")


def note(request: HttpRequest) -> str:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors["note"].as_data())
    return form.cleaned_data["note"]


VERBS = {
    "publish": Verb("articles.publish_article", _publish),
    "ask-review": Verb("articles.change_article", _ask_review),
    "approve": Verb("articles.approve_article", _approve),
    "send-back": Verb("articles.approve_article", _send_back),
    "release": Verb("articles.release_article", _release),
    "preview-link": Verb("articles.change_article", _link_preview),
    "override": Verb("articles.change_article", _override),
}


def act(request: HttpRequest, article: Article, verb: Verb) -> str:
    """Raises ValidationError when somebody saved another revision since, as for whatever the action refuses."""
    if not request.user.has_perm(verb.permission):
        raise PermissionDenied
    newest = article.revisions.first()
    if newest is None or request.POST.get("revision") != str(newest.number):
        raise ValidationError(_("This was said of an older revision. Look at the newest one, and say it again."))
    return verb.act(request, newest)


def bring_back(request: HttpRequest, article: Article) -> str:
    """The one that is restored by its number, and beside it the newest that was there to be seen."""
    found = article.revisions.filter(number=number_of(request, "restore")).first()
    seen = number_of(request, "revision")
    if found is None or not seen:
        raise ValidationError(_("Choose a revision of this article."))
    newest = article.revisions.first()
    if newest and newest.number == seen + 1 and is_brought_back(newest, found, acting(request)):
        return _("You have brought it back already, as revision %(new)s.") % {"new": newest.number}
    saved = restore(revision=found, by=acting(request), begun_from=seen)
    return _("Revision %(old)s is back as revision %(new)s, not published.") % {
        "old": found.number,
        "new": saved.number,
    }


def is_brought_back(newest: ArticleRevision, found: ArticleRevision, by: Actor) -> bool:
    return newest.restored_from_id == found.pk and newest.created_by == by.account


def move(request: HttpRequest, article: Article) -> str:
    form = AddressForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors["slug"].as_data())
    if form.cleaned_data["slug"].lower() == article.slug != request.POST.get("was", article.slug):
        return _("It has this address already.")
    kept = change_address(article=article, slug=form.cleaned_data["slug"], by=acting(request))
    article.refresh_from_db(fields=["slug"])
    told = {"new": article.get_absolute_url()}
    if kept is None:
        return _("Changed: its address is %(new)s from now on. Nobody could read it at the old one.") % told
    return _("Changed: its address is %(new)s from now on. Links to the old one go on working.") % told


def take_off(request: HttpRequest, article: Article) -> str:
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
    withdraw(article=article, by=acting(request), **form.cleaned_data)
    if form.cleaned_data["at"] is None:
        return _("Withdrawn: visitors no longer see it. Its revisions stay.")
    return _("Set: it is withdrawn from %(when)s on.") % {"when": clinic_time(form.cleaned_data["at"])}


def leave_on(request: HttpRequest, article: Article) -> str:
    is_kept = article.state == Article.State.PUBLISHED and article.withdraws_at is None
    if is_kept and article.changed_by == acting(request).account:
        return _("It stays: there is no longer a day on which it is withdrawn.")
    keep_on_site(article=article, by=acting(request))
    return _("It stays: the day on which it was to be withdrawn is taken back.")


def rule_on_notice(request: HttpRequest, article: Article) -> str:
    form = GoneNoticeForm(request.POST)
    if not form.is_valid():
        raise ValidationError([error for errors in form.errors.as_data().values() for error in errors])
    made = ruled_already(form, acting(request)) or rule_on_gone(
        article=article, by=acting(request), **form.cleaned_data
    )
    if made.ruling == GoneRuling.Ruling.KEEP:
        return _("Kept: readers go on seeing the notice.")
    return _("Lifted: readers no longer see the notice.")


def ruled_already(form: GoneNoticeForm, by: Actor) -> GoneRuling | None:
    """By just them, in just these words, as long as it holds: not once the list has it again."""
    said = {**form.cleaned_data, "reason": form.cleaned_data["reason"].strip()}
    return GoneRuling.objects.filter(ruled_by=by.account, listed=F("record__gone_from"), **said).first()


def number_of(request: HttpRequest, name: str) -> int:
    """Of a revision; 0, which none has, for whatever is no number that the column holds."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def publish_each(request: HttpRequest, articles: Any) -> tuple[list[Article], list[str]]:
    """The newest revision of each: which went out, and a sentence for each that was refused."""
    done, refused = [], []
    for article in articles:
        revision = cast("ArticleRevision | None", article.revisions.first())
        if article.state == Article.State.PUBLISHED and article.live_revision == revision:
            continue
        try:
            done.append(publish_newest(request, article, revision))
        except ValidationError as error:
            refused.append(f"{article}: {' '.join(error.messages)}")
    return done, refused


def publish_newest(request: HttpRequest, article: Article, revision: ArticleRevision | None) -> Article:
    """Of many at once: none comes back that somebody took off the site, and what is set for a day keeps it."""
    if revision is None:
        raise ValidationError(_("There is nothing in it yet."))
    if article.state == Article.State.WITHDRAWN:
        raise ValidationError(_("It was withdrawn. Publish it from its own page."))
    return publish(revision=revision, by=acting(request), at=article.published_at if article.is_waiting() else None)
