"""Which providers report, and how each of them proves that a report is its own."""

import base64
import hashlib
import hmac
import logging
from typing import Any, NamedTuple

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

logger = logging.getLogger(__name__)

# Of a signature that covers its time: longer than clocks differ, shorter than a stolen one is of use.
SIGNED_WITHIN_SECONDS = 300


class SesReports(AmazonSESTrackingWebhookView):
    """Without boto3, which nothing else here needs."""

    def __init__(self, **kwargs: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def auto_confirm_sns_subscription(self, sns_message: dict[str, Any]) -> None:
        # A person confirms, so that no stranger's address is ever opened from here.
        logger.warning("Amazon SNS asks to confirm its subscription; open this once: %s", sns_message["SubscribeURL"])


class ResendReports(ResendTrackingWebhookView):
    """Checks the signature itself; the library for it would bring a web client along."""

    warn_if_no_basic_auth = False

    def __init__(self, signing_secret: str, **kwargs: Any) -> None:
        self.key = base64.b64decode(signing_secret.removeprefix("whsec_"))
        self._svix_webhook = None
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def validate_request(self, request: HttpRequest) -> None:
        identifier, at = request.headers["svix-id"], request.headers["svix-timestamp"]
        signed = hmac.digest(self.key, f"{identifier}.{at}.".encode() + request.body, hashlib.sha256)
        wanted = f"v1,{base64.b64encode(signed).decode()}"
        genuine = any(hmac.compare_digest(wanted, given) for given in request.headers["svix-signature"].split())
        if not genuine or abs(timezone.now().timestamp() - int(at)) > SIGNED_WITHIN_SECONDS:
            raise AnymailWebhookValidationFailure("wrong signature")


class Reporter(NamedTuple):
    view: type[AnymailBaseWebhookView]
    # The provider signs, and anymail knows the key under this name; empty: user and password come with each request.
    signs_with: str = ""
    # It signs with a key of its own, and WEBHOOK_SECRET is the public half.
    key_is_public: bool = False


REPORTERS = {
    "amazon_ses": Reporter(SesReports),
    "brevo": Reporter(BrevoTrackingWebhookView),
    "mailersend": Reporter(MailerSendTrackingWebhookView, "signing_secret"),
    "mailgun": Reporter(MailgunTrackingWebhookView, "webhook_signing_key"),
    "mailjet": Reporter(MailjetTrackingWebhookView),
    "mailtrap": Reporter(MailtrapTrackingWebhookView, "tracking_secret"),
    "mandrill": Reporter(MandrillCombinedWebhookView, "webhook_key"),
    "postal": Reporter(PostalTrackingWebhookView, "webhook_key", key_is_public=True),
    "postmark": Reporter(PostmarkTrackingWebhookView),
    "resend": Reporter(ResendReports, "signing_secret"),
    "sendgrid": Reporter(SendGridTrackingWebhookView, "tracking_webhook_verification_key", key_is_public=True),
    "sparkpost": Reporter(SparkPostTrackingWebhookView),
    "unisender_go": Reporter(UnisenderGoTrackingWebhookView, "api_key"),
}


def trouble_with_secret(reporter: Reporter) -> str:
    """Anybody may know a public key, so it must never pass for a password."""
    if not settings.WEBHOOK_SECRET:
        return "there is no WEBHOOK_SECRET"
    if is_public_key(settings.WEBHOOK_SECRET) != reporter.key_is_public:
        return "WEBHOOK_SECRET is of another kind than this provider needs"
    return ""


def is_public_key(secret: str) -> bool:
    try:
        load_der_public_key(base64.b64decode(secret, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def prepared(request: HttpRequest, reporter: Reporter) -> Any:
    secret = settings.WEBHOOK_SECRET
    if not reporter.signs_with:
        return reporter.view(webhook_secret=[secret if ":" in secret else f"webhook:{secret}"])
    options = {reporter.signs_with: secret, "webhook_secret": []}
    if reporter.view is MandrillCombinedWebhookView:
        # Signed together with the address, which a proxy may have changed on the way.
        options["webhook_url"] = f"{settings.SITE_URL}{request.get_full_path()}"
    return reporter.view(**options)
