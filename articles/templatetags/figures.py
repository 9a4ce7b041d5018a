"""What stands below the text of a section."""

from collections.abc import Iterable
from typing import Any

from django import template

from articles import icons
from articles.models import Image, ImageFile, Reviewer

register = template.Library()
register.filter("dots", icons.dots)
register.filter("told", icons.told)
Format = ImageFile.Format
DEEDS: dict[str, str] = {
    Image.Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Image.Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Image.Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
}


@register.inclusion_tag("articles/_picture.html")
def picture(image: dict[str, str], files: list[ImageFile]) -> dict[str, Any]:
    """Of a picture that is not on this site nothing is shown."""
    if not files:
        return {}
    plain = [file for file in files if file.format != Format.WEBP]
    return {
        "image": image,
        "main": plain[-1],
        "sources": srcset(plain),
        "webp": srcset(file for file in files if file.format == Format.WEBP),
        "licence": Image.Licence(image["licence"]).label,
        "deed": DEEDS.get(image["licence"]),
    }


@register.inclusion_tag("articles/_portrait.html")
def portrait(person: Reviewer) -> dict[str, Any]:
    """Of a person read `with_pictures`. The smallest file is as wide as it is shown on the sharpest screens."""
    files = [ImageFile(**told) for told in person.files]  # type: ignore[attr-defined]
    if not person.photo or not files:
        return {}
    return {
        "photo": person.photo,
        "main": next(file for file in files if file.format != Format.WEBP),
        "webp": next((file for file in files if file.format == Format.WEBP), None),
        "is_own": person.photo.licence == Image.Licence.OWN,
        "deed": DEEDS.get(person.photo.licence),
    }


def srcset(files: Iterable[ImageFile]) -> str:
    return ", ".join(f"{file.get_absolute_url()} {file.width}w" for file in files)
