"""Words that readers need explained; each public page that shows an article reads them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.outage import last_known


class GlossaryManager(models.Manager["GlossaryTerm"]):
    def known(self) -> "tuple[GlossaryTerm, ...]":
        """All of them; the last ones known while the database is away."""
        return _known()


@last_known(default=tuple, of_the_frame=True)
def _known() -> "tuple[GlossaryTerm, ...]":
    return tuple(GlossaryTerm.objects.all())


class GlossaryTerm(models.Model):
    """One thing in plain words: articles explain it at its first use in each section."""

    term = models.CharField(
        _("word"),
        max_length=80,
        unique=True,
        help_text=_("As it stands in the middle of a sentence, of one thing: control group, not Control groups."),
    )
    slug = models.SlugField(
        _("address"),
        unique=True,
        help_text=_("What articles lead to on the page of the glossary. It stays as it is."),
    )
    meaning = models.CharField(
        _("plain meaning"),
        max_length=300,
        help_text=_("One or two short sentences for somebody who never met the word, without another hard word."),
    )
    synonyms = models.CharField(
        _("other words for it"),
        max_length=300,
        blank=True,
        help_text=_("Parted by commas: other spellings, short forms. Plurals with -s, -es or -ies are known."),
    )

    objects = GlossaryManager()

    class Meta:
        verbose_name = _("word of the glossary")
        verbose_name_plural = _("glossary")
        ordering = ["term"]
        constraints = [models.CheckConstraint(condition=~Q(meaning=""), name="glossaryterm_says_what_it_means")]

    def __str__(self) -> str:
        return self.term

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.synonyms = ", ".join(self.other_words())
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{self.page()}#{self.slug}"

    @staticmethod
    def page() -> str:
        return reverse("articles:glossary")

    def clean(self) -> None:
        """Of two meanings of one word a reader would see either."""
        others = {word.casefold() for other in GlossaryTerm.objects.exclude(pk=self.pk) for word in other.words()}
        taken = [word for word in self.words() if word.casefold() in others]
        if taken:
            raise ValidationError(_("The glossary explains “%(word)s” already.") % {"word": taken[0]})

    def other_words(self) -> list[str]:
        return [word.strip() for word in self.synonyms.split(",") if word.strip()]

    def words(self) -> list[str]:
        return [self.term, *self.other_words()]
