"""Who works here now. Accounts are a model of clinic, which the rooms that name people may not import."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

# Accounts of people who left stay, since history names them.
WORKS_HERE = {"is_active": True, "is_staff": True}


def staff_now() -> QuerySet[Any]:
    return get_user_model()._default_manager.filter(**WORKS_HERE)


def staff_gone() -> QuerySet[Any]:
    return get_user_model()._default_manager.exclude(**WORKS_HERE)


def accounts_with(right: str) -> QuerySet[Any]:
    """Also of people who left, whose groups stay as they were."""
    return ModelBackend().with_perm(right, is_active=None)  # type: ignore[arg-type]


def staff_with(right: str) -> QuerySet[Any]:
    return accounts_with(right).filter(**WORKS_HERE)


def works_here(account: Any) -> bool:
    return all(getattr(account, name) == wanted for name, wanted in WORKS_HERE.items())
