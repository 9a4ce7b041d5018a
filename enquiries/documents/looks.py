"""What somebody may see of a document before they ask for it: how long it is, what is in it, and one page."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from PIL import Image

# Of a card beside the list of sections, on a screen with two dots for each pixel.
WIDTH = 560
# Drawn at its size: to draw all pages of a packet, and make one smaller, takes longer than the packet itself.
PAGE = b"""
#set page(margin: 0pt, width: auto, height: auto)
#image("/packet.pdf", page: int(sys.inputs.page), width: int(sys.inputs.width) * 1pt)
"""


class Contents(NamedTuple):
    """sections: the title of each, with the number of its page."""

    pages: int
    sections: list[tuple[str, int]]

    def shown(self) -> tuple[str, int]:
        """The first section that is no list of the others; of a document without any, its first page."""
        return next((section for section in self.sections if section[1] > 2), ("", 1))


def contents_of(pdf: bytes) -> Contents:
    # With its ciphers 15 MB in each process, for those that approve a packet.
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(pdf))
    # Lists are the headings within the section before them.
    outline = [entry for entry in reader.outline if not isinstance(entry, list)]
    sections = [(str(entry.title), (reader.get_destination_page_number(entry) or 0) + 1) for entry in outline]
    return Contents(len(reader.pages), sections)


def picture_of_page(pdf: bytes, number: int) -> Image.Image:
    """Of nothing but its pixels; pages are counted from one. Only of what we made: it is read as it is."""
    # As in build_packet_pdf.
    import typst

    options: Any = {"sys_inputs": {"page": str(number), "width": str(WIDTH)}, "format": "png", "ppi": 72}
    # Typst reads nothing but texts from elsewhere than a folder.
    with TemporaryDirectory() as folder:
        Path(folder, "packet.pdf").write_bytes(pdf)
        drawn = typst.compile(PAGE, ignore_system_fonts=True, **{**options, "root": folder})
    return Image.open(BytesIO(drawn)).convert("RGB")


def encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=80)
    return out.getvalue()
