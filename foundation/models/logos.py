"""The clinic's mark in the sizes in which it is shown. The bytes lie in Postgres, so that one backup holds all."""

import hashlib
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class LogoFile(models.Model):
    """One size of an upload. Never changed (a trigger says so) and never removed: mails of years ago show it."""

    logo = models.CharField(_("logo"), max_length=80)
    # As pictures.logos names it: "header", "mail", "packet", "icon", "icon-180".
    use = models.CharField(_("use"), max_length=20)
    format = models.CharField(_("format"), max_length=4)
    data = models.BinaryField(_("bytes"))

    class Meta:
        default_permissions = ()
        verbose_name = _("file of a logo")
        verbose_name_plural = _("files of logos")
        constraints = [models.UniqueConstraint(fields=["logo", "use"], name="logofile_once")]

    def __str__(self) -> str:
        return f"{self.logo} {self.use}"


def name_of(files: list[dict[str, Any]]) -> str:
    """By its bytes, and with the size in which a page shows it: a page must leave room for it before it is there."""
    digest = hashlib.sha256(b"".join(file["data"] for file in files)).hexdigest()
    header = next(file for file in files if file["use"] == "header")
    return f"{digest}-{header['width']}x{header['height']}"


def size_of(name: str) -> tuple[int, int]:
    """Wide and high in pixels of a page, half the dots of the file."""
    width, _x, height = name.partition("-")[2].partition("x")
    return (max(1, int(width) // 2), max(1, int(height) // 2)) if name else (0, 0)
