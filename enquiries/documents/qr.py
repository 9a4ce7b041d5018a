"""A printed address as a square that telephones read, so that nobody has to type it."""

from itertools import groupby

from qrcode import QRCode

# Of light around it, which readers ask for.
MARGIN = 4
# Any of the eight is read as well; to find the best of them takes longer than to set the page.
MASK = 4


def drawn(address: str) -> dict[str, str | int]:
    """Its side in dots, and its dark ones as a path of SVG: one rectangle for each run in a row."""
    code = QRCode(border=MARGIN, mask_pattern=MASK)
    code.add_data(address)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in runs(row))
    return {"side": len(rows), "path": path}


def runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where each run of dark dots begins, and how long it is."""
    found, place = [], 0
    for is_dark, dots in groupby(row):
        length = len(list(dots))
        if is_dark:
            found.append((place, length))
        place += length
    return found
