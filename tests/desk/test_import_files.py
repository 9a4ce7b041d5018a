import os
import struct
import time
import zipfile
import zlib
from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk.import_list import apart
from enquiries.models import Lead, LeadEvent, LeadImport
from tests.conftest import AWKWARD_NAME
from tests.lead_lists import LIST, URL, bring, counts, rewritten, upload, workbook


def test_a_workbook_is_read_with_its_numbers_and_days(desk: Client) -> None:
    rows = [
        ["Name", "Email", "Phone", "Due date"],
        [AWKWARD_NAME, "zoe@example.com", 35312345678, datetime(2028, 5, 31)],
        [None, None, None, None],
        ["=1+1", "two@example.com", 555.0, None],
    ]
    assert counts(bring(desk, workbook(*rows), "list.xlsx")) == (2, 0, 0, 0)
    lead = Lead.objects.get(email="zoe@example.com")
    assert (lead.name, lead.phone, lead.next_action_on) == (AWKWARD_NAME, "35312345678", date(2028, 5, 31))
    assert LeadEvent.objects.get(kind="imported", lead__email="two@example.com").data["row"] == 4


ENCODED = [
    (LIST.encode("utf-8-sig"), False),
    (LIST.encode("utf-16"), False),
    (LIST.encode("cp1252"), True),
    (LIST.replace(",", ";").encode(), False),
    (LIST.replace(",", "\t").encode(), False),
    (LIST.replace("\n", "\r\n").encode(), False),
    (b"sep=;\r\n" + LIST.replace(",", ";").encode(), False),
]


@pytest.mark.parametrize(("data", "noticed"), ENCODED)
def test_what_spreadsheets_write_is_read(desk: Client, data: bytes, noticed: bool) -> None:
    columns = desk.get(upload(desk, data)["Location"]).text
    assert ("Look at the names with accents." in columns) == noticed
    assert counts(bring(desk, data)) == (3, 0, 0, 0)
    assert Lead.objects.filter(name=AWKWARD_NAME, country="IE").exists()


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


BOOK = workbook(["email"], ["zoe@example.com"])


def that_lies_of_its_size(data: bytes, size: int) -> bytes:
    """With the check sum of what it says it holds; so nothing but its real size gives it away."""
    with zipfile.ZipFile(BytesIO(data)) as parts:
        [part] = parts.infolist()
    shown = struct.pack("<I", zlib.crc32(b"0" * size)), struct.pack("<I", size)
    hidden = struct.pack("<I", part.CRC), struct.pack("<I", part.file_size)
    return data.replace(hidden[0], shown[0]).replace(hidden[1], shown[1])


UNREADABLE = [
    (b"", "The file is empty."),
    (b"\n \n,,\n", "The file is empty."),
    (b"name,email\n", "no row below it"),
    (b"%PDF-1.7\0\xff", "neither a text file nor a workbook"),
    (b"\xd0\xcf\x11\xe0 old", "old or a protected workbook"),
    (b"PK\x03\x04 broken", "This workbook cannot be read."),
    (b"name,email\n\x81\xff,x\n", "letters of this file cannot be read"),
    (b'name,email\n"Zo"e,zoe@example.com\n', "Line 2 of the file cannot be read"),
    (b'name,email\n"Zoe,zoe@example.com\n', "cannot be read"),
    (b"name,email\n" + b"x" * 10_001 + b",\n", "more than 10,000 characters"),
    (b"a,\n" + b"x" * 140_000 + b",\n", "cannot be read"),
    (b"name" + b",x" * 200 + b"\nZoe" + b",x" * 200 + b"\n", "More than 200 columns"),
    (b"name,email\n" + b"Zoe,zoe@example.com\n" * 5001, "more than 5,000 rows"),
    (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    (bomb(), "too large when unpacked"),
    (that_lies_of_its_size(bomb(), 1000), "too large when unpacked"),
    (workbook(*[["x" * 9_000] * 50] * 12), "holds too much text"),
    (b"x" * 140_000, "Line 1 of the file cannot be read"),
    (rewritten(BOOK, lambda part: part[:40]), "This workbook cannot be read."),
    (
        rewritten(BOOK, lambda part: part.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)),
        "cannot be read",
    ),
]


