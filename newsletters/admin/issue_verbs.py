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
# Told that it is sent, nobody would think of taking it back.
NOT_OUT_YET = _("You have said so already: it goes out at its time. Until then you can take it back.")


class Verb(NamedTuple):
    label: Any
    done: Any
    permission: str
    states: tuple[str, ...]
    act: Callable[[Newsletter, Any, Actor], Any]
    # What it is afterwards, and then becomes by itself; and what a second click is told while it is that.
    leads_to: tuple[str, ...] = ()
    already: Any = ""


def launch(newsletter: Newsletter, form: LaunchForm, by: Actor) -> None:
    sha256, at = form.cleaned_data["sha256"], form.cleaned_data["at"]
    actions.launch(newsletter=newsletter, sha256=sha256, by=by, at=at)


def approve(newsletter: Newsletter, form: LaunchForm, by: Actor) -> None:
    actions.approve(newsletter=newsletter, sha256=form.cleaned_data["sha256"], by=by)


def discard(newsletter: Newsletter, form: LaunchForm, by: Actor) -> None:
    actions.discard(newsletter=newsletter, sha256=form.cleaned_data["sha256"], by=by)


def test(newsletter: Newsletter, form: LaunchForm, by: Actor) -> None:
    actions.send_test(newsletter=newsletter, by=by, page=form.cleaned_data["page"])


def done_already(name: str, newsletter: Newsletter, form: LaunchForm, by: Actor) -> Any:
    """What a second click is told, also one that came while the first was at it; nothing where it is none."""
    verb = VERBS[name]
    if newsletter.state not in verb.leads_to or not is_theirs(name, newsletter, form, by):
        return ""
    return NOT_OUT_YET if name == "launch" and newsletter.state == State.SCHEDULED else verb.already


def is_theirs(name: str, newsletter: Newsletter, form: LaunchForm, by: Actor) -> bool:
    """Whoever presses did just this, and no colleague anything else since."""
    seen, verb = form.cleaned_data["sha256"], VERBS[name]
    if name == "approve":
        return actions.approved_already(newsletter, sha256=seen, by=by)
    if name == "launch":
        return actions.launched_already(newsletter, sha256=seen, by=by, at=form.cleaned_data["at"])
    return actions.moved_already(newsletter, origins=verb.states, to=verb.leads_to[0], by=by)


def plain(action: Callable[..., Any]) -> Callable[[Newsletter, Any, Actor], Any]:
    return lambda newsletter, _form, by: action(newsletter=newsletter, by=by)


VERBS = {
    "test": Verb(
        _("Send it to me as a test"),
        _("A test is on its way to you."),
        CHANGE,
        tuple(State.values),
        test,
    ),
    "approve": Verb(
        _("Approve it"),
        _("Approved."),
        APPROVE,
        (State.DRAFT,),
        approve,
        tuple(State.values),
        _("You have approved this already."),
    ),
    "back": Verb(
        _("Back to a draft"),
        _("It is a draft again. Its approval is gone."),
        CHANGE,
        (State.APPROVED,),
        plain(actions.back_to_draft),
        (State.DRAFT,),
        _("You have made it a draft again already."),
    ),
    "launch": Verb(
        _("Send it"),
        _("It goes out at its time. Until then you can take it back."),
        SEND,
        (State.APPROVED,),
        launch,
        (State.SCHEDULED, State.SENDING, State.SENT),
        _("You have sent it already."),
    ),
    "take-back": Verb(
        _("Take it back"),
        _("Taken back. Nobody got it."),
        SEND,
        (State.SCHEDULED,),
        plain(actions.take_back),
        (State.APPROVED,),
        _("You have taken it back already. Nobody got it."),
    ),
    "pause": Verb(
        _("Pause"),
        _("Paused. Other mail goes on."),
        SEND,
        (State.SENDING,),
        plain(actions.pause),
        (State.PAUSED,),
        _("You have paused it already."),
    ),
    "resume": Verb(
        _("Go on"),
        _("It goes on."),
        SEND,
        (State.PAUSED,),
        plain(actions.resume),
        (State.SENDING, State.SENT),
        _("You have let it go on already."),
    ),
    "discard": Verb(
        _("Discard this draft"),
        _("Discarded. The list shows it under “discarded drafts” only."),
        CHANGE,
        (State.DRAFT,),
        discard,
        (State.CANCELLED,),
        _("You have discarded it already."),
    ),
    "cancel": Verb(
        _("Cancel it for good"),
        _("Cancelled. Whoever has not got it does not get it."),
        SEND,
        (State.APPROVED, State.SCHEDULED, *Newsletter.UNDER_WAY),
        plain(actions.cancel),
        (State.CANCELLED,),
        _("You have cancelled it already."),
    ),
}
