"""E-mail addresses as every room stores them: lower-cased by Postgres, so that one person is one row."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, models
from django.db.models.functions import Lower
from django.db.models.lookups import Exact, In
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from foundation.tokens import hash_address

# Without quoted local parts: mail servers hardly take them, and line breaks and other mischief can hide in them.
# Without addresses of machines ([10.0.0.1]) too: our mail server would knock at whatever a stranger names.
PLAIN = re.compile(r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+@[A-Za-z0-9.-]+")

# What comes along when an address is copied out of a chat: marks of direction, spaces of no width. Nobody sees them.
UNSEEN = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")

NO_ACCENTS = _(
    "Before the @ stand no letters with accents, and no others than those of English. Write the address as your mail "
    "program shows it, such as zoe@example.com."
)
# Behind the uuid of a mail, in place of the address of somebody who was erased.
ERASED = "@erased.invalid"


def is_plain_address(value: str) -> None:
    """Django's own rule and ours as one, so that a wrong address is told of once."""
    local, at, _domain = value.rpartition("@")
    if at and not local.isascii():
        # Such mailboxes exist, but hardly any server takes mail for them; mostly it is a name typed as it is spoken.
        raise ValidationError(NO_ACCENTS, code="accents")
    validate_email(value)
    # Mail to one of ours would be taken for mail to nobody, and fail without anybody hearing of it.
    if not PLAIN.fullmatch(value) or value.lower().endswith(ERASED):
        raise ValidationError(_("Enter a valid email address."), code="invalid")


def with_ascii_domain(address: str) -> str:
    """The address as it stands on the wire: bücher.example is xn--bcher-kva.example.

    Else whoever spells gmail.com with full-width letters, in each of its 250 ways, gets as many packets to one mailbox,
    and a full-width comma makes two recipients of one. What cannot be encoded stays, and is no plain address.
    """
    address = UNSEEN.sub("", address).strip()
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local}@{punycode(domain)}" if domain else address
    except UnicodeError:
        return address


class PlainEmailField(forms.EmailField):
    default_validators = [is_plain_address]

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return with_ascii_domain(text) if text else text


class AddressFormField(PlainEmailField):
    def clean(self, value: Any) -> Any:
        # The model's CHECK is tried on the instance before Postgres has lower-cased it.
        cleaned = super().clean(value)
        return cleaned.lower() if cleaned else cleaned


class AddressField(models.EmailField):
    """An address; Postgres applies lower() to what is stored and to what is looked up."""

    default_validators = [is_plain_address]

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "lower(%s)"

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AddressFormField, **kwargs})


class AddressHashField(models.CharField):
    """Beside an address named "email" its keyed hash, so that Postgres can find it among hashes; editable is False.

    Empty (NULL) where something else than Django wrote the row; whoever reads it hashes the address then.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 64, "null": True, "editable": False})

    def pre_save(self, model_instance: Any, add: bool) -> str:
        hashed = hash_address(model_instance.email)
        setattr(model_instance, self.attname, hashed)
        return hashed


@AddressField.register_lookup
class LowerCaseExact(Exact):
    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = super().process_rhs(compiler, connection)
        return f"lower({sql})", params


@AddressField.register_lookup
class LowerCaseIn(In):
    """Of several given ones; what a query finds is stored in lower case already."""

    def batch_process_rhs(self, compiler: Any, connection: Any, rhs: Any = None) -> tuple[Any, Any]:
        sqls, params = super().batch_process_rhs(compiler, connection, rhs)
        return [f"lower({sql})" for sql in sqls], params


def address_is_lower_case(model: str, field: str = "email") -> models.CheckConstraint:
    """Raw SQL and bulk updates go around the field; nothing goes around this."""
    return models.CheckConstraint(condition=models.Q(**{field: Lower(field)}), name=f"{model}_{field}_lower_case")


def lock_address(*addresses: str) -> None:
    """Makes everything about an address wait in turn until the end of this transaction; several in one order for all.

    A row lock cannot: the first enquiry of a person has no row yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(lower(address), 0)) FROM unnest(%s::text[]) AS address",
            [sorted(map(str.lower, addresses))],
        )
