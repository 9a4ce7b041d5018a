"""What each of the staff keeps of the list of leads, for themselves or for all."""

import re
from collections.abc import Container, Iterable
from typing import Any
from urllib.parse import parse_qs

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.folding import fold
from enquiries.models import FOLLOWS_UP, Lead, SavedView
from foundation.actors import Actor

# Shorter numbers may be anybody's.
LEAST_DIGITS = 6
GONE_VIEW = gettext_lazy("This view is gone: it looked for somebody who was erased, or its owner deleted it.")


@transaction.atomic
def save_view(*, owner: Any, name: str, query: str) -> SavedView:
    """Keeps it. Raises ValidationError without a free name, or when there are enough."""
    # One save after the other, so that two at once are not one too many.
    _lock(owner)
    if SavedView.objects.filter(owner=owner).count() >= SavedView.MOST:
        raise ValidationError(
            _("You keep %(count)d views already. Delete one that you no longer need.") % {"count": SavedView.MOST}
        )
    view = SavedView(owner=owner, name=_free(name, owner), query=query)
    view.full_clean(validate_unique=False)
    view.save()
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str) -> SavedView:
    _lock(view.owner)
    _hold(view)
    view.name = _free(name, view.owner, besides=view)
    view.full_clean(validate_unique=False)
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def share_view(*, view: SavedView, by: Actor) -> SavedView:
    """With everybody who may see leads, whose list it narrows by their own rights. Raises ValidationError."""
    if not by.has_perm(FOLLOWS_UP):
        raise ValidationError(_("Only who follows up leads shares a view."))
    _hold(view)
    if SavedView.objects.shared().exclude(pk=view.pk).count() >= SavedView.MOST:
        raise ValidationError(
            _("%(count)d views are shared already. Ask for one that is no longer needed to be taken back.")
            % {"count": SavedView.MOST}
        )
    view.shared_at = view.shared_at or timezone.now()
    view.save(update_fields=["shared_at"])
    return view


def may_take_back(view: SavedView, by: Actor) -> bool:
    """Its owner, who keeps it for themselves, or a manager, also of somebody who left."""
    is_theirs = by.account is not None and by.account.pk == view.owner_id
    return is_theirs or by.has_perm("enquiries.take_back_views")


@transaction.atomic
def take_back_view(*, view: SavedView, by: Actor) -> SavedView:
    """It is its owner's alone again. Raises ValidationError for who may not."""
    if not may_take_back(view, by):
        raise ValidationError(_("Only who shared this view, or a manager, takes it back."))
    _hold(view)
    view.shared_at = None
    view.save(update_fields=["shared_at"])
    return view


def _hold(view: SavedView) -> None:
    """All of them before the row: whoever erases a person holds all, and deletes rows."""
    _hold_all()
    if not SavedView.objects.filter(pk=view.pk).exists():
        raise ValidationError(GONE_VIEW)


def _lock(owner: Any) -> None:
    """Without the key, for which whoever erases a person waits: the record of it names who did."""
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=owner.pk)


def delete_view(*, view: SavedView) -> None:
    view.delete()


def forget_searches(*, address: str, leads: Iterable[Lead]) -> None:
    """Deletes the views that look for somebody who is erased: by address, by number, or by more than one word.

    Also those that are named so. Of a name whole words count: “To do” is no Antonio Domingo.
    """
    # Whatever is just being saved is waited for, and looked at as well.
    _hold_all()
    texts = [_folded(address), *(_folded(f"{lead.name} {lead.email or ''} {lead.phone}") for lead in leads)]
    for view in SavedView.objects.all():
        typed, name = _words(" ".join(parse_qs(view.query).get("q", []))), _words(view.name)
        if any(_is_in(typed, text) or _is_in(name, text.split()) for text in texts):
            view.delete()


def _hold_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE enquiries_savedview IN SHARE ROW EXCLUSIVE MODE")


def _words(typed: str) -> list[str]:
    return [word.strip("()+.,-") for word in _folded(typed).split()]


def _is_in(words: list[str], text: Container[str]) -> bool:
    return _means_one(words) and all(word in text for word in words)


def _means_one(words: list[str]) -> bool:
    return len(words) > 1 or any("@" in word or sum(map(str.isdigit, word)) >= LEAST_DIGITS for word in words)


def _folded(text: str) -> str:
    """As the search compares: without case and accents, a number as its digits."""
    return re.sub(r"(?<=\d)[\s()./-]+(?=\d)", "", fold(text))


def _free(name: str, owner: Any, besides: SavedView | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("Give the view a name."))
    others = SavedView.objects.filter(owner=owner, name__iexact=name).exclude(pk=besides.pk if besides else 0)
    if others.exists():
        raise ValidationError(_("You have a view of this name already."))
    return name
