"""E-mail addresses as every room stores them: lower-cased by Postgres, so that one person is one row."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

# Without quoted local parts: mail servers hardly take them, and line breaks and other mischief can hide in them.
is_plain_address = RegexValidator(r"^[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]+@[^@\x00-\x20\x7f]+\Z", code="invalid")


class AddressFormField(forms.EmailField):
    def clean(self, value: Any) -> Any:
        # The model's CHECK is tried on the instance before Postgres has lower-cased it.
        cleaned = super().clean(value)
        return cleaned.lower() if cleaned else cleaned


class AddressField(models.EmailField):
    """An address; Postgres applies lower() to what is stored and to what is looked up."""

    default_validators = [*models.EmailField.default_validators, is_plain_address]

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "lower(%s)"

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AddressFormField, **kwargs})


@AddressField.register_lookup
class LowerCaseExact(Exact):
    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, params = super().process_rhs(compiler, connection)
        return f"lower({sql})", params


def address_is_lower_case(model: str, field: str = "email") -> models.CheckConstraint:
    """Raw SQL and bulk updates go around the field; nothing goes around this."""
    return models.CheckConstraint(condition=models.Q(**{field: Lower(field)}), name=f"{model}_{field}_lower_case")


def lock_address(address: str) -> None:
    """Makes everything about one address wait in turn until the end of this transaction.

    A row lock cannot: the first enquiry of a person has no row yet.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(lower(%s), 0))", [address])
