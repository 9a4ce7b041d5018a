"""Pictures for tests, made on the spot and small."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

SECRET = b"canary-of-the-camera"


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 240, height: int = 160) -> Image.Image:
    """With more colors than a drawing has."""
    return Image.effect_noise((width, height), 90).convert("RGB").effect_spread(9)


def drawing(width: int = 240, height: int = 160, color: str = "navy") -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    picture.paste(color, (20, 20, width // 2, height - 20))
    return picture


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def png_that_says(width: int, height: int, *chunks: tuple[bytes, bytes], body: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png((b"IHDR", head), *chunks, (b"IDAT", zlib.compress(body)), (b"IEND", b""))


def with_exif(picture: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return saved(picture, "JPEG", exif=exif.tobytes(), comment=SECRET, quality=90)
