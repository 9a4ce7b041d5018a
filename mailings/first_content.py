"""The consent wordings that a new site opens with."""

import tomllib
from pathlib import Path

from mailings.models import ConsentWording

FILE = Path(__file__).parent / "content" / "wordings.toml"


def load() -> None:
    """Adds wordings whose number is not there yet; one that is there is proof, and stays as it is."""
    for wording in tomllib.loads(FILE.read_text(encoding="utf-8"))["wordings"]:
        ConsentWording.objects.get_or_create(
            kind=wording["kind"], number=wording["number"], defaults={"text": wording["text"]}
        )
