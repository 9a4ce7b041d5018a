"""What the clinic's details were, each time somebody saved them otherwise."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.models.profile import ClinicProfile

# Fields that name a LogoFile.
LOGOS = ("logo", "own_icon")
# Its rows are told as one: by their lines.
ROWS = ("opening_hours", "holidays", "process_steps", "own_numbers")


class Change(NamedTuple):
    """One of the details, in words."""

    label: str
    before: str
    after: str


class ProfileRevision(models.Model):
    """The details as a whole, as they were saved; a trigger keeps it append-only."""

    # By the name of the field or of the rows.
    content = models.JSONField()
    # Nobody for what a command or an upgrade wrote, found when somebody saved next.
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name = gettext_lazy("revision of the clinic profile")
        verbose_name_plural = gettext_lazy("revisions of the clinic profile")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.saved_at)

    def changes(self, before: "ProfileRevision") -> list[Change]:
        names = {*self.content, *before.content}
        found = [(name, before.content.get(name, ""), self.content.get(name, "")) for name in ordered(names)]
        said = [(name, in_words(old), in_words(new)) for name, old, new in found if old != new]
        # A revision of before there was such a detail lacks it, and so does one in which it is empty.
        return [Change(label_of(name), old, new) for name, old, new in said if old != new]


def was_ever_shown(logo: str) -> bool:
    """Whether the profile, or a revision of it, names this; what a refused save brought is named by neither."""
    named = (ClinicProfile.objects.filter(**{name: logo}) for name in LOGOS)
    before = (ProfileRevision.objects.filter(**{f"content__{name}": logo}) for name in LOGOS)
    return any(found.exists() for found in (*named, *before))


def ordered(names: set[str]) -> list[str]:
    known = [*(field.name for field in ClinicProfile._meta.concrete_fields), *ROWS]
    return [*(name for name in known if name in names), *sorted(names - set(known))]


def label_of(name: str) -> str:
    if name in ROWS:
        return capfirst(str(rows_model(name)._meta.verbose_name_plural))
    known = {field.name: field.verbose_name for field in ClinicProfile._meta.concrete_fields}
    return capfirst(str(known.get(name, name)))


def rows_model(name: str) -> Any:
    return ClinicProfile._meta.get_field(name).related_model


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "\n".join(value) if isinstance(value, list) else str(value)


def content_of(profile: ClinicProfile) -> dict[str, Any]:
    """Of a line only its words count, not how it ends."""
    fields = [field for field in ClinicProfile._meta.concrete_fields if not field.primary_key]
    rows = {name: [line_of(row) for row in getattr(profile, name).all()] for name in ROWS}
    return {**{field.name: plain(getattr(profile, field.name)) for field in fields}, **rows}


def plain(value: Any) -> Any:
    if value is None:
        return ""
    return value if isinstance(value, bool | int) else str(value).replace("\r\n", "\n")


def line_of(row: Any) -> str:
    own = [field for field in row._meta.concrete_fields if not (field.primary_key or field.is_relation)]
    return " · ".join(filter(None, (str(plain(row.serializable_value(field.name))) for field in own)))
