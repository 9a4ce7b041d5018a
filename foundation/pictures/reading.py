"""A picture of anybody's as plain pixels, for programs in a process of their own, without Django and without a setting.

Nothing of what was uploaded is left in them: no place where it was taken, no serial number, no second file behind it.
"""

import base64
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from foundation.apart import limit_this_process

KINDS = ("JPEG", "PNG", "WEBP")
SMALLEST_SIDE = 100
# A WebP has at most 16,383 on a side.
LONGEST_SIDE = 16_000
# What good cameras make, 6,000 by 4,000. A JPEG can be unpacked at half its size, the others take up to 17 bytes a dot.
MOST_PIXELS = {"JPEG": 24_000_000, "MPO": 24_000_000, "PNG": 10_000_000, "WEBP": 10_000_000}
MOST_CPU_SECONDS = 20
MOST_MEMORY = 200 * 1024 * 1024


class Refused(Exception):
    """By a code, which `apart` says in words."""


def opened(data: bytes) -> Image.Image:
    """By its head alone: what would not fit into the memory is refused before anything is unpacked."""
    if b"<svg" in data[:4096].lower():
        raise Refused("svg")
    try:
        picture = Image.open(BytesIO(data), formats=KINDS)
    except UnidentifiedImageError:
        raise Refused("kind") from None
    except Image.DecompressionBombError:
        raise Refused("large") from None
    refuse_by_size(*picture.size, MOST_PIXELS[picture.format or ""])
    # Some cameras put a small picture or a second view behind the first one; that is no film.
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Refused("moving")
    return picture


def refuse_by_size(width: int, height: int, most: int) -> None:
    if width * height > most or max(width, height) > LONGEST_SIDE:
        raise Refused("large")
    if min(width, height) < SMALLEST_SIDE:
        raise Refused("small")


def shown_as_meant(picture: Image.Image, widest: int) -> Image.Image:
    """Upright, in the colors of the web, no wider than needed, and bare of all that stood beside the pixels."""
    # A JPEG can be unpacked at half its size or less.
    picture.draft(picture.mode, (widest, widest))
    picture.load()
    turn_upright(picture)
    profile = picture.info.get("icc_profile")
    picture = in_web_colors(scaled(in_full_colors(picture), widest), profile)
    picture.info = {}
    return picture


def turn_upright(picture: Image.Image) -> None:
    with suppress(Exception):  # of any kind: what a camera wrote may be broken, and it lies as it lay
        ImageOps.exif_transpose(picture, in_place=True)


def in_full_colors(picture: Image.Image) -> Image.Image:
    """In a mode that can be scaled."""
    if picture.mode.startswith("I"):
        # Sixteen bits of gray.
        return picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in picture.info:
        return picture
    has_holes = "transparency" in picture.info or picture.mode in ("LA", "PA", "La", "RGBa")
    return picture.convert("RGBA" if has_holes else "RGB")


def in_web_colors(picture: Image.Image, profile: bytes | None) -> Image.Image:
    wanted = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            web = ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(picture, source, web, outputMode=wanted) or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            # Of another kind than the pixels, or broken: then without it.
            pass
    picture = picture.convert(wanted)
    is_solid = wanted == "RGBA" and picture.getchannel("A").getextrema() == (255, 255)
    return picture.convert("RGB") if is_solid else picture


def scaled(picture: Image.Image, width: int) -> Image.Image:
    """Never larger than it was."""
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    # The coarse step first, in whole numbers: it needs little memory.
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def described(picture: Image.Image, kind: str, options: dict[str, Any], **more: Any) -> dict[str, Any]:
    data = base64.b64encode(encoded(picture, kind, options)).decode()
    return {"format": kind.lower(), "width": picture.width, "height": picture.height, "data": data, **more}


def encoded(picture: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def answer(files_of: Callable[[bytes], list[dict[str, Any]]], data: bytes) -> dict[str, Any]:
    try:
        return {"files": files_of(data)}
    except Refused as refused:
        return {"refused": str(refused)}
    except MemoryError:
        return {"refused": "memory"}
    except Exception:  # of any kind: each reader fails on a broken file in its own way
        return {"refused": "broken"}


def run(files_of: Callable[[bytes], list[dict[str, Any]]]) -> None:
    """The whole of such a program."""
    limit_this_process(cpu_seconds=MOST_CPU_SECONDS, memory=MOST_MEMORY)
    json.dump(answer(files_of, sys.stdin.buffer.read()), sys.stdout)
