"""The clinic's mark made into files of ours: `python -m foundation.pictures.logos` reads and prints them."""

import base64
from functools import partial
from io import BytesIO
from typing import Any

from PIL import Image

from foundation.pictures import reading
from foundation.pictures.reading import described, opened, run, shown_as_meant

# Wide and high at most, with two dots for each pixel; the packet is printed.
BOXES = {"header": (480, 96), "mail": (480, 96), "packet": (900, 300)}
# Of a tab, of a telephone's home screen, of a manifest.
ICONS = (32, 180, 512)
ICO_SIDES = (16, 32, 48)
# What has holes would be black on black in a mail at night, and on the home screen of an iPhone.
ON_WHITE = {"mail", "icon-180"}


def files_of(data: bytes) -> list[dict[str, Any]]:
    picture = without_margin(shown_as_meant(opened(data), 1600))
    shapes = {use: fitted(picture, *box) for use, box in BOXES.items()}
    shapes |= {f"icon-{side}": squared(picture, side) for side in ICONS}
    files = [
        described(on_white(shape) if use in ON_WHITE else shape, "PNG", {}, use=use) for use, shape in shapes.items()
    ]
    return [*files, ico(squared(picture, max(ICO_SIDES)))]


def without_margin(picture: Image.Image) -> Image.Image:
    """Room around it that nobody sees would make it smaller than what stands beside it."""
    box = picture.getchannel("A").getbbox() if picture.mode == "RGBA" else None
    return picture.crop(box) if box else picture


def fitted(picture: Image.Image, width: int, height: int, most: float = 1) -> Image.Image:
    """As large as the box lets it be. most: how many times as large as it was; it would be blurred."""
    scale = min(most, width / picture.width, height / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def squared(picture: Image.Image, side: int) -> Image.Image:
    # On a home screen a blurred mark is better than one that nobody can make out.
    scaled = fitted(picture, side, side, most=8).convert("RGBA")
    square = Image.new("RGBA", (side, side))
    square.paste(scaled, ((side - scaled.width) // 2, (side - scaled.height) // 2))
    return square


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(ground, picture).convert("RGB")


def ico(square: Image.Image) -> dict[str, Any]:
    out = BytesIO()
    square.save(out, "ICO", sizes=[(side, side) for side in ICO_SIDES])
    data = base64.b64encode(out.getvalue()).decode()
    return {"format": "ico", "width": square.width, "height": square.height, "data": data, "use": "icon"}


answer = partial(reading.answer, files_of)

if __name__ == "__main__":
    run(files_of)
