from typing import Any

from django.db import transaction

from foundation.actors import Actor
from foundation.models import (
    ClinicProfile,
    ConsentWording,
    LogoFile,
    ProfileRevision,
    RequiredNotice,
    RequiredNoticeRevision,
)
from foundation.models.logos import name_of
from foundation.models.profile_revisions import content_of


@transaction.atomic
def add_wording(*, kind: str, text: str) -> ConsentWording:
    """From now on the forms show this text. Earlier wordings stay: people agreed to them."""
    newest = ConsentWording.objects.select_for_update().filter(kind=kind).order_by("-number").first()
    return ConsentWording.objects.create(kind=kind, text=text, number=newest.number + 1 if newest else 1)


@transaction.atomic
def keep_logo(*, files: list[dict[str, Any]]) -> str:
    """Stores what pictures.logos made of an upload, and returns the name by which the profile shows it."""
    name = name_of(files)
    rows = [LogoFile(logo=name, use=file["use"], format=file["format"], data=file["data"]) for file in files]
    # The same upload again is there already.
    LogoFile.objects.bulk_create(rows, ignore_conflicts=True)
    return name


@transaction.atomic
def keep_profile_revision(*, before: dict[str, Any], by: Actor) -> None:
    """The details as they stand now, if they are others than before; and those, if no revision has them."""
    content = content_of(ClinicProfile.objects.select_for_update().get())
    if content == before:
        return
    newest = ProfileRevision.objects.first()
    if newest is None or newest.content != before:
        ProfileRevision.objects.create(content=before)
    ProfileRevision.objects.create(content=content, saved_by=by.account)


@transaction.atomic
def save_required_notice(*, notice: RequiredNotice, by: Actor) -> None:
    """As it is now, and the same as a revision that stays."""
    notice.save()
    newest, content = notice.revisions.first(), notice.content()
    if newest is None or newest.content != content:
        RequiredNoticeRevision.objects.create(notice=notice, content=content, saved_by=by.account)
