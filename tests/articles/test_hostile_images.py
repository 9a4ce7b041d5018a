"""Each is refused with a sentence, or clean afterwards."""

import base64
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from articles.images import apart, encoding
from tests.articles.pictures import SECRET, drawing, photo, png_that_says, saved, with_exif

pytestmark = pytest.mark.pure

SVG = b'<?xml version="1.0"?><!-- ' + b"x" * 900 + b' --><SVG xmlns="http://www.w3.org/2000/svg"><script/></SVG>'
FRAMES: dict[str, Any] = {"save_all": True, "append_images": [drawing(color="red")]}
REFUSED = {
    "nothing": (b"", "kind"),
    "an SVG behind a long comment": (SVG, "svg"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "kind"),
    "a GIF": (saved(drawing(), "GIF"), "kind"),
    "a TIFF": (saved(drawing(), "TIFF"), "kind"),
    "PostScript, which Pillow would hand on": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "kind"),
    "a PNG that says 60,000 by 60,000": (png_that_says(60_000, 60_000), "large"),
    "a PNG of twenty million dots": (png_that_says(5_000, 4_000), "large"),
    "a PNG as a thread": (png_that_says(20_000, 200), "large"),
    "a WebP of twelve million dots": (saved(Image.new("1", (4_000, 3_000)).convert("RGB"), "WEBP"), "large"),
    "a picture of one dot": (saved(Image.new("RGB", (1, 1)), "PNG"), "small"),
    "a PNG that moves": (saved(drawing(), "PNG", **FRAMES), "moving"),
    "a WebP that moves": (saved(drawing(), "WEBP", **FRAMES), "moving"),
    "half a JPEG": (saved(photo(), "JPEG")[:3_000], "broken"),
    "a PNG without its pixels": (png_that_says(200, 200), "broken"),
    "a PNG whose text unpacks to megabytes": (
        png_that_says(200, 200, (b"zTXt", b"x\0\0" + zlib.compress(b"x" * 8_000_000))),
        "broken",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_for_a_page_is_refused_with_a_sentence(kind: str) -> None:
    data, code = REFUSED[kind]
    assert encoding.answer(data) == {"refused": code}
    assert apart.WHY_REFUSED[code]


def shown(data: bytes) -> list[Image.Image]:
    answer = encoding.answer(data)
    assert "files" in answer, answer
    files = [base64.b64decode(file["data"]) for file in answer["files"]]
    assert [SECRET in file or b"<script" in file for file in files] == [False] * len(files)
    return [Image.open(BytesIO(file)) for file in files]


def adobe_rgb_like() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def told(picture: Image.Image) -> bytes:
    said = PngInfo()
    said.add_text("Author", SECRET.decode())
    said.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return saved(picture, "PNG", pnginfo=said, exif=b"Exif\0\0" + SECRET)


CLEANED = {
    "a JPEG with a place and a serial number": (with_exif(photo(), 1), ("JPEG", 240, 160)),
    "a JPEG lying on its side": (with_exif(photo(), 6), ("JPEG", 160, 240)),
    "a JPEG with a page behind it": (saved(photo(), "JPEG") + b"<script>" + SECRET, ("JPEG", 240, 160)),
    "a JPEG in the colors of print": (saved(photo().convert("CMYK"), "JPEG"), ("JPEG", 240, 160)),
    "a JPEG with a profile of other colors than its own": (
        saved(photo(), "JPEG", icc_profile=adobe_rgb_like()), ("JPEG", 240, 160)
    ),
    "a JPEG with a profile that is none": (saved(photo(), "JPEG", icc_profile=SECRET * 9), ("JPEG", 240, 160)),
    "a PNG with texts": (told(drawing()), ("PNG", 240, 160)),
    "a PNG with holes": (saved(drawing().convert("RGBA").quantize(8), "PNG", transparency=0), ("PNG", 240, 160)),
    "a PNG of sixteen bits": (saved(Image.new("I;16", (240, 160), 40_000), "PNG"), ("PNG", 240, 160)),
    "a WebP with a note": (saved(photo(), "WEBP", xmp=SECRET, exif=b"Exif\0\0" + SECRET), ("JPEG", 240, 160)),
}  # fmt: skip


@pytest.mark.parametrize("kind", CLEANED)
def test_an_odd_picture_is_clean_afterwards(kind: str) -> None:
    data, (form, width, height) = CLEANED[kind]
    files = shown(data)
    assert [(file.format, *file.size) for file in files] == [("WEBP", width, height), (form, width, height)]
    for file in files:
        file.load()
        assert {"exif", "xmp", "icc_profile", "comment", "XML:com.adobe.xmp", "Author"} & set(file.info) == set()


def test_sixteen_bits_of_gray_stay_as_bright_as_they_were() -> None:
    assert shown(saved(Image.new("I;16", (240, 160), 40_000), "PNG"))[-1].convert("L").getpixel((9, 9)) == 155


def test_a_large_picture_comes_in_two_widths_and_two_formats() -> None:
    files = shown(saved(photo(1_700, 425), "JPEG"))
    assert [(file.format, *file.size) for file in files] == [
        ("WEBP", 800, 200), ("JPEG", 800, 200), ("WEBP", 1600, 400), ("JPEG", 1600, 400)
    ]  # fmt: skip


def test_a_picture_that_takes_too_much_memory_is_given_up_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    hungry = (
        "from foundation.apart import limit_this_process as limit; limit(cpu_seconds=9, memory=2**27); b' ' * 2**28"
    )
    monkeypatch.setattr(apart, "ENCODER", ["-c", hungry])
    with pytest.raises(ValidationError, match="too much memory"):
        apart.encode(b"x")
