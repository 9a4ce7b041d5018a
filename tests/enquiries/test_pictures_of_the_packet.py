"""All pages of a packet on one sheet, to look at.

`PACKET_PICTURES=docs/pictures ./run test -q tests/enquiries/test_pictures_of_the_packet.py` makes those of docs again.
"""

import os
from io import BytesIO
from pathlib import Path

import pytest
import typst
from PIL import Image

from enquiries.documents import PACKET_TEMPLATE, inputs
from foundation.palette import palette
from tests.enquiries.test_packet_document import content, whole

# Fixtures, which nothing here calls by name.
__all__ = ["content", "whole"]

FOLDER = os.environ.get("PACKET_PICTURES")
COLUMNS, GAP, LARGEST = 5, 8, 200_000
CLINIC = {
    "name": "Ardmore Cell Clinic",
    "tagline": "Careful words on cells",
    "postal_address": "2 Harbor Street\nArdmore, Co. Waterford\nIreland",
    "phone": "+353 58 555 0100",
    "email": "hello@ardmore.example",
    "hours": "Monday to Friday, 9 a.m. to 5 p.m. (by appointment)",
    "site_url": "https://ardmore.example/",
}


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_pages_of_a_packet_lie_on_one_sheet(whole, paper):
    colors = dict(palette("#6b2d5c", "").light)
    pages = drawn({**whole, "clinic": CLINIC, "colors": colors, "paper": paper})
    data = webp(on_one_sheet(pages))
    assert len(pages) > 8
    assert len(data) < LARGEST
    if FOLDER:
        Path(FOLDER, f"packet-{paper}.webp").write_bytes(data)


def drawn(content):
    options = {"format": "png", "ppi": 36, "ignore_system_fonts": True}
    return [
        Image.open(BytesIO(page)).convert("RGB")
        for page in typst.compile(PACKET_TEMPLATE, sys_inputs=inputs(content), **options)
    ]


def on_one_sheet(pages):
    width, height = (side + GAP for side in pages[0].size)
    sheet = Image.new("RGB", (COLUMNS * width + GAP, -(-len(pages) // COLUMNS) * height + GAP), "#ccc")
    for number, page in enumerate(pages):
        sheet.paste(page, (GAP + number % COLUMNS * width, GAP + number // COLUMNS * height))
    return sheet


def webp(picture):
    out = BytesIO()
    picture.save(out, "WEBP", quality=60, method=6)
    return out.getvalue()
