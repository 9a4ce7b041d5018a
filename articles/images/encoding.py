"""A picture of an article made into files of ours: `python -m articles.images.encoding` reads and prints them."""

from functools import partial
from typing import Any

from PIL import Image

from foundation.pictures import reading
from foundation.pictures.reading import described, encoded, opened, run, scaled, shown_as_meant

# A phone held upright, and the column of an article on a screen with two dots for each pixel.
WIDTHS = (800, 1600)
DRAWN: tuple[str, dict[str, Any]] = ("PNG", {})
PHOTOGRAPHED: tuple[str, dict[str, Any]] = ("JPEG", {"quality": 82, "progressive": True, "optimize": True})


def files_of(data: bytes) -> list[dict[str, Any]]:
    """The picture in each width and two formats, the largest of what every browser shows behind the others."""
    picture = shown_as_meant(opened(data), max(WIDTHS))
    kinds = kinds_for(picture)
    return [described(scaled(picture, width), *kind) for width in widths(picture.width) for kind in kinds]


def widths(of_picture: int) -> list[int]:
    return sorted({min(width, of_picture) for width in WIDTHS})


def kinds_for(picture: Image.Image) -> list[tuple[str, dict[str, Any]]]:
    """A drawing is what gets smaller without any loss: JPEG would blur it, as PNG a photograph would be huge."""
    is_drawing = picture.mode == "RGBA" or len(encoded(picture, *DRAWN)) <= len(encoded(picture, *PHOTOGRAPHED))
    return [("WEBP", {"lossless": True}), DRAWN] if is_drawing else [("WEBP", {"quality": 82}), PHOTOGRAPHED]


answer = partial(reading.answer, files_of)

if __name__ == "__main__":
    run(files_of)
