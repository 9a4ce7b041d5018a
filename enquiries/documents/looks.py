"""What somebody may see of a document before they ask for it: how long it is, what is in it, and one page."""

from io import BytesIO
from typing import NamedTuple

from PIL import Image
from pypdf import PdfReader

# Of a card beside the list of sections, on a screen with two dots for each pixel.
WIDTH = 560
# A page that letters can still be read on.
PIXELS_PER_INCH = 72


class Contents(NamedTuple):
    """sections: the title of each, with the number of its page."""

    pages: int
    sections: list[tuple[str, int]]

    def shown(self) -> tuple[str, int]:
        """The first section that is no list of the others; of a document without any, its first page."""
        return next((section for section in self.sections if section[1] > 2), ("", 1))


def contents_of(pdf: bytes) -> Contents:
    reader = PdfReader(BytesIO(pdf))
    # Lists are the headings within the section before them.
    outline = [entry for entry in reader.outline if not isinstance(entry, list)]
    sections = [(str(entry.title), (reader.get_destination_page_number(entry) or 0) + 1) for entry in outline]
    return Contents(len(reader.pages), sections)


def smaller(page: bytes) -> Image.Image:
    """Of nothing but its pixels."""
    picture = Image.open(BytesIO(page)).convert("RGB")
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)


def encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=80)
    return out.getvalue()
