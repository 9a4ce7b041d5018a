"""Second factors at rest: whoever reads a backup must not be able to make codes from it."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _

LOST = _("Your second factor cannot be read any more, as the site's key was changed. Ask whoever runs the site.")


def seal(secret: str) -> str:
    return _keys().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Never a stand-in for what cannot be read: codes could be made from that."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValidationError(LOST) from error


def seal_anew(sealed: str) -> str:
    """The same secret under the newest SECRET_KEY."""
    return _keys().rotate(sealed.encode()).decode()


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    digest = salted_hmac("clinic.accounts.sealing", b"", secret=force_bytes(secret), algorithm="sha256")
    return base64.urlsafe_b64encode(digest.digest())
