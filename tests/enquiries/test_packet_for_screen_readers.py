"""What a packet says to who hears it."""

from io import BytesIO

import pytest

from enquiries.documents import build_packet_pdf
from tests.enquiries.checkers import failures, findings, pikepdf
from tests.enquiries.test_packet_document import content, photograph, whole

pytestmark = pytest.mark.skipif(pikepdf is None, reason="page-validation, pdfua and pikepdf are not for this machine")

# Fixtures, which nothing here calls by name.
__all__ = ["content", "whole"]

NOTICE = {"place": "Florida", "language": "es", "text": "No está aprobado.\n\nPregunte a su médico."}
WARNED = {"warnings": ["The journal has retracted this paper"], "icons": [], "review": {"is_sent_back": True}}


@pytest.fixture
def packets(content, whole, tmp_path):
    """By a name of each: with all that there can be, without a name even, and as the first content is."""
    logo = {"logo": list(photograph()), "notices": [NOTICE], "articles": [{**whole["articles"][0], **WARNED}] * 2}
    told = {
        "all": whole,
        "logo": {**whole, **logo},
        "first": content,
        "name": {"clinic": {"name": "Zoë O'Brien & Sons"}},
    }
    return {
        f"{name} {paper}": build_packet_pdf({**content, "paper": paper})
        for name, content in {**told, "nothing": {"clinic": {"name": ""}}}.items()
        for paper in ("us-letter", "a4")
    }


def test_two_checkers_of_pdf_ua_find_nothing_in_any_packet(packets, tmp_path):
    assert {name: failures(pdf) for name, pdf in packets.items()} == {name: [] for name in packets}
    assert {name: findings(pdf, tmp_path) for name, pdf in packets.items()} == {name: [] for name in packets}


def test_both_would_find_a_packet_without_a_language_or_a_picture_without_words(packets, tmp_path):
    pdf = pikepdf.open(BytesIO(packets["all a4"]))
    del pdf.Root.Lang
    for element in pdf.objects:
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/Figure":
            del element.Alt
    out = BytesIO()
    pdf.save(out)
    assert {"PDFUA1-FIGURE-ALTERNATIVE-TEXT-001", "PDFUA1-TEXT-LANGUAGE-001"} <= set(failures(out.getvalue()))
    assert {"UA-06-001", "UA-13-004"} <= set(findings(out.getvalue(), tmp_path))


def test_each_page_is_read_aloud_in_the_order_in_which_it_is_set(packets):
    for name, data in packets.items():
        pdf = pikepdf.open(BytesIO(data))
        for number, sheet in enumerate(pdf.pages, start=1):
            assert read_aloud(pdf, sheet) == painted(sheet), f"{name}, page {number}"


def read_aloud(pdf, sheet):
    """Numbers of the marks on a page, as the tree of the document comes by them."""
    return [number for page_of, number in marks(pdf.Root.StructTreeRoot.K, None) if page_of.objgen == sheet.obj.objgen]


def marks(node, page_of):
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from marks(child, page_of)
    elif isinstance(node, int):
        yield page_of, node
    elif node.get("/Type") == "/MCR":
        yield node.get("/Pg", page_of), int(node.MCID)
    elif "/K" in node:
        yield from marks(node.K, node.get("/Pg", page_of))


def painted(sheet):
    begun = [operands[1] for operands, operator in pikepdf.parse_content_stream(sheet) if str(operator) == "BDC"]
    return [int(mark.MCID) for mark in begun if isinstance(mark, pikepdf.Dictionary) and "/MCID" in mark]
