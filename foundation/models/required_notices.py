"""Words that the law of some place wants shown wherever such treatment is offered. They are counsel's, not ours."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import OperationalError, models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from foundation.models.profile import ClinicProfile
from foundation.models.profile_revisions import Change
from foundation.outage import last_known

is_language = RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", _("Write a language as its code, such as en or es."))


class ShownNotice(NamedTuple):
    """As a page, a mail or the packet says it."""

    place: str
    text: str
    language: str


class RequiredNoticeManager(models.Manager["RequiredNotice"]):
    def shown(self, where: str, now: datetime | None = None) -> tuple[ShownNotice, ...]:
        """What readers see there now; while the database is away, what was known last."""
        return self._of(_approved() or [], where, now)

    def mailed(self, where: str) -> tuple[ShownNotice, ...]:
        """Raises OperationalError where they could not be read: a mail without its notice cannot be taken back."""
        found = _approved()
        if found is None:
            raise OperationalError("the required notices could not be read")
        return self._of(found, where)

    def _of(self, found: "list[RequiredNotice]", where: str, now: datetime | None = None) -> tuple[ShownNotice, ...]:
        today = ClinicProfile.objects.current().today(now)
        return tuple(
            ShownNotice(notice.place, notice.text, notice.language)
            for notice in found
            if notice.placement in (RequiredNotice.Placement.BOTH, where) and notice.holds_on(today)
        )

    def changed_by_time(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """When one came or went by its dates last, and when the next one will: at midnight where the clinic is."""
        zone = ClinicProfile.objects.current().zone
        days = [day for notice in _approved() or [] for day in notice.edges()]
        moments = [datetime.combine(day, time.min, zone) for day in days]
        past, to_come = ([at for at in moments if (at <= now) is is_past] for is_past in (True, False))
        return max(past, default=None), min(to_come, default=None)


@last_known(default=lambda: None, of_the_frame=True)
def _approved() -> "list[RequiredNotice] | None":
    return list(RequiredNotice.objects.filter(state=RequiredNotice.State.APPROVED))


class RequiredNotice(models.Model):
    """Never deleted: what was shown, and when, has to be known years later."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft: nobody outside sees it")
        APPROVED = "approved", _("approved by counsel: shown from its first day on")

    class Placement(models.TextChoices):
        BOTH = "both", _("articles and the packet")
        ARTICLES = "articles", _("articles")
        PACKET = "packet", _("the packet: its page, its mail, the document")

    place = models.CharField(_("place"), max_length=100, help_text=_("Whose law asks for it, such as Florida."))
    law = models.TextField(
        _("what asks for it"), blank=True, help_text=_("For your colleagues: which law, and where it is to be read.")
    )
    text = models.TextField(
        _("wording"), help_text=_("As your counsel gave it to you. It is shown as typed; an empty line parts it.")
    )
    language = models.CharField(
        _("language of the wording"),
        max_length=20,
        default=settings.LANGUAGE_CODE,
        validators=[is_language],
        help_text=_("Its code, such as en or es, by which it is read aloud."),
    )
    placement = models.CharField(_("where it is shown"), max_length=20, choices=Placement, default=Placement.BOTH)
    begins_on = models.DateField(
        _("from"), null=True, blank=True, help_text=_("The first day, where the clinic is; empty for at once.")
    )
    ends_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day; empty for no end."))
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=State,
        default=State.DRAFT,
        help_text=_("Approve it only once your counsel has approved these very words."),
    )

    objects = RequiredNoticeManager()

    class Meta:
        verbose_name = _("required notice")
        verbose_name_plural = _("required notices")
        ordering = ["place", "begins_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="requirednotice_ends_after_it_began",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(place=""), name="requirednotice_says_something"),
        ]

    def __str__(self) -> str:
        return self.place

    def holds_on(self, day: date) -> bool:
        return (self.begins_on or day) <= day <= (self.ends_on or day)

    def edges(self) -> Iterator[date]:
        """The days with which what is shown becomes other."""
        if self.begins_on:
            yield self.begins_on
        if self.ends_on:
            yield self.ends_on + timedelta(days=1)

    def content(self) -> dict[str, Any]:
        own = [field for field in self._meta.concrete_fields if not field.primary_key]
        return {field.name: str(getattr(self, field.attname) or "") for field in own}


class RequiredNoticeRevision(models.Model):
    """A notice as it was saved; a trigger keeps it append-only, and with it the notice."""

    notice = models.ForeignKey(RequiredNotice, models.PROTECT, related_name="revisions")
    content = models.JSONField()
    # Nobody for what came with the site.
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name = _("revision of a required notice")
        verbose_name_plural = _("revisions of required notices")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.saved_at)

    def changes(self, before: "RequiredNoticeRevision | None") -> list[Change]:
        old = before.content if before else {}
        fields: list[Any] = [RequiredNotice._meta.get_field(name) for name in self.content]
        pairs = [(field, old.get(field.name, ""), self.content[field.name]) for field in fields]
        return [
            Change(capfirst(str(field.verbose_name)), in_words(field, was), in_words(field, now))
            for field, was, now in pairs
            if was != now
        ]


def in_words(field: Any, value: str) -> str:
    return str(dict(field.flatchoices).get(value, value))
