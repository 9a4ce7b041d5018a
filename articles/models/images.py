"""Pictures that articles show. Their bytes lie in Postgres, so that one backup holds all of an article."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ImageQuerySet(models.QuerySet["Image"]):
    def with_files(self) -> "ImageQuerySet":
        """Their bytes stay where they are."""
        return self.prefetch_related(models.Prefetch("files", ImageFile.objects.defer("data")))

    def absent(self, content: dict[str, Any]) -> list[dict[str, Any]]:
        """Sections of the content whose picture is not here, as after an import from another site."""
        sections = [section for section in content.get("sections", []) if "image" in section]
        known = set(
            self.filter(sha256__in=[section["image"]["sha256"] for section in sections]).values_list(
                "sha256", flat=True
            )
        )
        return [section for section in sections if section["image"]["sha256"] not in known]


class Image(models.Model):
    """What is said of it here is copied into each revision that shows it, so that a review holds for the words, too."""

    class Licence(models.TextChoices):
        OWN = "own", _("our own")
        PERMISSION = "permission", _("shown with permission")
        PUBLIC_DOMAIN = "public-domain", _("public domain")
        CC0 = "cc0-1.0", "CC0 1.0"
        CC_BY = "cc-by-4.0", "CC BY 4.0"
        CC_BY_SA = "cc-by-sa-4.0", "CC BY-SA 4.0"

    name = models.SlugField(_("name"), max_length=80, unique=True)
    # Of the largest file that every browser shows. By it a revision names its picture.
    sha256 = models.CharField(_("sha256"), max_length=64, unique=True, editable=False)
    alt = models.CharField(_("what it shows"), max_length=300, blank=True)
    is_decorative = models.BooleanField(_("it shows nothing that the text needs"), default=False)
    credit = models.CharField(_("by whom"), max_length=200)
    licence = models.CharField(_("licence"), max_length=20, choices=Licence)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created_at"]
        constraints = [
            # Who cannot see it is told what it shows, or that nothing is missed: saying neither is a picture forgotten.
            models.CheckConstraint(
                condition=Q(is_decorative=True, alt="") | Q(is_decorative=False, alt__regex=r"\S"),
                name="image_alt_or_decorative",
                violation_error_message=_("Say what the picture shows, or tick that the text needs nothing of it."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def as_content(self) -> dict[str, str]:
        """What a section keeps of it."""
        return {"sha256": self.sha256, "alt": self.alt, "credit": self.credit, "licence": self.licence}


class ImageFile(models.Model):
    """One width and format of it. Never changed (a trigger says so): browsers keep what its address gave for a year."""

    class Format(models.TextChoices):
        WEBP = "webp", "WebP"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"

    image = models.ForeignKey(Image, models.CASCADE, related_name="files", verbose_name=_("image"))
    format = models.CharField(_("format"), max_length=4, choices=Format)
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    # Not unique: the small one of a drawing may be uploaded as a drawing of its own.
    sha256 = models.CharField(_("sha256"), max_length=64, db_index=True)
    data = models.BinaryField(_("bytes"))

    class Meta:
        verbose_name = _("file of an image")
        verbose_name_plural = _("files of images")
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["image", "format", "width"], name="imagefile_once")]

    def __str__(self) -> str:
        return f"{self.sha256}.{self.format}"

    def get_absolute_url(self) -> str:
        return reverse("articles:image", args=[self.sha256, self.format])


def with_files(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each with the files of its picture: all in one statement, since each trip to Postgres is a reader's wait."""
    wanted = [section["image"]["sha256"] for section in sections if section.get("image")]
    named = ImageFile.objects.defer("data").annotate(named=models.F("image__sha256"))
    files = list(named.filter(named__in=wanted)) if wanted else []
    return [
        {**section, "files": [file for file in files if file.named == section["image"]["sha256"]]}
        if section.get("image")
        else section
        for section in sections
    ]
