from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.images.apart import EncodedFile
from articles.models import Image, ImageFile
from foundation.actors import Actor


@transaction.atomic
def add_image(*, image: Image, files: Sequence[EncodedFile], by: Actor) -> Image:
    """Stores a new one with its files, of which the last is the one that gives it its fingerprint."""
    image.sha256 = files[-1].sha256
    image.created_by = by.account
    image.save()
    ImageFile.objects.bulk_create(ImageFile(image=image, sha256=file.sha256, **file._asdict()) for file in files)
    return image


def refuse_if_here(files: Sequence[EncodedFile]) -> None:
    same = Image.objects.filter(sha256=files[-1].sha256).first()
    if same:
        raise ValidationError(_("This picture is here already, as “%(name)s”.") % {"name": same.name})


def absent_images(content: dict[str, Any]) -> list[str]:
    return [
        _("The picture of the section “%(heading)s” is not on this site. Upload it, or take it out.")
        % {"heading": section.get("heading", "")}
        for section in Image.objects.absent(content)
    ]
