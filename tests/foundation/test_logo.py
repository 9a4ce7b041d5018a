"""The clinic's own mark, from the page of its details to wherever its name stood before."""

import base64
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from clinic import pages
from foundation.models import ClinicProfile, LogoFile, ProfileRevision
from foundation.pictures import logos
from tests.articles.pictures import SECRET, drawing, photo, saved, with_exif
from tests.browser_posts import untouched
from tests.clinic.test_demo_name_gone import approve_the_next_packet
from tests.clinic.test_pages_in_memory import get
from tests.conftest import AWKWARD_NAME
from tests.enquiries.test_packet_document import tags_of

PROFILE = "/admin/foundation/clinicprofile/1/change/"
ALT = 'alt="Zoë O&#x27;Brien &amp; Sons"'
LOGO = saved(drawing(600, 150), "PNG")


def post(desk: Client, logo: bytes = b"", icon: bytes = b"", **fields: str) -> Any:
    files = {"logo_file": logo, "icon_file": icon}
    uploads = {name: SimpleUploadedFile("a.png", data) for name, data in files.items() if data}
    return desk.post(PROFILE, {**untouched(desk.get(PROFILE), "clinicprofile_form"), **fields, **uploads})


@pytest.fixture
def with_logo(desk: Client) -> Client:
    assert post(desk, LOGO, name=AWKWARD_NAME).status_code == 302
    return desk


def addresses(text: str) -> set[str]:
    return set(re.findall(r'/images/logo/[^"\s]+', text))


def opened(client: Client, address: str) -> Image.Image:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert "immutable" in answer["Cache-Control"]
    return Image.open(BytesIO(b"".join(answer)))


def test_an_uploaded_logo_takes_the_place_of_the_name_on_the_site_and_for_staff(
    with_logo: Client, client: Client
) -> None:
    for page in (client.get("/about/").text, with_logo.get("/admin/").text):
        assert re.search(rf'<img class="logo" src="/images/logo/[^"]+/header.png" {ALT} width="192" height="48">', page)
        assert "mark.svg" not in page
        for address in addresses(page):
            opened(client, address)


def test_without_one_the_name_stands_there_in_letters(client: Client, first_content: None) -> None:
    page = client.get("/about/").text
    assert addresses(page) == set()
    assert re.search(r'class="site-name"[^>]*>\s*<img src="[^"]+mark.svg" alt="" .*?<span>', page, re.DOTALL)


def test_tabs_home_screens_and_manifests_get_their_sizes(with_logo: Client, client: Client) -> None:
    page = client.get("/").text
    for size in ("32x32", "180x180"):
        [address] = re.findall(rf'sizes="{size}" href="([^"]+)"', page)
        assert "x".join(map(str, opened(client, address).size)) == size
    for icon in client.get("/manifest.webmanifest").json()["icons"]:
        assert "x".join(map(str, opened(client, icon["src"]).size)) == icon["sizes"]
    ico = Image.open(BytesIO(client.get("/favicon.ico").content))
    assert ico.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_an_icon_of_its_own_goes_before_the_one_made_of_the_logo(with_logo: Client, client: Client) -> None:
    before = client.get("/favicon.ico").content
    assert post(with_logo, icon=saved(drawing(200, 200, "red"), "PNG")).status_code == 302
    page = client.get("/").text
    assert len({address.split("/")[3] for address in addresses(page)}) == 2
    assert client.get("/favicon.ico").content != before


def test_a_mail_shows_the_logo_by_an_address_that_says_nothing_of_who_reads_it(
    with_logo: Client, client: Client, ask: Any, deliver: Any, mailoutbox: list[Any], settings: Any
) -> None:
    ask()
    ask(email="kim@example.com")
    deliver()
    shown = [re.findall(r"<img[^>]+>", html) for mail in mailoutbox for html, _kind in mail.alternatives]
    assert len(shown) == 2
    assert shown[0] == shown[1]
    [image] = shown[0]
    assert f'src="{settings.SITE_URL}/images/logo/' in image
    assert 'alt="Zoë O\'Brien &amp; Sons"' in image
    [address] = addresses(image)
    assert opened(client, address).mode == "RGB"


def test_the_packet_shows_it_on_its_cover_to_who_cannot_see_it_by_name(with_logo: Client) -> None:
    pdf = PdfReader(BytesIO(bytes(approve_the_next_packet(with_logo).pdf)))
    [image] = pdf.pages[0].images
    assert image.image
    assert image.image.size == (600, 150)
    assert AWKWARD_NAME in [tag.get("/Alt") for tag in tags_of(pdf)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "An SVG can hold a program"),
        (b"not a picture", "This is no JPEG, PNG or WebP."),
        (saved(drawing(600, 40), "PNG"), "would be blurred"),
    ],
    ids=["svg", "words", "small"],
)
def test_what_is_no_logo_is_refused_with_a_sentence_and_nothing_is_kept(
    desk: Client, data: bytes, sentence: str
) -> None:
    answer = post(desk, data, tagline="typed beside it")
    assert sentence in answer.text
    assert 'value="typed beside it"' in answer.text
    assert not LogoFile.objects.exists()


