import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from articles.actions import change_address
from articles.models import Article
from enquiries import documents, emails, renditions
from enquiries.actions import export_person
from enquiries.models import PacketDelivery, PacketRendition, PacketVersion
from tests.enquiries.checkers import failures

CAME_FROM = "The first is the one that you read on our site."


@pytest.fixture(autouse=True)
def nothing_kept(first_content: None) -> None:
    """Each begins as a new process does."""
    emails.pdf_of.cache_clear()


@pytest.fixture
def article(first_content: None) -> Article:
    """One that stands first in no packet by itself."""
    return list(Article.objects.published())[-1]


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def in_order(text: str) -> list[str]:
    """Articles by where the packet sums them up."""
    whole = text.partition("Each page gives the source")[2]
    found = {article.slug: whole.find(f"/research/{article.slug}/") for article in Article.objects.published()}
    return sorted((slug for slug in found if found[slug] >= 0), key=found.__getitem__)


@pytest.fixture
def mailed(deliver: Callable[[], None], mailoutbox: list[Any]) -> Callable[[str], bytes]:
    def to(address: str) -> bytes:
        deliver()
        [mail] = [mail for mail in mailoutbox if mail.to == [address]]
        return bytes(mail.attachments[0][1])

    return to


def test_the_study_that_brought_them_comes_first_and_all_else_stays(
    ask: Callable[..., Any], mailed: Callable[[str], bytes], article: Article
) -> None:
    ask(source_path=f"{article.get_absolute_url()}?utm_source=x")
    pdf, general = mailed("zoe@example.com"), bytes(PacketVersion.objects.get().pdf)
    before, after = text_of(general), text_of(pdf)
    assert in_order(before)[0] != article.slug
    assert in_order(after) == [article.slug, *(slug for slug in in_order(before) if slug != article.slug)]
    assert (CAME_FROM in after, CAME_FROM in before) == (True, False)
    assert last_page(pdf) == last_page(general)
    assert "It is the same page for everybody who asks" in last_page(pdf)
    assert failures(pdf) == []


def test_the_study_comes_first_also_where_its_address_changed_since_the_packet_was_made(
    ask: Callable[..., Any], mailed: Callable[[str], bytes], article: Article, staff: Any
) -> None:
    slug, got = article.slug, {}
    for address, path in (("zoe", slug), ("anna", "second-try"), ("max", slug), ("eve", "third-try")):
        change_address(article=article, slug=path, by=staff) if path.endswith("-try") else None
        ask(email=f"{address}@example.com", source_path=f"/research/{path}/")
        got[address] = mailed(f"{address}@example.com")
        emails.pdf_of.cache_clear()
    # The words are those of the version, and so is the address; it leads on.
    assert f"/research/{slug}/" in text_of(got["eve"])
    assert set(got.values()) == {bytes(PacketRendition.objects.get().pdf)}
    sha256 = hashlib.sha256(got["zoe"]).hexdigest()
    for address in got:
        assert export_person(address=f"{address}@example.com")["information_packets"][0]["sha256"] == sha256


def last_page(pdf: bytes) -> str:
    return " ".join(PdfReader(BytesIO(pdf)).pages[-1].extract_text().split())


@pytest.mark.parametrize("path", ["", "/", "/research/no-such/", "/information-packet/", "//["])
def test_whoever_came_from_elsewhere_gets_it_in_its_own_order(
    ask: Callable[..., Any], mailed: Callable[[str], bytes], path: str
) -> None:
    ask(source_path=path)
    assert mailed("zoe@example.com") == bytes(PacketVersion.objects.get().pdf)
    assert not PacketRendition.objects.exists()


def test_it_is_set_once_for_all_who_came_from_there_and_the_link_gives_the_same(
    ask: Callable[..., Any], mailed: Callable[[str], bytes], article: Article, client: Client, mailoutbox: list[Any]
) -> None:
    pdfs = []
    for address in ("zoe@example.com", "anna@example.com"):
        ask(email=address, source_path=article.get_absolute_url())
        pdfs.append(mailed(address))
        emails.pdf_of.cache_clear()
    assert pdfs[0] == pdfs[1] == bytes(PacketRendition.objects.get().pdf)
    link = next(word for word in mailoutbox[0].body.split() if "/packet/" in word)
    assert client.post(link).content == pdfs[0]


def test_who_delivers_asks_of_the_tenth_no_more_than_of_the_second(
    ask: Callable[..., Any], deliver: Callable[[], None], article: Article
) -> None:
    ask(source_path=article.get_absolute_url())
    deliver()
    delivery = PacketDelivery.objects.select_related("version", "enquiry").get()
    with CaptureQueriesContext(connection) as asked:
        for _ in range(8):
            emails.pdf_for(delivery)
    assert asked.captured_queries == []


def test_beyond_so_many_it_goes_out_in_its_own_order(
    ask: Callable[..., Any], mailed: Callable[[str], bytes], article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renditions, "MOST", 0)
    ask(source_path=article.get_absolute_url())
    assert mailed("zoe@example.com") == bytes(PacketVersion.objects.get().pdf)


def test_one_that_cannot_be_set_goes_out_in_its_own_order(
    ask: Callable[..., Any], mailed: Callable[[str], bytes], article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(text: str) -> bytes:
        raise ValueError("no such letter")

    monkeypatch.setattr(renditions, "set_packet", refuse)
    ask(source_path=article.get_absolute_url())
    assert mailed("zoe@example.com") == bytes(PacketVersion.objects.get().pdf)


def test_what_was_set_of_a_version_never_changes(ask: Callable[..., Any], deliver: Any, article: Article) -> None:
    ask(source_path=article.get_absolute_url())
    deliver()
    for table, change in (("packetrendition", "sha256 = 'f'"), ("packetcontent", "text = '{}'")):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE enquiries_{table} SET {change}")


def test_where_the_site_sets_packets_otherwise_by_now_what_was_approved_goes_out(
    ask: Callable[..., Any],
    mailed: Callable[[str], bytes],
    article: Article,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An upgrade brought other words, which nobody approved."""
    words = documents.PACKET_TEMPLATE.read_text().replace("Each page gives the source", "All is well with the source")
    other = documents.PACKET_TEMPLATE.with_name("other.typ")
    monkeypatch.setattr(documents, "PACKET_TEMPLATE", other)
    other.write_text(words)
    try:
        ask(source_path=article.get_absolute_url())
        assert mailed("zoe@example.com") == bytes(PacketVersion.objects.get().pdf)
    finally:
        other.unlink()


def test_what_we_hold_of_somebody_names_the_pdf_that_they_got(
    ask: Callable[..., Any], mailed: Callable[[str], bytes], article: Article
) -> None:
    for address, path in (("zoe@example.com", ""), ("anna@example.com", article.get_absolute_url())):
        ask(email=address, source_path=path)
        got = hashlib.sha256(mailed(address)).hexdigest()
        assert export_person(address=address)["information_packets"][0]["sha256"] == got
