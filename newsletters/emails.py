"""The mails about a subscription."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext_lazy as _

from mailings.emails import as_list_mail, compose, register, token_url
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

CONFIRM = "newsletter_confirm"
WELCOME = "newsletter_welcome"


def register_own_kinds() -> None:
    register(CONFIRM, label=_("confirm newsletter"), message=_confirm, still_wanted=_waits_for_confirmation)
    register(WELCOME, label=_("newsletter welcome"), message=_welcome, still_wanted=_is_confirmed)


def _confirm(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    context = {
        "confirm_url": token_url("newsletters:confirm", "confirm", outgoing.uuid),
        "not_me_url": token_url("mailings:not-me", "not-me", outgoing.uuid),
        "days": settings.CONFIRM_LINK_DAYS,
    }
    return compose(outgoing, CONFIRM, context)


def _waits_for_confirmation(outgoing: OutgoingEmail) -> bool:
    return Subscriber.objects.filter(confirmation=outgoing, state=Subscriber.State.PENDING).exists()


def _welcome(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    subscriber = Subscriber.objects.get(welcome=outgoing)
    links = links_of(subscriber)
    return as_list_mail(compose(outgoing, WELCOME, links), links["unsubscribe_url"])


def links_of(subscriber: Subscriber) -> dict[str, str]:
    """What stands at the end of every mail to a subscriber."""
    return {
        "unsubscribe_url": token_url("newsletters:unsubscribe", "unsubscribe", subscriber.uuid),
        "preferences_url": token_url("newsletters:preferences", "preferences", subscriber.uuid),
    }


def _is_confirmed(outgoing: OutgoingEmail) -> bool:
    return Subscriber.objects.filter(welcome=outgoing, state=Subscriber.State.CONFIRMED).exists()
