"""The providers behind addresses, and those to whom nothing goes just now because they refuse us."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# One gate for several names: who is refused at one is refused at all of a line. Any other stands for what is below it.
ONE_GATE = [
    ("gmail.com", "googlemail.com"),
    ("outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.de", "hotmail.fr", "hotmail.co.uk", "hotmail.es"),
    ("yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "yahoo.de", "yahoo.fr", "yahoo.co.uk", "yahoo.es"),
    ("icloud.com", "me.com", "mac.com"),
    ("gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.com", "web.de", "mail.com"),
    ("mail.ru", "inbox.ru", "list.ru", "bk.ru"),
    ("proton.me", "protonmail.com", "pm.me"),
]
NAMES = {domain: names[0] for names in ONE_GATE for domain in names}


# Below these somebody owns a name of three parts: clinic.co.uk.
NOBODYS_NAMES = {"ac", "co", "com", "edu", "gob", "gov", "ltd", "me", "ne", "net", "nhs", "or", "org", "plc", "sch"}
COUNTRY = 2


def provider_of(address: str) -> str:
    domain = owned(address.rpartition("@")[2].lower())
    return NAMES.get(domain, domain)


def owned(domain: str) -> str:
    """The name that somebody registered: whoever has one makes as many below it as they like."""
    *_below, name, ending = ["", *domain.split(".")]
    parts = 3 if len(ending) == COUNTRY and name in NOBODYS_NAMES else 2
    return ".".join(domain.split(".")[-parts:])


def behind(providers: Iterable[str], field: str = "email") -> Q:
    """The addresses of these providers."""
    domains = [domain for name in providers for domain in (name, *(d for d, of in NAMES.items() if of == name))]
    found = Q(pk__in=[])
    for domain in domains:
        found |= Q(**{f"{field}__endswith": f"@{domain}"}) | Q(**{f"{field}__endswith": f".{domain}"})
    return found


class ProviderPauseQuerySet(models.QuerySet["ProviderPause"]):
    def standing(self) -> "ProviderPauseQuerySet":
        return self.filter(resumed_at=None)


class ProviderPause(models.Model):
    """One provider refuses our mail as unwanted: what goes there waits for a person, and everything else goes out."""

    provider = models.CharField(_("provider"), max_length=254)
    paused_at = models.DateTimeField(_("paused at"))
    reply = models.TextField(_("reply"), blank=True)
    resumed_at = models.DateTimeField(_("resumed at"), null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("resumed by")
    )
    # What told staff of it; by its name, for the outbox asks which providers are paused.
    notice = models.OneToOneField(
        "mailings.OutgoingEmail",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tells_of_pause",
        verbose_name=_("notice"),
    )

    objects = ProviderPauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("paused provider")
        verbose_name_plural = _("paused providers")
        ordering = ["paused_at"]
        default_permissions = ()
        constraints = [
            # Several workers hear the fifth refusal at once.
            models.UniqueConstraint(fields=["provider"], condition=Q(resumed_at=None), name="providerpause_stands_once")
        ]

    def __str__(self) -> str:
        return self.provider
