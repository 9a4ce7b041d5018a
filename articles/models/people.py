"""The people of the clinic, and whoever reads its articles for it: a row each, so that no name is told in two ways."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.images import Image, ImageFile

# Readers are asked to trust their judgement, so they are told what it rests on.
ASKED_OF_REVIEWERS = ("credentials", "registration", "conflicts")


class ReviewerQuerySet(models.QuerySet["Reviewer"]):
    def of_the_clinic(self) -> "ReviewerQuerySet":
        """Those whom the clinic names as its own, in its order."""
        return self.filter(is_of_the_clinic=True)

    def with_pictures(self) -> "ReviewerQuerySet":
        """In the same statement, since each trip to Postgres is a reader's wait."""
        files = ImageFile.objects.filter(image=OuterRef("photo_id")).order_by("width", "format")
        told = JSONObject(**{name: F(name) for name in ("sha256", "format", "width", "height")})
        return self.select_related("photo").annotate(files=ArraySubquery(files.values(told=told)))


class Reviewer(models.Model):
    """A person of the clinic, whether they review or not, or somebody from elsewhere who reviews for it.

    Named for what the first of them did: the version before knows table and rights by this name.
    """

    # Without one, the page of somebody who reviewed here once still stands.
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("account"),
        help_text=_("Only of who reviews articles here: they sign in with it."),
    )
    slug = models.SlugField(_("address of the page"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200)
    credentials = models.CharField(
        _("credentials"), max_length=300, blank=True, help_text=_("Such as MD, specialist in neurology.")
    )
    role = models.CharField(
        _("what they do here"),
        max_length=300,
        blank=True,
        db_default="",
        help_text=_("Such as: reads your records, and sees you before and after treatment."),
    )
    languages = models.CharField(
        _("languages they speak with patients"),
        max_length=200,
        blank=True,
        db_default="",
        help_text=_("Such as English, Polish and sign language."),
    )
    registration = models.CharField(
        _("registration"),
        max_length=300,
        blank=True,
        help_text=_("With whom, and the number, so that people can look it up."),
    )
    register_url = models.URLField(
        _("address of the register"),
        max_length=300,
        blank=True,
        db_default="",
        validators=[URLValidator(["https", "http"])],
        help_text=_("The page on which anybody finds them, such as https://register.example.org/."),
    )
    conflicts = models.TextField(
        _("conflicts of interest"), blank=True, help_text=_("Money from whom, shares, posts; “none” is an answer.")
    )
    photo = models.ForeignKey(
        Image,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        # A few dozen rows: making one would hold the table for longer than it ever saves.
        db_index=False,
        verbose_name=_("photograph"),
        help_text=_("A picture of the library, which says what it shows and by whom it is. Ask them first."),
    )
    is_of_the_clinic = models.BooleanField(
        _("one of the people of the clinic"),
        default=True,
        # Whoever reviewed before there was a page of people may be from elsewhere.
        db_default=False,
        help_text=_("Shown on the page About us. Untick it for who reviews from elsewhere, or has left."),
    )
    position = models.PositiveSmallIntegerField(
        _("place in the order"), default=0, db_default=0, help_text=_("The smallest comes first, then by name.")
    )

    objects = ReviewerQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.credentials]))

    def get_absolute_url(self) -> str:
        return reverse("articles:reviewer", args=[self.slug])

    def clean(self) -> None:
        if self.account_id is None:
            return
        words = _("Readers are told this of whoever reviews articles.")
        lacks: dict[str, Any] = {name: words for name in ASKED_OF_REVIEWERS if not getattr(self, name).strip()}
        if lacks:
            raise ValidationError(lacks)
