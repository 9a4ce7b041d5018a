"""The mails about a subscription, and the newsletter itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from mailings.emails import Alike, absolute, as_bulk_mail, as_list_mail, compose, compose_alike, register, token_url
from mailings.models import OutgoingEmail
from newsletters import digest_mail
from newsletters.models import Newsletter, NewsletterEvent, NewsletterRecipient, Subscriber
from newsletters.snapshots import snapshot

CONFIRM = "newsletter_confirm"
INVITE = "newsletter_invite"
WELCOME = "newsletter_welcome"
NEWSLETTER = "newsletter"
DIGEST = "newsletter_digest"
NEWSLETTER_TEST = "newsletter_test"
CHECK = "newsletter_check"
# In place of the token, in mails that staff send to themselves.
OF_NOBODY = "test"
# Not linked by its view, which stands in the same room but above this module.
ARCHIVE = "/newsletter/archive/"


def register_own_kinds() -> None:
    """Whatever is no longer wanted when its turn comes is not promised to go again."""
    _register_of_signing_up()
    _register_issues()
    for kind, label, message in (
        (NEWSLETTER_TEST, _("newsletter, as a test"), _test),
        (CHECK, _("check of sending"), _check),
    ):
        register(kind, label=label, message=message, still_wanted=lambda outgoing: True, to_staff=True)


def _register_of_signing_up() -> None:
    register(
        CONFIRM,
        label=_("confirm newsletter"),
        message=_confirm,
        still_wanted=_waits_for_confirmation,
        still_true=_waits_for_confirmation,
    )
    register(
        INVITE,
        label=_("invitation to the newsletter"),
        message=_invite,
        still_wanted=_waits_for_confirmation,
        bulk=True,
        still_true=_waits_for_confirmation,
    )
    register(
        WELCOME,
        label=_("newsletter welcome"),
        message=_welcome,
        still_wanted=_is_confirmed,
        still_true=_is_confirmed,
    )


def _register_issues() -> None:
    register(
        NEWSLETTER,
        label=_("newsletter"),
        message=_issue,
        still_wanted=is_wanted,
        bulk=True,
        alike=ALIKE,
        still_true=_may_be_read,
    )
    register(
        DIGEST,
        label=_("monthly e-mail of the newsletter"),
        message=_digest,
        still_wanted=digest_mail.is_wanted,
        bulk=True,
        alike=DIGESTS_ALIKE,
        still_true=digest_mail.is_wanted,
    )


def _confirm(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    return compose(outgoing, CONFIRM, _asking(outgoing))


def _invite(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    return compose(outgoing, INVITE, _asking(outgoing))


def _asking(outgoing: OutgoingEmail) -> dict[str, Any]:
    return {
        "confirm_url": token_url("newsletters:confirm", "confirm", outgoing.uuid),
        "not_me_url": token_url("mailings:not-me", "not-me", outgoing.uuid),
        "days": settings.CONFIRM_LINK_DAYS,
    }


def _waits_for_confirmation(outgoing: OutgoingEmail) -> bool:
    return Subscriber.objects.filter(confirmation=outgoing, state=Subscriber.State.PENDING).exists()


def _welcome(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    subscriber = Subscriber.objects.get(welcome=outgoing)
    links = links_of(subscriber.uuid)
    return as_list_mail(compose(outgoing, WELCOME, links), links["unsubscribe_url"])


def links_of(subscriber: UUID) -> dict[str, str]:
    """What stands at the end of every mail to a subscriber."""
    return {
        "unsubscribe_url": token_url("newsletters:unsubscribe", "unsubscribe", subscriber),
        "preferences_url": token_url("newsletters:preferences", "preferences", subscriber),
    }


def _is_confirmed(outgoing: OutgoingEmail) -> bool:
    return Subscriber.objects.filter(welcome=outgoing, state=Subscriber.State.CONFIRMED).exists()


class Frozen(NamedTuple):
    """What was approved, by its name; read from its row once, when it is rendered for the first who gets it."""

    newsletter: int
    sha256: str

    @property
    def content(self) -> dict[str, Any]:
        newsletter = Newsletter.objects.get(pk=self.newsletter)
        return as_sent(newsletter.content, newsletter.slug)


def as_sent(content: dict[str, Any], slug: str) -> dict[str, Any]:
    """With links that are counted, where it says so: in the HTML alone, for the text part and the archive lead straight
    to the articles. slug: of an issue that began; before, none has the name in its place, and nothing is counted.
    """
    if not content.get("counts_clicks"):
        return content
    issue = slug or "test"
    return {**content, "entries": [{**entry, "link": _counted(issue, entry["path"])} for entry in content["entries"]]}


def _counted(issue: str, path: str) -> str:
    return reverse("newsletters:go", args=[issue, resolve(path).kwargs["slug"]])


class Recipient(NamedTuple):
    """All that one mail of an issue differs in from the next; as rows, three models a mail took a tenth of its time."""

    outgoing: int
    newsletter: int
    sha256: str
    subscriber: UUID


def _issue(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    links = _links_in_issue(outgoing)
    message = compose_alike(outgoing, NEWSLETTER, {"issue": _frozen(outgoing)}, links)
    return as_bulk_mail(as_list_mail(message, links["unsubscribe_url"]), ARCHIVE)


def _recipient(outgoing: OutgoingEmail) -> Any:
    known = vars(outgoing)
    known["recipient"] = known.get("recipient") or _who_gets_it(outgoing)
    return known["recipient"]


def _frozen(outgoing: OutgoingEmail) -> Frozen:
    recipient = _recipient(outgoing)
    return Frozen(recipient.newsletter, recipient.sha256)


def _links_in_issue(outgoing: OutgoingEmail) -> dict[str, str]:
    return links_of(_recipient(outgoing).subscriber)


def _digest(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    links = _links_in_digest(outgoing)
    message = compose_alike(outgoing, DIGEST, {"month": _month(outgoing)}, links)
    return as_bulk_mail(as_list_mail(message, links["unsubscribe_url"]), ARCHIVE)


def _month(outgoing: OutgoingEmail) -> digest_mail.Month:
    return digest_mail.month_of(digest_mail.recipient_of(outgoing))


def _links_in_digest(outgoing: OutgoingEmail) -> dict[str, str]:
    return links_of(digest_mail.recipient_of(outgoing).subscriber.uuid)


def _test(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """With the headers of the real one, so that its way can be looked at; the links of a person lead nowhere."""
    newsletter = NewsletterEvent.objects.select_related("newsletter").get(outgoing=outgoing).newsletter
    links = {f"{name}_url": _link_of_nobody(name) for name in ("unsubscribe", "preferences")}
    issue = {"content": as_sent(newsletter.content or snapshot(newsletter), newsletter.slug)}
    message = compose(outgoing, NEWSLETTER_TEST, {"issue": issue, **links})
    return as_bulk_mail(as_list_mail(message, links["unsubscribe_url"]), ARCHIVE)


def _check(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Somebody who looks after the site wants to see what becomes of the headers on their way."""
    message = compose(outgoing, CHECK, {})
    return as_bulk_mail(as_list_mail(message, _link_of_nobody("unsubscribe")), ARCHIVE)


