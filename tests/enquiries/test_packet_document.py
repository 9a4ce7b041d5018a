import copy
import tomllib
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
import typst
from PIL import Image
from pypdf import PdfReader

import foundation
from enquiries.documents import PACKET_TEMPLATE, build_packet_pdf, inputs, markdown_blocks

PROFILE = Path(foundation.__file__).parent / "content" / "profile.toml"
TEXTS = ("about", "known", "unknown", "costs", "questions_to_ask")
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


@pytest.fixture
def whole(content):
    """With all that a packet can tell."""
    zoe = {"name": "Zoë O'Brien", "credentials": "MD, neurology", "role": "Sees you.", "languages": "Polish, Irish"}
    zoe |= {"registration": "Board 12345", "register_url": "https://register.example/"}
    zoe |= {"photo": photograph(), "photo_alt": "Zoë at her desk", "photo_credit": "Ann, CC BY 4.0"}
    study = {"design": "Randomized", "participants": "219 people", "main_result": "No gap.", "harms": "Seven fevers."}
    told = {"limits": {"uncertainty": "It may be chance", "limits": "Nobody was blinded"}}
    told |= {"doi": "10.1000/zoe", "study": study, "icons": [{"count": 33, "of": 100, "words": "felt better"}]}
    read_by = {"by": "Zoë O'Brien, MD", "on": "May 3, 2026", "due": "May 3, 2027"}
    articles = [{**content["articles"][0], **told, "review": read_by}]
    words = [{"term": "placebo", "meaning": "Looks like the treatment."}]
    counted = "Of 120 people treated here from January 2022 to June 2026, 38 had an infection. 57 did not."
    own = {"numbers": {"harm": [counted] * 2, "better": [counted]}, "price": "From 4,000 to 12,000 USD for Zoë & Sons."}
    return {**content, **own, "articles": articles * 5, "people": [zoe] * 3, "glossary": words * 12}


def photograph():
    out = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "JPEG")
    return out.getvalue()


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


@pytest.mark.parametrize("paper", ["us-letter", "a4"])
def test_no_page_is_half_empty_but_the_last_one(whole, paper):
    pages = pictures({**whole, "paper": paper})
    assert len(pages) > 8
    assert min(lowest_ink(page) for page in pages[1:-1]) > 0.66


def pictures(content):
    pages = typst.compile(PACKET_TEMPLATE, format="png", ppi=20, ignore_system_fonts=True, sys_inputs=inputs(content))
    return [Image.open(BytesIO(page)).convert("L") for page in pages]


def lowest_ink(page):
    """How far down, as a part of the page, something stands above the foot."""
    above_foot = page.crop((0, 0, page.width, round(page.height * 0.91)))
    return above_foot.point(lambda value: 255 * (value < 254)).getbbox()[3] / page.height


def test_each_study_gives_its_doi_as_a_link(content):
    content["articles"][0]["doi"] = "10.1000/zoe"
    assert "https://doi.org/10.1000/zoe" in links_of(read(content))


@pytest.mark.parametrize("doi", ["10.1000/abİc", "10.1000/müller"])
def test_whatever_letters_a_doi_has_its_link_leads_to_the_whole_of_it(content, doi):
    content["articles"][0]["doi"] = doi
    reader = read(content)
    assert f"https://doi.org/{quote(doi)}" in links_of(reader)
    assert f"https://doi.org/{doi}" in text_of(reader)


def test_so_does_the_address_of_a_register(whole):
    whole["people"][0]["register_url"] = "https://register.example/Zoë"
    assert "https://register.example/Zo%C3%AB" in links_of(read(whole))


def test_the_table_of_steps_has_a_header_and_says_what_it_heads(content):
    heads = [tag for tag in tags_of(read(content)) if tag["/S"] == "/TH"]
    scopes = [attributes.get("/Scope") for head in heads for attributes in as_list(head["/A"])]
    assert [scope for scope in scopes if scope] == ["/Column", "/Column"]


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


def test_each_telephone_number_is_dialled_as_on_our_pages(content):
    content["clinic"]["phone"] = "+49 (0)30 901820 ext. 7; 0171 5551234"
    reader = read(content)
    assert {link for link in links_of(reader) if link[:4] == "tel:"} == {"tel:+4930901820;ext=7", "tel:01715551234"}
    assert "+49 (0)30 901820 ext. 7; 0171 5551234" in text_of(reader)
    assert len(read({**content, "clinic": {**content["clinic"], "phone": "by appointment"}}).pages) > 1


@pytest.mark.parametrize(
    "text", ["# One\n\n#### Four", "> quoted", "1. one\n   - two", "a  \nb", "![alt](/x.png)", "#\n\n-\n- [](/x/)"]
)
def test_all_of_markdown_can_be_set(content, text):
    assert len(read({**content, "about": text}).pages) > 1


def test_the_page_for_ones_own_doctor_is_the_last_and_stands_by_itself(whole):
    pages = [" ".join(page.extract_text().split()) for page in read(whole).pages]
    assert [number for number, text in enumerate(pages[2:]) if "For your own doctor" in text] == [len(pages) - 3]
    assert "Board 12345" in pages[-1]
    assert "219 people" in pages[-1]
    assert "Seven fevers." in pages[-1]


def alternatives(reader):
    return [tag["/Alt"] for tag in tags_of(reader) if tag["/S"] == "/Figure"]


def test_a_printed_address_is_also_a_square_for_telephones(whole):
    with_square, without_it = (pictures({**whole, "clinic": {**whole["clinic"], **site}})[0] for site in SITES)
    assert black_on_the_right(with_square) > 0
    assert black_on_the_right(without_it) == 0


SITES = ({"site_url": "https://clinic.example/"}, {"site_url": "clinic.example"})


def black_on_the_right(cover):
    """Dots of the part in which no letters of the cover stand."""
    part = cover.crop((round(cover.width * 0.72), round(cover.height * 0.5), cover.width, round(cover.height * 0.8)))
    return sum(part.histogram()[:60])


def test_own_numbers_come_with_what_they_cannot_say_and_what_went_wrong_before_what_got_better(whole):
    text = text_of(read(whole))
    said = ["What we counted ourselves", "cannot say whether the treatment was the reason", "What went wrong"]
    places = [text.rindex(words) for words in [*said, "What got better"]]
    assert places == sorted(places)
    assert text.count("had an infection. 57 did not.") == 3
    assert "What we counted ourselves" not in text_of(read({**whole, "numbers": {}}))


def test_a_price_stands_in_the_part_on_costs_also_without_other_words(whole):
    assert "From 4,000 to 12,000 USD for Zoë & Sons." in text_of(read(whole))
    assert "What it costs" in headings_in_outline(read({**whole, "costs": ""}))
    assert "What it costs" not in headings_in_outline(read({**whole, "costs": "", "price": ""}))


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
