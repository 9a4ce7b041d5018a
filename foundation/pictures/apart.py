"""Has a picture encoded anew, and says in words why it was refused."""

import base64
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.apart import TookTooMuch, answer_of

# Of a camera's best pictures. Postgres keeps none of it: only what was made of it, some hundred kilobytes.
MOST_BYTES = 10 * 1024 * 1024
# Of the clock: the machine may be busy with something else.
MOST_SECONDS = 60
_TOO_MUCH = _("This picture takes too long to read, or too much memory. Save it smaller, as JPEG.")
WHY_REFUSED: dict[str, Any] = {
    "bytes": _("This file is larger than 10 MB. Save the picture smaller, as JPEG."),
    "svg": _("An SVG can hold a program, so none is taken. Save the drawing as PNG."),
    "kind": _("This is no JPEG, PNG or WebP. Save the picture as one of these."),
    "moving": _("This picture moves, which keeps people from reading. Save one of its pictures alone."),
    "large": _(
        "This picture is too large: as JPEG it may have 24 million dots, as PNG or WebP 10 million, and on each side "
        "16,000."
    ),
    "small": _("This picture has fewer than 100 pixels on a side and would be blurred. Take a larger one."),
    "broken": _("This picture is broken, or not what its name says. Save it anew in the program that made it."),
    "memory": _TOO_MUCH,
}


def files_of(program: list[str], data: bytes) -> list[dict[str, Any]]:
    """What the program, named as for `python`, makes of the picture, with the bytes of each file under "data".

    Raises ValidationError with a sentence for whatever is no picture for a page.
    """
    if len(data) > MOST_BYTES:
        raise ValidationError(WHY_REFUSED["bytes"])
    try:
        answer = answer_of(program, data, seconds=MOST_SECONDS)
    except TookTooMuch as error:
        raise ValidationError(_TOO_MUCH) from error
    if "refused" in answer:
        raise ValidationError(WHY_REFUSED[answer["refused"]])
    return [{**file, "data": base64.b64decode(file["data"])} for file in answer["files"]]
