import copy
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

import foundation
from enquiries.documents import build_packet_pdf, markdown_blocks

PROFILE = Path(foundation.__file__).parent / "content" / "profile.toml"
TEXTS = ("about", "known", "unknown", "costs", "questions_to_ask")
# In the order of the packet.
SECTION_OF = {
    "unknown": "What is not known",
    "known": "What is known",
    "process_steps": "Our whole process, step by step",
    "costs": "What it costs",
    "questions_to_ask": "Questions to ask any clinic",
    "articles": "Studies that we explain on our site",
    "about": "Who we are",
}
DETAILS = ("tagline", "postal_address", "phone", "email", "hours", "site_url")
LEVELS, TEXT = {"/H1", "/H2"}, {"/P", "/L", "/Table", "/Figure", "/TOC"}
HOSTILE = r"""#panic("x") $x^2$ Zoë O'Brien & Sons * _a_ \ ] } // `raw` #"#" <label> @ref"""


@pytest.fixture
def content():
    profile = tomllib.loads(PROFILE.read_text(encoding="utf-8"))
    clinic = {key: profile[key] for key in ("name", "tagline", "postal_address", "phone", "email", "hours")}
    article = {"title": "A study", "summary": "In 20 people.", "url": "https://clinic.example/research/a-study/"}
    return {
        "clinic": {**clinic, "site_url": "https://clinic.example/"},
        **{key: profile[key] for key in TEXTS},
        "process_steps": profile["process_steps"],
        "articles": [article],
        "version_label": "Version 1, November 2026",
    }


def read(content):
    return PdfReader(BytesIO(build_packet_pdf(content)))


def text_of(reader):
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def tags_of(reader):
    waiting, found = [reader.trailer["/Root"]["/StructTreeRoot"]["/K"]], []
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict) and "/S" in node:
            found.append(node)
            waiting.append(node.get("/K", []))
    return found


def in_order(reader):
    """As a screen reader comes by them."""

    def below(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from below(child)
        elif isinstance(node, dict) and "/S" in node:
            yield node
            yield from below(node.get("/K", []))

    return below(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])


def as_list(found):
    found = found.get_object()
    return [one.get_object() for one in found] if isinstance(found, list) else [found]


def links_of(reader):
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    return {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}


def headings_in_outline(reader):
    return [entry.title for entry in reader.outline if not isinstance(entry, list)]


def test_packet_says_that_it_is_tagged_pdf_ua_in_english_with_a_title(content):
    reader = read(content)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-US"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Information packet from Northside Clinic"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()


def test_headings_lists_table_and_figure_are_tagged(content):
    tags = tags_of(read(content))
    assert {"/H1", "/H2", "/L", "/LI", "/Table", "/TH", "/TD", "/Link", "/Figure"} <= {tag["/S"] for tag in tags}


def test_the_figure_of_the_process_names_every_step_in_its_alternative_text(content):
    (figure,) = [tag for tag in tags_of(read(content)) if tag["/S"] == "/Figure"]
    assert all(step["title"] in figure["/Alt"] for step in content["process_steps"])


def test_packet_is_us_letter_and_five_to_nine_pages(content):
    reader = read(content)
    assert 5 <= len(reader.pages) <= 9
    assert {(float(page.mediabox.width), float(page.mediabox.height)) for page in reader.pages} == {(612, 792)}


def test_or_a4_where_the_clinic_prints_on_it(content):
    pages = read({**content, "paper": "a4"}).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(595, 842)}


def test_what_is_not_known_comes_first_with_a_heading_as_large_as_what_is_known(content):
    outline = headings_in_outline(read(content))
    assert outline[:3] == ["In this packet", "What is not known", "What is known"]


def test_only_the_last_page_may_be_half_empty(content):
    pages = [page.extract_text() for page in read(content).pages[2:-1]]
    assert min(len(page) for page in pages) > 700


def test_each_study_gives_its_doi_as_a_link(content):
    content["articles"][0]["doi"] = "10.1000/zoe"
    assert "https://doi.org/10.1000/zoe" in links_of(read(content))


