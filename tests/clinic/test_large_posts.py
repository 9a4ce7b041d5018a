import gc
import io
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles.models import Article
from foundation.models import ClinicProfile, Holiday
from tests.browser_posts import untouched

PROFILE = "/admin/foundation/clinicprofile/1/change/"
# Of the processor; made of two thousand rows, the page took thirty.
LONGEST_SECONDS = 5.0


@pytest.fixture
def article_page(first_content: None) -> str:
    return f"/admin/articles/article/{Article.objects.earliest('pk').pk}/change/"


def with_rows(client: Client, page: str, form: str, count: str) -> Any:
    fields = untouched(client.get(page), form)
    return fields | {name: count for name in fields if name.endswith("TOTAL_FORMS")}


@pytest.mark.parametrize("count", ["2000", "999999999"])
def test_a_post_that_claims_thousands_of_rows_is_answered_with_a_sentence_in_time(
    desk: Client, article_page: str, count: str
) -> None:
    for page, form in ((article_page, "article_form"), (PROFILE, "clinicprofile_form")):
        fields = with_rows(desk, page, form, count)
        began = time.process_time()
        response = desk.post(page, fields)
        assert time.process_time() - began < LONGEST_SECONDS
        assert response.status_code in (200, 422)
        assert "too many at once" in response.text


def test_a_profile_with_the_holidays_of_years_is_saved(desk: Client, first_content: None) -> None:
    days = [f"{year}-12-{day}" for year in range(2024, 2030) for day in range(10, 25)]
    profile = ClinicProfile.objects.get()
    Holiday.objects.all().delete()
    Holiday.objects.bulk_create([Holiday(profile=profile, day=day) for day in days])
    assert desk.post(PROFILE, untouched(desk.get(PROFILE), "clinicprofile_form")).status_code == 302
    assert Holiday.objects.count() == len(days)


@pytest.mark.parametrize("path", ["/admin/", "/admin/articles/image/add/", "/accounts/login/"])
def test_a_long_post_of_who_is_not_signed_in_is_refused_unread_with_a_sentence(
    client: Client, first_content: None, path: str
) -> None:
    sent = Unread(b"x" * 600_000)
    answer = client.generic("POST", path, b"", **BODY, **{"CONTENT_LENGTH": "600000", "wsgi.input": sent})
    assert (answer.status_code, sent.read_so_far) == (413, 0)
    assert "Sign in before you send this" in answer.text
    assert 'href="/accounts/login/"' in answer.text


BODY = {"content_type": "multipart/form-data; boundary=x"}


class Unread(io.BytesIO):
    read_so_far = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.read_so_far += len(found)
        return found


def test_who_is_signed_in_sends_documents_as_before(desk: Client) -> None:
    answer = desk.post("/admin/articles/image/add/", {"file": io.BytesIO(b"no picture" * 60_000), "name": "x"})
    assert answer.status_code == 200
    assert "Sign in before" not in answer.text


def test_what_no_country_is_called_is_not_kept_in_memory(ask: Callable[..., Any]) -> None:
    # One such letter, and Python holds all of them in four bytes each.
    letters = 60_000
    tracemalloc.start()
    for number in range(30):
        ask(email=f"zoe.{number}@example.com", country=f"\U0001f3e5 {number}" + "x" * letters)
    gc.collect()
    kept = tracemalloc.take_snapshot().traces
    tracemalloc.stop()
    # What a thread beside imports meanwhile comes in small pieces; the last of these posts may still be held.
    assert sum(piece.size >= letters for piece in kept) < 10


def test_of_a_large_file_that_cannot_be_read_nothing_stays_on_the_disk(
    desk: Client, tmp_path: Any, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    part = 'Content-Disposition: form-data; name="file"; filename="list.csv"\r\nContent-Transfer-Encoding: base64'
    body = f"--b\r\n{part}\r\n\r\n{'not base64!' * 300_000}\r\n--b--\r\n"
    answer = desk.post("/admin/enquiries/lead/import/", body.encode(), content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert list(tmp_path.iterdir()) == []
