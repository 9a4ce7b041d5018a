"""What a new site opens with: the clinic's own details, and the wordings that people agree to."""

import tomllib
from pathlib import Path
from typing import Any

from foundation.actions import save_required_notice
from foundation.actors import JOB
from foundation.models import ClinicProfile, ConsentWording, OpeningHours, ProcessStep, RequiredNotice

FOLDER = Path(__file__).parent / "content"


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def load() -> None:
    load_profile()
    load_wordings()
    load_required_notices()


def load_profile() -> None:
    content = read("profile.toml")
    steps, hours = content.pop("process_steps"), content.pop("opening_hours")
    profile, created = ClinicProfile.objects.get_or_create(pk=1, defaults=content)
    if created:
        ProcessStep.objects.bulk_create(
            ProcessStep(profile=profile, position=position, **step) for position, step in enumerate(steps, start=1)
        )
        OpeningHours.objects.bulk_create(OpeningHours(profile=profile, **span) for span in hours)


def load_wordings() -> None:
    """Adds wordings whose number is not there yet; one that is there is proof, and stays as it is."""
    for wording in read("wordings.toml")["wordings"]:
        ConsentWording.objects.get_or_create(
            kind=wording["kind"], number=wording["number"], defaults={"text": wording["text"]}
        )


def load_required_notices() -> None:
    """As drafts, which nobody outside sees: whether they are right, and asked of this clinic, is for its counsel."""
    if RequiredNotice.objects.exists():
        return
    for notice in read("required_notices.toml")["notices"]:
        save_required_notice(notice=RequiredNotice(state=RequiredNotice.State.DRAFT, **notice), by=JOB)
