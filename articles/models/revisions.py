from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class SectionKind(models.TextChoices):
    """What a section tells, in the order in which it is read; the schema of the content has the same ones."""

    BOTTOM_LINE = "bottom_line", _("the short version")
    BACKGROUND = "background", _("background")
    STUDY = "study", _("what was done")
    PARTICIPANTS = "participants", _("who took part")
    FINDINGS = "findings", _("findings")
    HARMS = "harms", _("harms")
    LIMITS = "limits", _("limits")
    MEANING = "meaning", _("what it means")
    NEWER = "newer", _("newer evidence")
    QUESTIONS = "questions", _("questions to ask")
    # As it was imported, under no heading that says what it is.
    UNSORTED = "unsorted", _("not sorted yet")


class ArticleRevision(models.Model):
    """One saved state of an article. Never changed (a trigger says so): the next state is the next number."""

    class Source(models.TextChoices):
        FIRST_CONTENT = "first_content", _("first content")
        EDITOR = "editor", _("editor")
        IMPORT = "import", _("import")

    class Change(models.TextChoices):
        WORDS = "words", _("what it says")
        TYPO = "typo", _("a typo fix")

    article = models.ForeignKey(Article, models.PROTECT, related_name="revisions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    content_sha256 = models.CharField(_("sha256"), max_length=64)
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.EDITOR)
    change = models.CharField(_("change"), max_length=20, choices=Change, default=Change.WORDS, db_default=Change.WORDS)
    # As typed: why it was changed.
    reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    restored_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        # Nobody asks which ones were restored from one.
        db_index=False,
        related_name="restored_as",
        verbose_name=_("restored from"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("saved by")
    )
    created_at = models.DateTimeField(_("saved at"), auto_now_add=True)

    class Meta:
        verbose_name = _("article revision")
        verbose_name_plural = _("article revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="articlerevision_number_once")]

    def __str__(self) -> str:
        return f"{self.article.slug} {self.number}"
