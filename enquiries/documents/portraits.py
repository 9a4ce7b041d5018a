"""Photographs of people, as small as they are printed: the packet goes out as an attachment."""

from io import BytesIO

from PIL import Image, ImageOps

# A little over an inch, at 200 dots each.
SIDE = 230


def printed(data: bytes) -> bytes:
    """A square JPEG around the middle of one of the site's own files, which were encoded anew when they came."""
    picture = ImageOps.fit(Image.open(BytesIO(data)).convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()
