"""The buttons of an issue's page: which states show them, who may press them, and what they do."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from foundation.actors import Actor
from newsletters import actions
from newsletters.compose_form import LaunchForm
from newsletters.models import Newsletter

State = Newsletter.State
CHANGE, APPROVE, SEND = (f"newsletters.{name}_newsletter" for name in ("change", "approve", "send"))


class Verb(NamedTuple):
    label: Any
    done: Any
    permission: str
    states: tuple[str, ...]
    act: Callable[[Newsletter, Any, Actor], Any]


def launch(newsletter: Newsletter, form: LaunchForm, by: Actor) -> None:
    sha256, at = form.cleaned_data["sha256"], form.cleaned_data["at"]
    actions.launch(newsletter=newsletter, sha256=sha256, by=by, at=at)


def approve(newsletter: Newsletter, form: LaunchForm, by: Actor) -> None:
    actions.approve(newsletter=newsletter, sha256=form.cleaned_data["sha256"], by=by)


def discard(newsletter: Newsletter, form: LaunchForm, by: Actor) -> None:
    actions.discard(newsletter=newsletter, sha256=form.cleaned_data["sha256"], by=by)


def done_already(name: str, newsletter: Newsletter, form: LaunchForm, by: Actor) -> Any:
    """What a second click is told, also one that came while the first was at it; nothing where it is none."""
    if name == "approve" and actions.approved_already(newsletter, sha256=form.cleaned_data["sha256"], by=by):
        return _("You have approved this already.")
    return ""


def plain(action: Callable[..., Any]) -> Callable[[Newsletter, Any, Actor], Any]:
    return lambda newsletter, _form, by: action(newsletter=newsletter, by=by)


VERBS = {
    "test": Verb(
        _("Send it to me as a test"),
        _("A test is on its way to you."),
        CHANGE,
        tuple(State.values),
        plain(actions.send_test),
    ),
    "approve": Verb(_("Approve it"), _("Approved."), APPROVE, (State.DRAFT,), approve),
    "back": Verb(
        _("Back to a draft"),
        _("It is a draft again. Its approval is gone."),
        CHANGE,
        (State.APPROVED,),
        plain(actions.back_to_draft),
    ),
    "launch": Verb(
        _("Send it"),
        _("It goes out at its time. Until then you can take it back."),
        SEND,
        (State.APPROVED,),
        launch,
    ),
    "take-back": Verb(
        _("Take it back"), _("Taken back. Nobody got it."), SEND, (State.SCHEDULED,), plain(actions.take_back)
    ),
    "pause": Verb(_("Pause"), _("Paused. Other mail goes on."), SEND, (State.SENDING,), plain(actions.pause)),
    "resume": Verb(_("Go on"), _("It goes on."), SEND, (State.PAUSED,), plain(actions.resume)),
    "discard": Verb(
        _("Discard this draft"),
        _("Discarded. The list shows it under “discarded drafts” only."),
        CHANGE,
        (State.DRAFT,),
        discard,
    ),
    "cancel": Verb(
        _("Cancel it for good"),
        _("Cancelled. Whoever has not got it does not get it."),
        SEND,
        (State.APPROVED, State.SCHEDULED, *Newsletter.UNDER_WAY),
        plain(actions.cancel),
    ),
}
