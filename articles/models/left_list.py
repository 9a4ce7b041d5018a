"""What the retraction list no longer says: a warning goes by a person's word, and by no file."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.models.notices import PaperNotice, RetractionRecord
from articles.models.papers import ArticlePaper


class RetractionList(models.Model):
    """A file that was loaded: what it lacks is concluded from only if it is whole."""

    loaded_at = models.DateTimeField(_("loaded at"), auto_now_add=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    # Not while it is being read, nor if it has far fewer rows than the one before it.
    is_whole = models.BooleanField(_("whole"), default=False)

    class Meta:
        verbose_name = _("retraction list")
        verbose_name_plural = _("retraction lists")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.loaded_at:%Y-%m-%d}"


class GoneRuling(models.Model):
    """What somebody decided of a record that left the list, until it stands on one again. Append-only."""

    class Ruling(models.TextChoices):
        KEEP = "keep", _("readers go on seeing it")
        LIFT = "lift", _("taken off")

    record = models.ForeignKey(RetractionRecord, models.PROTECT, related_name="gone_rulings", verbose_name=_("record"))
    listed = models.ForeignKey(
        RetractionList, models.PROTECT, related_name="gone_rulings", verbose_name=_("list that lacks it")
    )
    ruling = models.CharField(_("decision"), max_length=4, choices=Ruling)
    reason = models.TextField(_("reason"))
    ruled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"))
    ruled_at = models.DateTimeField(_("decided at"), auto_now_add=True)

    class Meta:
        verbose_name = _("decision on a notice that left the list")
        verbose_name_plural = _("decisions on notices that left the list")
        ordering = ["-pk"]
        constraints = [
            # Of two who decide at once the second has to hear of the first.
            models.UniqueConstraint(fields=["record", "listed"], name="goneruling_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="goneruling_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.record}: {self.get_ruling_display()}"


def rulings_of(record: str) -> QuerySet[GoneRuling]:
    """Those that hold, for a subquery; record: how the outer query calls it."""
    left = "gone_from" if record == "pk" else f"{record}__gone_from"
    return GoneRuling.objects.filter(record=OuterRef(record), listed=OuterRef(left))


def was_lifted(record: str) -> Exists:
    return Exists(rulings_of(record).filter(ruling=GoneRuling.Ruling.LIFT))


def undecided() -> QuerySet[PaperNotice]:
    """Those of a record that left the list, of which nobody has said yet what becomes of them.

    Only what some article names: of no other is there a page on which anybody could say it.
    """
    return unruled().filter(Exists(ArticlePaper.objects.filter(paper=OuterRef("paper"))))


def unruled() -> QuerySet[PaperNotice]:
    """The same, whether or not an article names it: for who asks of articles."""
    gone = PaperNotice.objects.filter(record__gone_from__isnull=False)
    return gone.exclude(Exists(rulings_of("record")))


def kept(article: int) -> QuerySet[GoneRuling]:
    """Why the page of an article goes on saying what the list does not."""
    return GoneRuling.objects.filter(
        record__notices__paper__cited_by__article=article, listed=F("record__gone_from"), ruling=GoneRuling.Ruling.KEEP
    ).distinct()
