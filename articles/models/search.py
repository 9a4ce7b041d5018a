"""By what articles are found: kept by triggers (see sql/index_article.sql), written by nothing else but synonyms."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class SearchEntry(models.Model):
    """What a published article is found by; there is none of a draft, nor of what was withdrawn."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="search_entry")
    shown_from = models.DateTimeField(_("published at"))
    # As the editor wrote it: articles.claims.designs says of which kind it is.
    design = models.TextField(_("kind of study"))
    heading = SearchVectorField(_("title and topics"))
    whole = SearchVectorField(_("all of it, by weight"))
    # Lower case; that of the paper which the article is about first.
    identifiers = ArrayField(models.TextField(), verbose_name=_("DOI and other numbers"))
    # What stands in the sections, for excerpts.
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [
            # Not fast to write but fast to read: an article is published once and searched for often.
            GinIndex(fields=["whole"], name="searchentry_whole", fastupdate=False),
            GinIndex(fields=["heading"], name="searchentry_heading", fastupdate=False),
            GinIndex(fields=["identifiers"], name="searchentry_identifiers", fastupdate=False),
            # Of a word that nearly all have only the newest are looked at.
            models.Index(fields=["-shown_from"], name="searchentry_newest"),
            # Which designs there are is told from the index alone.
            models.Index(fields=["design"], name="searchentry_design"),
        ]

    def __str__(self) -> str:
        return str(self.article_id)


class SearchWord(models.Model):
    """A word that some published article has, or had: what a slip of the keyboard may have meant."""

    word = models.TextField(_("word"), primary_key=True)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        # For likenesses; for beginnings Django gives every text that is a key an index of its own.
        indexes = [GinIndex(fields=["word"], name="searchword_alike", opclasses=["gin_trgm_ops"], fastupdate=False)]

    def __str__(self) -> str:
        return self.word


class Synonym(models.Model):
    """Words that mean the same to whoever searches: with one of them, all are looked for."""

    words = models.CharField(
        _("words that mean the same"),
        max_length=300,
        unique=True,
        help_text=_(
            "Parted by commas, such as “MS, multiple sclerosis”. Who searches for one of them finds the others, too."
        ),
    )

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.words = ", ".join(self.terms())
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if len(self.terms()) < 2:
            raise ValidationError({"words": _("Name two or more, parted by commas.")})

    def terms(self) -> list[str]:
        return [term.strip() for term in self.words.split(",") if term.strip()]