def _link_of_nobody(name: str) -> str:
    return absolute(reverse(f"newsletters:{name}", args=[OF_NOBODY]))


def is_wanted(outgoing: OutgoingEmail) -> bool:
    """Asked for each mail: who left, pauses or was erased, or whose issue was cancelled, gets nothing more.

    At this moment, whatever was read of it before, such as when it was written ahead.
    """
    vars(outgoing)["recipient"] = found = _who_gets_it(outgoing)
    return found is not None


def _who_gets_it(outgoing: OutgoingEmail) -> Any:
    """A Recipient, or None."""
    return next(_read(_wanted().filter(outgoing=outgoing)), None)


def _wanted() -> QuerySet[NewsletterRecipient]:
    """Paused since it was begun, a mail is in somebody's hand: it goes out, or waits; the post office says which."""
    return NewsletterRecipient.objects.filter(
        newsletter__state__in=(*Newsletter.UNDER_WAY, Newsletter.State.SENT),
        subscriber__in=Subscriber.objects.may_get_issue(),
    )


def _may_be_read(outgoing: OutgoingEmail) -> bool:
    """Nobody is sent to an article that was withdrawn, retracted or overturned since. Call it in a transaction."""
    return is_wanted(outgoing) and not Newsletter.objects.get(mailing=outgoing.mailing_id).stops()


def _read(recipients: QuerySet[NewsletterRecipient]) -> Iterator[Recipient]:
    """Without the text of the issue, which is long and the same for all."""
    facts = ("outgoing", "newsletter", "newsletter__frozen_sha256", "subscriber__uuid")
    return map(Recipient._make, recipients.values_list(*facts))


def _prepare(mails: list[OutgoingEmail]) -> None:
    """Whether each is still wanted is asked when its turn comes."""
    found = {recipient.outgoing: recipient for recipient in _read(_recipients_of(mails))}
    for outgoing in mails:
        vars(outgoing)["recipient"] = found.get(outgoing.pk)


def _recipients_of(mails: list[OutgoingEmail]) -> QuerySet[NewsletterRecipient]:
    return NewsletterRecipient.objects.filter(outgoing__in=mails).exclude(subscriber=None)


ALIKE = Alike(_prepare, _frozen, _links_in_issue, "issue_is_wanted", "issue_is_wanted")
DIGESTS_ALIKE = Alike(
    digest_mail.prepare, _month, _links_in_digest, "digest_may_go", "digest_still_goes", digest_mail.as_prepared
)
