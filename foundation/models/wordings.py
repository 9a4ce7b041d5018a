"""The words that people agree to. Who agreed, and when, is the post office's to keep (mailings.models.Consent)."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.outage import last_known
from foundation.prepared import Rows


class WordingQuerySet(models.QuerySet["ConsentWording"]):
    def current(self, kind: str) -> "ConsentWording":
        """The newest wording of a kind; raises ConsentWording.DoesNotExist before first content is loaded."""
        return self.filter(kind=kind).latest("number")

    def to_show(self, kind: str) -> "ConsentWording | None":
        """The current wording for a form; the last one known while the database is away."""
        return _current_by_kind().get(kind)

    def newest_at(self, *kinds: str) -> datetime | None:
        """Since when the forms show these as they stand."""
        found = filter(None, map(self.to_show, kinds))
        return max((wording.created_at for wording in found), default=None)

    def shown(self, kind: str, number: int | None) -> "ConsentWording":
        """The wording that the form carried; an unknown number means the current one."""
        return self.all_shown({kind: number})[kind]

    def all_shown(self, numbers: Mapping[str, int | None]) -> dict[str, "ConsentWording"]:
        """The same of several kinds, by one query: a clinic changes its wordings a few times in years."""
        found = _by_number()
        newest = {kind: wording for (kind, _number), wording in found.items()}
        return {kind: found.get((kind, number or 0)) or newest[kind] for kind, number in numbers.items()}


@last_known(default=dict, of_the_frame=True)
def _by_number() -> dict[tuple[str, int], "ConsentWording"]:
    return {(wording.kind, wording.number): wording for wording in ConsentWording.objects.order_by("number")}


@last_known(default=dict, of_the_frame=True)
def _current_by_kind() -> dict[str, "ConsentWording"]:
    return {wording.kind: wording for wording in NEWEST.ask()}


class ConsentWording(models.Model):
    """One numbered text that people agree to. Never changed: a new text is a new number."""

    class Kind(models.TextChoices):
        PACKET = "packet", _("the information packet")
        ANSWER = "answer", _("being contacted about a question")
        # Both at once, up to 0.4: what was agreed to stays proof.
        CONTACT = "contact", _("being contacted about health")
        NEWSLETTER = "newsletter", _("the newsletter")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"))
    language = models.CharField(
        _("language"), max_length=20, default=settings.LANGUAGE_CODE, db_default=settings.LANGUAGE_CODE, editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent wording")
        verbose_name_plural = _("consent wordings")
        ordering = ["kind", "-number"]
        # Of the room in which it was made.
        db_table = "mailings_consentwording"
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="consentwording_number_once")]

    def __str__(self) -> str:
        return gettext("%(kind)s, wording %(number)s") % {"kind": self.get_kind_display(), "number": self.number}


NEWEST = Rows(lambda: ConsentWording.objects.order_by("kind", "-number").distinct("kind"))