def test_nothing_of_what_a_camera_wrote_is_in_any_size() -> None:
    files = logos.answer(with_exif(photo(400, 300), 6))["files"]
    assert {file["use"] for file in files} == {
        *("header", "mail", "packet", "icon", "icon-32", "icon-180", "icon-512"),
    }
    assert [SECRET in base64.b64decode(file["data"]) for file in files] == [False] * len(files)


def test_taken_away_it_is_gone_from_the_pages_and_stays_for_mails_of_before(with_logo: Client, client: Client) -> None:
    pages.forget()
    [header] = [address for address in addresses(get("/about/").body.decode()) if "header" in address]
    assert post(with_logo, without_logo="on").status_code == 302
    assert addresses(get("/about/").body.decode()) == set()
    opened(client, header)


def test_another_logo_is_seen_on_pages_that_were_held(with_logo: Client) -> None:
    pages.forget()
    before = addresses(get("/about/").body.decode())
    post(with_logo, saved(drawing(600, 150, "green"), "PNG"))
    after = addresses(get("/about/").body.decode())
    assert after
    assert before & after == set()


def test_who_changed_the_logo_is_kept(with_logo: Client, staff: Any) -> None:
    revision = ProfileRevision.objects.first()
    assert revision
    assert revision.saved_by == staff
    assert revision.content["logo"] == ClinicProfile.objects.get().logo


def test_the_same_file_again_changes_nothing(with_logo: Client) -> None:
    count, revisions = LogoFile.objects.count(), ProfileRevision.objects.count()
    assert post(with_logo, LOGO).status_code == 302
    assert (LogoFile.objects.count(), ProfileRevision.objects.count()) == (count, revisions)


def test_a_file_of_a_logo_never_changes(with_logo: Client) -> None:
    for change in (lambda: LogoFile.objects.update(data=b""), lambda: LogoFile.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("wrong", [{"name": ""}, {"tagline": "Mine"}])
def test_a_logo_that_came_with_a_post_that_was_not_saved_need_not_be_chosen_again(
    desk: Client, wrong: dict[str, str]
) -> None:
    page = untouched(desk.get(PROFILE), "clinicprofile_form")
    ClinicProfile.objects.update(tagline="Theirs")
    refused = desk.post(PROFILE, {**page, **wrong, "logo_file": SimpleUploadedFile("a.png", LOGO)})
    assert refused.status_code in (200, 409)
    assert "Chosen already" in refused.text
    again = untouched(refused, "clinicprofile_form")
    assert desk.post(PROFILE, {**again, "name": "Zoë's"}).status_code == 302
    assert ClinicProfile.objects.get().logo == again["logo_kept"] != ""


def test_a_name_of_no_upload_is_no_logo(desk: Client) -> None:
    page = untouched(desk.get(PROFILE), "clinicprofile_form")
    assert desk.post(PROFILE, {**page, "logo_kept": "0" * 64 + "-10x10"}).status_code == 302
    assert ClinicProfile.objects.get().logo == ""


def refused_with_a_logo(desk: Client) -> dict[str, Any]:
    page = untouched(desk.get(PROFILE), "clinicprofile_form")
    refused = desk.post(PROFILE, {**page, "name": "", "logo_file": SimpleUploadedFile("a.png", LOGO)})
    return {**untouched(refused, "clinicprofile_form"), "name": "Zoë's"}


def test_taking_it_away_also_takes_what_came_with_a_post_that_was_not_saved(desk: Client) -> None:
    again = refused_with_a_logo(desk)
    assert desk.post(PROFILE, {**again, "without_logo": "on"}).status_code == 302
    assert ClinicProfile.objects.get().logo == ""


def test_a_file_that_comes_while_the_old_ones_are_taken_away_is_the_new_one(with_logo: Client) -> None:
    before = ClinicProfile.objects.get().logo
    assert post(with_logo, saved(drawing(600, 150, "green"), "PNG"), without_logo="on").status_code == 302
    assert ClinicProfile.objects.get().logo not in ("", before)


def test_what_was_never_saved_is_shown_to_staff_alone_and_kept_by_no_proxy(desk: Client, client: Client) -> None:
    again = refused_with_a_logo(desk)
    address = f"/images/logo/{again['logo_kept']}/header.png"
    assert client.get(address).status_code == 404
    shown = desk.get(address)
    assert (shown.status_code, "private" in shown["Cache-Control"]) == (200, True)
    desk.post(PROFILE, again)
    opened(client, address)
