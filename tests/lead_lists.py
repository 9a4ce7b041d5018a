"""A list on its way through the pages of the import."""

import csv
import zipfile
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.browser_posts import untouched
from tests.conftest import AWKWARD_NAME

URL = "/admin/enquiries/lead/import/"
AGREED = {"agreed": "on", "consent": "Each signed our list at the congress in Cork on 3 May."}
LIST = f"""Name,E-Mail,Telefon,Land,Bemerkung,Shoe size
{AWKWARD_NAME},Zoe@Example.com,+353 1 234 5678,Ireland,"Asked about
the costs",38
Müller,mueller@bücher.example,,de,,39
,,555 010 0123,USA,,
"""


def upload(client: Client, content: str | bytes, name: str = "list.csv", **fields: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(URL, {**AGREED, "file": SimpleUploadedFile(name, data), **fields})


def preview_of(client: Client, content: str | bytes, name: str = "list.csv") -> tuple[str, Any]:
    """Through upload and the guessed columns to what would be imported: its address and the page."""
    columns = upload(client, content, name)
    assert columns.status_code == 302, columns.text
    guessed = untouched(client.get(columns["Location"]), "columns-form")
    answer = client.post(columns["Location"], guessed)
    assert answer.status_code == 302, answer.text
    return answer["Location"], client.get(answer["Location"])


def bring(client: Client, content: str | bytes, name: str = "list.csv", **ticked: Any) -> Any:
    """ticked: in the preview."""
    url, _page = preview_of(client, content, name)
    return client.post(url, ticked, follow=True)


def counts(page: Any) -> tuple[int, ...]:
    return tuple(count for _label, count in page.context["counts"])


def workbook(*rows: Any) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with each of its parts changed."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part, change(old.read(part)))
    return out.getvalue()


def refused_rows(client: Client, page: Any) -> list[list[str]]:
    url = page.redirect_chain[-1][0].replace("result", "refused")
    return list(csv.reader(StringIO(client.get(url).text[1:])))
