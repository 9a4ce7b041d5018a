"""Who acts. None would not tell a visitor, a job of ours and a mail server apart."""

from dataclasses import dataclass
from typing import Any, Protocol, cast

from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ActsAs(TextChoices):
    STAFF = "staff", _("staff")
    VISITOR = "visitor", _("visitor")
    JOB = "job", _("job")
    MACHINE = "machine", _("machine")


class Actor(Protocol):
    """Whoever does something: somebody's staff account, or one of the three below."""

    @property
    def acts_as(self) -> ActsAs: ...

    @property
    def account(self) -> Any:
        """The row of somebody who works here, at which history points; None for all others."""

    def has_perm(self, perm: str) -> bool: ...


@dataclass(frozen=True)
class WithoutAccount:
    acts_as: ActsAs
    account: None = None

    def has_perm(self, perm: str) -> bool:
        return False


VISITOR = WithoutAccount(ActsAs.VISITOR)
# A periodic task, a command in the shell, or what the site does by itself.
JOB = WithoutAccount(ActsAs.JOB)
# A mail server or provider, by its answer or report.
MACHINE = WithoutAccount(ActsAs.MACHINE)


def acting(request: HttpRequest) -> Actor:
    """Whoever is signed in; only for pages that let nobody else in."""
    return cast(Actor, request.user)
