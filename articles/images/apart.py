"""Has a picture of an article encoded anew."""

import hashlib
from typing import NamedTuple

from foundation.pictures.apart import WHY_REFUSED, files_of

__all__ = ["WHY_REFUSED", "EncodedFile", "encode"]

ENCODER = ["-m", "articles.images.encoding"]


class EncodedFile(NamedTuple):
    """format: "webp", "jpeg" or "png"."""

    format: str
    width: int
    height: int
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def encode(data: bytes) -> list[EncodedFile]:
    """As encoding.files_of(). Raises ValidationError with a sentence for whatever is no picture for a page."""
    return [EncodedFile(**file) for file in files_of(ENCODER, data)]
