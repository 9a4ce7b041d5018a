"""Photographs of people, as small as they are printed: the packet goes out as an attachment."""

from io import BytesIO

from PIL import Image, ImageOps

from foundation.pictures.logos import on_white

# A little over an inch, at 200 dots each.
SIDE = 230


def printed(data: bytes) -> bytes:
    """A square JPEG around the middle of one of the site's own files, which were encoded anew when they came."""
    # JPEG knows nothing to see through: without a ground, what was cut out stands on black.
    opaque = on_white(Image.open(BytesIO(data)).convert("RGBA"))
    picture = ImageOps.fit(opaque, (SIDE, SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