def test_the_table_of_steps_has_a_header_and_says_what_it_heads(content):
    heads = [tag for tag in tags_of(read(content)) if tag["/S"] == "/TH"]
    scopes = [attributes.get("/Scope") for head in heads for attributes in as_list(head["/A"])]
    assert [scope for scope in scopes if scope] == ["/Column", "/Column"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(missing=st.sets(st.sampled_from([*SECTION_OF, "version_label"])), of_clinic=st.sets(st.sampled_from(DETAILS)))
def test_whatever_is_missing_leaves_no_heading_without_a_text(content, missing, of_clinic):
    check_without(content, missing, of_clinic)


@pytest.mark.full
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(missing=st.sets(st.sampled_from([*SECTION_OF, "version_label"])), of_clinic=st.sets(st.sampled_from(DETAILS)))
@pytest.mark.timeout(7200)
def test_ten_thousand_packets_with_something_missing(content, missing, of_clinic):
    check_without(content, missing, of_clinic)


def check_without(content, missing, of_clinic):
    clinic = {name: "" if name in of_clinic else value for name, value in content["clinic"].items()}
    reader = read({name: value for name, value in {**content, "clinic": clinic}.items() if name not in missing})
    wanted = [title for name, title in SECTION_OF.items() if name not in missing]
    found = headings_in_outline(reader)
    assert [title for title in found if title in SECTION_OF.values()] == wanted
    can_be_reached = any(clinic[name] for name in ("phone", "email", "hours", "postal_address", "site_url"))
    assert ("What you can do now" in found) == can_be_reached
    assert ("In this packet" in found) == bool(wanted or can_be_reached)
    assert empty_headings(reader) == []


def empty_headings(reader):
    """Those behind which comes another of the same or a higher level, or nothing."""
    tags = [tag["/S"] for tag in in_order(reader) if tag["/S"] in LEVELS or tag["/S"] in TEXT]
    pairs = zip(tags, [*tags[1:], "/H1"], strict=True)
    return [tag for tag, after in pairs if tag in LEVELS and after in LEVELS and after <= tag]


def test_every_page_but_the_cover_is_numbered_and_says_whom_to_call(content):
    pages = read(content).pages
    for number, page in enumerate(pages[1:], start=2):
        assert f"Page {number} of {len(pages)}" in page.extract_text()
        assert content["clinic"]["phone"] in page.extract_text()
    assert content["clinic"]["phone"] in pages[0].extract_text()


def test_the_words_given_are_all_in_the_packet(content):
    text = text_of(read(content))
    assert all(step["text"] in text for step in content["process_steps"])
    assert "Version 1, November 2026" in text
    assert "https://clinic.example/research/a-study/" in text


def test_same_content_gives_the_same_bytes(content):
    assert build_packet_pdf(content) == build_packet_pdf(copy.deepcopy(content))


def test_other_content_gives_other_bytes(content):
    assert build_packet_pdf(content) != build_packet_pdf({**content, "version_label": "Version 2, December 2026"})


def test_no_date_is_written(content):
    assert not {"/CreationDate", "/ModDate"} & set(read(content).metadata)


def test_typst_markup_in_plain_fields_is_printed_as_typed(content):
    content["clinic"] |= {"name": HOSTILE, "tagline": HOSTILE, "hours": HOSTILE}
    content["process_steps"] = [{"title": HOSTILE, "text": HOSTILE}]
    content["articles"] = [{"title": HOSTILE, "summary": HOSTILE, "url": "https://clinic.example/"}]
    reader = read(content)
    assert text_of(reader).count(HOSTILE) >= 8
    assert HOSTILE in reader.metadata.title


@pytest.mark.parametrize("text", ['#panic("x")', "$x^2$", "Zoë O'Brien & Sons", "3 * 4 * 5", "#sys.inputs", "<b>x</b>"])
def test_typst_markup_in_markdown_is_printed_as_typed(content, text):
    assert text in text_of(read({**content, "about": text}))


def test_a_backslash_in_markdown_is_printed(content):
    assert r"C:\clinic\new" in text_of(read({**content, "about": r"C:\clinic\new"}))


def test_markdown_keeps_its_strong_words_lists_and_links():
    blocks = markdown_blocks("**Bold** [words](/about/)\n\n- one\n- two", "https://clinic.example/")
    bold, _space, link = blocks[0]["inline"]
    assert bold == {"kind": "strong", "inline": [{"kind": "text", "text": "Bold"}]}
    assert link["address"] == "https://clinic.example/about/"
    assert [block["kind"] for block in blocks] == ["paragraph", "bullet_list"]
    assert len(blocks[1]["items"]) == 2


def test_only_web_mail_and_phone_addresses_become_links(content):
    content["about"] = "[a](javascript:x) [b](file:///etc/passwd) [c](https://good.example/) [](https://empty.example/)"
    content["articles"][0]["url"] = "javascript:x"
    content["clinic"]["site_url"] = "javascript:x"
    assert links_of(read(content)) == {"https://good.example/", "mailto:info@clinic.example", "tel:+12125550142"}


@pytest.mark.parametrize(
    "text", ["# One\n\n#### Four", "> quoted", "1. one\n   - two", "a  \nb", "![alt](/x.png)", "#\n\n-\n- [](/x/)"]
)
def test_all_of_markdown_can_be_set(content, text):
    assert len(read({**content, "about": text}).pages) > 1


@pytest.mark.parametrize("key", [*TEXTS, "process_steps", "articles", "version_label"])
def test_an_empty_part_is_left_out(content, key):
    empty = [] if isinstance(content[key], list) else ""
    titles = headings_in_outline(read(content))
    left = headings_in_outline(read({**content, key: empty}))
    assert len(left) == len(titles) - (key != "version_label")


def test_a_packet_of_nothing_but_a_name_can_be_made():
    text = text_of(read({"clinic": {"name": "Zoë O'Brien & Sons"}}))
    assert "Information packet" in text
    assert "Zoë O'Brien & Sons" in text


def test_a_letter_that_the_fonts_lack_is_refused_with_a_sentence(content):
    with pytest.raises(ValueError, match="could not be displayed"):
        build_packet_pdf({**content, "about": "A smile 🙂"})