@pytest.mark.parametrize(("data", "sentence"), UNREADABLE, ids=[sentence for _data, sentence in UNREADABLE])
def test_what_is_no_list_is_answered_with_a_sentence(desk: Client, data: bytes, sentence: str) -> None:
    answer = upload(desk, data)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#x27;", "'")
    assert not LeadImport.objects.exists()


def with_more(part_of: bytes, more: bytes, times: int) -> bytes:
    return rewritten(BOOK, lambda part: part.replace(part_of, more * times + part_of, 1))


# Of a few kilobytes each; read here they took half a minute of processor, or did not end.
COSTLY = {
    "cells": with_more(b"</row>", b"<c><v>1</v></c>", 1_800_000),
    "formats": with_more(b"</cellXfs>", b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>', 500_000),
}


@pytest.mark.parametrize("kind", COSTLY)
def test_a_small_workbook_that_costs_much_is_given_up_with_a_sentence(desk: Client, kind: str) -> None:
    began = time.process_time()
    answer = upload(desk, COSTLY[kind])
    assert time.process_time() - began < 2
    assert answer.status_code == 422
    assert "too long to read" in answer.text or "cannot be read" in answer.text
    assert not LeadImport.objects.exists()


CSV = "Save it as CSV, which may have 5 MB and 5,000 rows, and bring that."
FEWER = "Leave out the columns that are not needed, or split it and bring the parts one after the other."


@pytest.mark.parametrize(("data", "mends_it"), [(BOOK, CSV), (b"name,email\n" + b"Zoe," * 90_000, FEWER)])
def test_a_list_that_takes_longer_than_anybody_waits_is_given_up_and_it_is_said_what_helps(
    desk: Client, monkeypatch: pytest.MonkeyPatch, data: bytes, mends_it: str
) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.05)
    answer = upload(desk, data)
    assert (answer.status_code, "too long to read" in answer.text, mends_it in answer.text) == (422, True, True)


def test_of_subscribers_a_workbook_that_takes_too_long_names_their_limits(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.05)
    form = {"how": "invite", "file": SimpleUploadedFile("list.xlsx", BOOK)}
    answer = desk.post("/admin/newsletters/subscriber/import/", form)
    assert CSV.replace("5 MB and 5,000", "15 MB and 50,000") in answer.text


def test_whoever_reads_a_list_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import os, json; print(json.dumps({'refused': sorted(os.environ)}))"
    monkeypatch.setattr(apart, "READER", ["-c", program])
    with pytest.raises(ValidationError) as refused:
        apart.read_list(BOOK)
    assert [name for name in refused.value.messages if name in os.environ and name != "LC_CTYPE"] == []


def test_a_sheet_that_numbers_its_last_row_as_a_million_is_refused_soon(desk: Client) -> None:
    far = rewritten(
        BOOK, lambda part: part.replace(b'<row r="2"', b'<row r="1048576"').replace(b'r="A2"', b'r="A1048576"')
    )
    answer = upload(desk, far)
    assert (answer.status_code, "too many empty rows" in answer.text) == (422, True)


def test_five_thousand_rows_are_read(desk: Client) -> None:
    rows = "".join(f"Person {number},p{number}@example.com\n" for number in range(5000))
    assert upload(desk, f"name,email\n{rows}").status_code == 302


@pytest.mark.parametrize("url", [URL, "/admin/newsletters/subscriber/import/"])
def test_a_refusal_says_that_the_list_has_to_be_chosen_again(desk: Client, url: str) -> None:
    refused = desk.post(url, {"file": SimpleUploadedFile("list.csv", b"email\nzoe@example.com\n")})
    assert (refused.status_code, "Choose the file again" in refused.text) == (422, True)
