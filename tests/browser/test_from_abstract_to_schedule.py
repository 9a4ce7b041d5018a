"""One editor's way from an abstract in a paste to an article that a colleague approved and that waits for its day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.articles.pictures import drawing, saved
from tests.browser.conftest import Stack
from tests.browser.test_editor import DESK, LIST, tab_to
from tests.browser.test_writing_desk import paste

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(600)]

SLUG, PICTURE = "walking-after-cells", "legs-drawn"
TITLE = "Cells and walking: one small study of Zoë O'Brien & Sons"
CITATION = "O'Brien Z, Sons A. Cells and walking. J Ex Med. 2020;8(1):e928. doi:10.1000/walking.2020"
ABSTRACT = (
    "<h2 class=MsoNormal style='mso-x:1'>Methods</h2>"
    "<p class=MsoNormal>Twenty people with <b>MS</b> got cells.<o:p></o:p></p>"
    "<ul><li>Three shots each</li><li>Two years of visits</li></ul><script>alert(1)</script>"
)
CLEAN = "Twenty people with **MS** got cells."
STUDY = {
    "design": "Single-arm phase I trial",
    "participants": "20 people with multiple sclerosis",
    "control": "None, because it was a first study",
    "blinding": "None: everyone knew",
    "follow_up": "Two years",
    "main_result": "Seven of 20 people walked further",
    "uncertainty": "With no control group nobody can say",
    "harms": "One headache in 20 people in two years",
    "limits": "Few people and no control group",
    "funding": "Not reported in the abstract",
}
SECTIONS = {
    0: ("In short", "Seven of 20 people walked further. Nobody can say why."),
    2: ("What they found", "Seven of 20 people walked further after two years."),
    3: ("Harms", "One of 20 people had a headache in two years."),
    4: ("Limits", "Only 20 people took part, and there was no control group to compare them with."),
}
REVIEWER = """
from django.contrib.auth.models import Group
from clinic.models import StaffUser
from articles.models import Reviewer
account = StaffUser.objects.create_user("zoe@clinic.example", "a long enough password", name="Zoë O'Brien")
account.groups.add(Group.objects.get(name="clinical"))
told = {"name": "Zoë O'Brien", "credentials": "MD", "registration": "1", "conflicts": "None."}
Reviewer.objects.create(account=account, slug="zoe", **told)
"""


def write(staff: Any, control: str, text: str) -> None:
    tab_to(staff, control)
    staff.page.keyboard.insert_text(text)


def press(staff: Any, control: str, answer: str) -> None:
    tab_to(staff, control)
    staff.page.keyboard.press("Enter")
    staff.sees(answer)


def add_a_picture(staff: Any) -> None:
    staff.page.goto(f"{staff.url}/admin/articles/image/add/")
    # Choosing a file is the browser's own dialog.
    file = {"name": "legs.png", "mimeType": "image/png", "buffer": saved(drawing(800, 400), "PNG")}
    staff.page.locator("#id_file").set_input_files(file)
    write(staff, "#id_name", PICTURE)
    write(staff, "#id_alt", "Seven legs of twenty, drawn by Zoë O'Brien & Sons")
    write(staff, "#id_credit", "Zoë O'Brien & Sons")
    tab_to(staff, "#id_licence")
    staff.page.keyboard.press("o")
    press(staff, "input[name=_save]", "was added successfully")


def write_the_head(staff: Any) -> None:
    staff.page.goto(f"{staff.url}{LIST}add/")
    write(staff, "#id_slug", SLUG)
    write(staff, "#id_title", TITLE)
    write(staff, "#id_summary", "A study of 20 people with no control group. Seven of them walked further.")
    tab_to(staff, "[name=topics]")
    staff.page.keyboard.press("Space")
    for name, text in STUDY.items():
        write(staff, f"#id_study_{name}", text)
    write(staff, "#id_paste", CITATION)
    press(staff, "[name=fill_paper]", "1 citation was read.")
    assert staff.page.locator("#id_citation_doi").input_value() == "10.1000/walking.2020"
    staff.look("new-article-filled-in")


def write_the_sections(staff: Any) -> None:
    for row in range(5):
        heading, body = SECTIONS.get(row, ("What was done", ""))
        write(staff, f"[name=sections-{row}-heading]", heading)
        tab_to(staff, f"[name=sections-{row}-body]")
        if body:
            staff.page.keyboard.insert_text(body)
            continue
        area = staff.page.locator(f"[name=sections-{row}-body]")
        paste(area, ABSTRACT, "plain")
        expect(area).to_have_value(f"### Methods\n\n{CLEAN}\n\n- Three shots each\n- Two years of visits")
        write(staff, f"[name=sections-{row}-image]", PICTURE)


def sees_it_beside(staff: Any) -> None:
    shown = staff.page.frame_locator("#live-preview iframe")
    expect(shown.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(shown.locator("#sections-1 li")).to_have_count(2)
    expect(shown.locator("#sections-1 figure.picture")).to_have_count(1)
    expect(shown.locator("#sections-4")).to_contain_text("Only 20 people")


def is_approved(reviewer: Any, stack: Stack) -> None:
    reviewer.page.goto(f"{reviewer.url}/admin/")
    write(reviewer, "[name=username]", "zoe@clinic.example")
    write(reviewer, "[name=password]", "a long enough password")
    reviewer.page.keyboard.press("Enter")
    reviewer.sees("Today")
    reviewer.open(f"{LIST}queues/")
    reviewer.page.get_by_role("link", name=TITLE).press("Enter")
    reviewer.page.wait_for_url("**/change/**")
    reviewer.look("to-be-reviewed")
    write(reviewer, "#id_note", "Read against the paper.")
    press(reviewer, "#decide_form .button-main", "Approved: revision 1")


def test_an_abstract_becomes_an_approved_article_with_a_picture_that_waits_for_its_day(
    at_work: Any, visitor: Any, stack: Stack
) -> None:
    made = stack.site.manage("shell", "-c", REVIEWER)
    assert made.returncode == 0, made.stderr
    staff, reviewer, reader = at_work(**DESK), visitor(**DESK), visitor()
    add_a_picture(staff)
    write_the_head(staff)
    write_the_sections(staff)
    sees_it_beside(staff)
    staff.look("new-article-written")
    press(staff, ".save-bar [name=save]", "Saved as revision 1, not published.")
    staff.look("new-article-saved")
    press(staff, "#ask_form button", "stands in the queue of the medical reviewers")
    is_approved(reviewer, stack)
    staff.page.reload()
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    # Which keys set a date depends on the browser's language.
    staff.page.locator("#id_show_from").fill(f"{tomorrow:%Y-%m-%dT09:00}")
    press(staff, "#publish_form button", "Set: visitors read revision 1 from")
    staff.look("scheduled")
    reader.expects(404)
    assert reader.page.goto(f"{reader.url}/research/{SLUG}/").status == 404
