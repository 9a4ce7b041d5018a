"""What the packet says of people and of studies."""

from io import BytesIO

from PIL import Image

from enquiries.documents import portraits
from tests.enquiries.test_packet_document import alternatives, content, links_of, read, text_of, whole

# Fixtures, which nothing here calls by name.
__all__ = ["content", "whole"]


def test_people_are_named_with_what_they_do_and_where_they_are_registered(whole):
    reader = read(whole)
    text = text_of(reader)
    assert "Zoë O'Brien MD, neurology Sees you. Speaks: Polish, Irish Registration: Board 12345" in text
    assert "https://register.example/" in links_of(reader)
    assert "Picture: Ann, CC BY 4.0" in text
    assert [alt for alt in alternatives(reader) if alt == "Zoë at her desk"]


def test_a_portrait_that_was_cut_out_stands_on_white():
    out = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(BytesIO(portraits.printed(out.getvalue()))).getpixel((5, 5)) == (255, 255, 255)


def test_what_a_study_found_is_one_drawing_with_its_numbers_also_for_who_cannot_see_it(whole):
    reader = read(whole)
    assert "Dots, one for each person. Filled are 33 of 100 felt better." in alternatives(reader)
    assert "33 of 100 felt better" in text_of(reader)


def test_each_study_says_who_read_it_and_when_it_is_read_again_or_that_nobody_did(whole):
    whole["articles"] = [whole["articles"][0], {**whole["articles"][1], "review": {}}]
    text = text_of(read(whole))
    assert "Medically reviewed by Zoë O'Brien, MD on May 3, 2026. Next review due on May 3, 2027." in text
    assert text.count("Not medically reviewed") == 1
    assert "This is overdue." not in text
    late = {**whole["articles"][0]["review"], "is_overdue": True}
    whole["articles"] = [{**whole["articles"][0], "review": late}]
    assert "Next review due on May 3, 2027. This is overdue." in text_of(read(whole))
    whole["articles"] = [{**whole["articles"][0], "review": {"is_sent_back": True}}]
    text = text_of(read(whole))
    assert "Not approved by a clinician: a clinician read this summary and asked for changes." in text


def test_what_speaks_against_a_study_stands_before_its_summary_and_beside_its_result_for_a_doctor(whole):
    warned = {"warnings": ["A newer study did not confirm this result"]}
    text = text_of(read({**whole, "articles": [whole["articles"][0] | warned]}))
    warning = f"{warned['warnings'][0]}."
    assert f"{warning} In 20 people." in text
    assert f"{warning} No gap." in text


def test_no_result_stands_without_how_sure_it_is_the_harms_and_the_limits(whole):
    pages = [" ".join(page.extract_text().split()) for page in read({**whole, "articles": whole["articles"][:1]}).pages]
    assert "In 20 people. Harms: Seven fevers. Limits: Nobody was blinded Medically reviewed" in " ".join(pages)
    assert "No gap. How sure: It may be chance Seven fevers. Limits: Nobody was blinded" in pages[-1]
