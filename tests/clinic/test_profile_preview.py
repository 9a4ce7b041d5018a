import base64
import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from PIL import Image

from clinic.profile_preview import reading_only
from foundation.models import ClinicProfile, LogoFile, OpeningHours, ProfileRevision
from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME
from tests.foundation.test_logo import LOGO

PROFILE = "/admin/foundation/clinicprofile/1/change/"
PLUM = "#6b2d5c"


def preview(desk: Client, part: str, **fields: Any) -> Any:
    page = untouched(desk.get(PROFILE), "clinicprofile_form")
    return desk.post(f"/admin/foundation/clinicprofile/preview/{part}/", {**page, **fields})


@pytest.mark.parametrize("part", ["site", "mail"])
def test_what_is_typed_is_shown_in_its_colors_and_hours(desk: Client, first_content: None, part: str) -> None:
    typed = {"name": AWKWARD_NAME, "accent_color": PLUM, "opening_hours-0-opens": "07:30"}
    shown = preview(desk, part, **typed).text
    assert AWKWARD_NAME in unescape(shown)
    assert PLUM in shown
    assert "7:30 a.m." in shown


def cover(answer: Any) -> Image.Image:
    [picture] = re.findall(r"data:image/png;base64,([^\"]+)", answer.text)
    return Image.open(BytesIO(base64.b64decode(picture))).convert("RGB")


def test_the_cover_of_the_packet_is_drawn_in_the_color_that_is_typed(desk: Client, first_content: None) -> None:
    red, green, blue = cover(preview(desk, "packet", accent_color=PLUM)).getpixel((5, 5))  # type: ignore[misc]
    assert red > green < blue


def test_the_mark_is_shown_in_colors_that_nobody_has_saved(desk: Client, first_content: None) -> None:
    shown = preview(desk, "site", accent_color=PLUM).text
    assert "/colors/" not in shown
    assert "data:image/svg+xml;base64," in shown


def test_a_preview_writes_nothing(desk: Client, first_content: None) -> None:
    def all_of_it() -> list[Any]:
        models = (ClinicProfile, OpeningHours, ProfileRevision, LogoFile)
        return [list(model.objects.order_by("pk").values()) for model in models]  # type: ignore[attr-defined]

    before = all_of_it()
    logo = SimpleUploadedFile("a.png", LOGO)
    for part in ("site", "mail", "packet"):
        assert preview(desk, part, name="Other", costs="Much", logo_file=logo).status_code == 200
    assert all_of_it() == before
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic(), reading_only():
        ClinicProfile.objects.update(name="Other")


def test_what_could_not_be_saved_is_shown_as_it_was(desk: Client, first_content: None) -> None:
    wrong = {"name": "", "accent_color": "#e0b000", "time_zone": "nowhere", "opening_hours-0-opens": "soon"}
    shown = preview(desk, "site", **wrong).text
    assert ClinicProfile.objects.get().name in shown
    assert "#e0b000" not in shown


def test_only_our_own_pages_may_frame_it_and_nothing_in_it_runs(desk: Client, first_content: None) -> None:
    policy = preview(desk, "mail").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert "frame-src 'self'" in desk.get(PROFILE).headers["Content-Security-Policy"]
