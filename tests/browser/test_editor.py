from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.articles.manglings import sample
from tests.browser_posts import untouched

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

LIST = "/admin/articles/article/"
SLUGS = [
    "cord-cells-advanced-liver-cirrhosis",
    "harms-of-cells-in-spinal-fluid",
    "how-stem-cells-may-protect-tissue",
    "neural-progenitors-progressive-ms",
    "stem-cells-autoimmune-conditions",
]
DESK = {"viewport": {"width": 1440, "height": 900}}
TELEPHONE = {"viewport": {"width": 390, "height": 844}}
WORDS = ", read by Zoë O'Brien & Sons"


def open_editor(staff: Any, slug: str) -> str:
    """As an editor finds it; its title."""
    staff.page.goto(f"{staff.url}{LIST}?q={slug}")
    staff.page.locator("#result_list tbody th a").click()
    staff.page.locator("#id_title").wait_for()
    # With its scripts: on a busy machine the field is there before what keeps the words that are typed into it.
    staff.page.wait_for_load_state()
    return str(staff.page.locator("#id_title").input_value())


def press(staff: Any, button: str, answer: str) -> None:
    staff.click(button)
    staff.sees(answer)


def save_untouched(staff: Any) -> None:
    """And what Chromium then posts is what the other tests post."""
    shown = staff.page.content()
    # Not the preview beside it.
    with staff.page.expect_request(
        lambda request: request.method == "POST" and "/preview/" not in request.url
    ) as posted:
        press(staff, "Save", "Saved as revision")
    sent = dict(parse_qsl(posted.value.post_data, keep_blank_values=True))
    assert {**sent, "topics": None} == {**untouched(shown, "article_form", "save"), "topics": None}


def release_and_publish(staff: Any) -> None:
    """The test before gave the same bytes back, which are released already."""
    button = staff.page.locator("#release_form button")
    if button.count():
        staff.page.locator("#id_why_released").fill("Nobody here may review it yet")
        button.click()
        staff.sees("Released: revision")
    staff.page.locator("#publish_form button").click()
    staff.sees("Published: visitors read")


def finds(reader: Any, slug: str, title: str) -> None:
    """At the latest when what the site holds in memory is a second old."""
    heading = reader.page.get_by_role("heading", level=1)
    for _second in range(3):
        reader.page.goto(f"{reader.url}/research/{slug}/")
        if heading.inner_text() == title:
            break
        reader.page.wait_for_timeout(1000)
    assert heading.inner_text() == title
    reader.look()


@pytest.mark.parametrize("slug", SLUGS)
def test_an_editor_saves_publishes_and_withdraws_each_opening_article(at_work: Any, visitor: Any, slug: str) -> None:
    staff, reader = at_work(), visitor()
    title = open_editor(staff, slug)
    staff.look("editor")
    save_untouched(staff)
    staff.fill(title=title + WORDS)
    press(staff, "Save", "not published")
    staff.sees("Visitors read revision")
    finds(reader, slug, title)
    release_and_publish(staff)
    finds(reader, slug, title + WORDS)
    staff.page.get_by_text("Withdraw from the site").click()
    staff.page.fill("#id_withdraw_reason", "Zoë O'Brien & Sons found an error in it.")
    staff.look("editor-withdraw")
    press(staff, "Yes, withdraw it", "Withdrawn: visitors no longer see it.")
    staff.look("editor-withdrawn")
    reader.expects(410)
    finds(reader, slug, "This summary was withdrawn")
    assert "Zoë O'Brien & Sons found an error in it." in reader.page.inner_text("main")
    staff.fill(title=title)
    press(staff, "Save", "not published")
    release_and_publish(staff)
    finds(reader, slug, title)


def test_what_is_typed_is_not_lost_by_a_button_beside_it(at_work: Any) -> None:
    staff = at_work()
    page = staff.page
    title = open_editor(staff, SLUGS[1])
    # Not what another test releases: this must have the button for that.
    typed = f"{title}, typed{WORDS}"
    staff.fill(title=typed)
    page.get_by_text("Withdraw from the site").click()
    staff.click("Yes, withdraw it")
    staff.look("editor-unsaved")
    assert page.locator("button:focus").inner_text() == "Save the article"
    press(staff, "Save the article", "not published")
    assert page.locator("#id_title").input_value() == typed
    staff.fill(title="Thrown away")
    staff.expects(422)
    page.locator("#release_form button").click()
    press(staff, "Go on and lose it", "Say why it is published without")
    assert page.locator("#id_title").input_value() == typed
    staff.fill(title=title)
    press(staff, "Save", "not published")


def test_whoever_leaves_with_unsaved_words_is_asked(at_work: Any) -> None:
    staff = at_work()
    asked: list[str] = []
    staff.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    open_editor(staff, SLUGS[1])
    open_editor(staff, SLUGS[1])
    assert asked == []
    staff.fill(title="Thrown away")
    open_editor(staff, SLUGS[1])
    assert asked == ["beforeunload"]


def test_a_title_of_one_long_word_makes_no_page_wider_than_a_telephone(at_work: Any) -> None:
    staff = at_work(**TELEPHONE)
    staff.open(f"{LIST}add/")
    staff.fill(slug="one-long-word", title="Zoë" + "w" * 200, summary="What a long word does to a page on a telephone.")
    staff.page.locator("[name=sections-0-heading]").fill("Short")
    staff.page.locator("[name=sections-0-body]").fill("Short.")
    press(staff, "Save", "not published")
    for page in (staff.page.url, LIST, f"{LIST}queues/", "/admin/"):
        staff.open(page)
        assert is_as_wide_as_the_window(staff.page), page


@pytest.mark.parametrize("options", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_the_pages_around_the_editor_are_in_order(at_work: Any, options: Any) -> None:
    staff = at_work(**options)
    open_editor(staff, SLUGS[2])
    article = staff.page.url.removesuffix("change/")
    for page in (f"{article}compare/", f"{LIST}queues/", f"{LIST}import/", f"{LIST}add/"):
        staff.open(page)
        assert is_as_wide_as_the_window(staff.page)
    staff.open(f"{LIST}import/")
    text = sample("harms") + "\n\n" + sample("forms")
    file = {"name": "export.txt", "mimeType": "text/plain", "buffer": text.encode()}
    staff.page.locator("#import-form input[type=file]").set_input_files(file)
    staff.click("Read the file")
    staff.sees("Step 2 of 2")
    staff.look("import-preview")
    assert is_as_wide_as_the_window(staff.page)


def tab_to(staff: Any, control: str) -> None:
    for _tab in range(200):
        if staff.page.locator(f"{control}:focus").count():
            return
        staff.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {control}")


def test_an_article_is_saved_without_scripts_and_without_a_mouse(at_work: Any) -> None:
    staff = at_work(java_script_enabled=False)
    title = open_editor(staff, SLUGS[0])
    tab_to(staff, "#id_title")
    staff.page.keyboard.press("End")
    staff.page.keyboard.type(WORDS)
    tab_to(staff, "button[name=save]")
    staff.page.keyboard.press("Enter")
    staff.sees("not published")
    assert staff.page.locator("#id_title").input_value() == title + WORDS
    staff.fill(title=title)
    tab_to(staff, "button[name=save]")
    staff.page.keyboard.press("Enter")
    staff.sees("not published")
    tab_to(staff, "#publish_form button")
    staff.page.keyboard.press("Enter")
    staff.sees("Published: visitors read")


@pytest.mark.parametrize("options", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_the_head_of_a_refused_page_leads_to_each_wrong_field(at_work: Any, options: Any) -> None:
    staff = at_work(**options)
    page = staff.page
    title = open_editor(staff, SLUGS[0])
    staff.look("editor")
    assert is_as_wide_as_the_window(page)
    staff.expects(422)
    staff.fill(title=title + WORDS)
    page.locator("[name=sections-3-heading]").fill("")
    staff.click("Save")
    staff.look("editor-mistake")
    assert is_as_wide_as_the_window(page)
    assert page.locator("#id_title").input_value() == title + WORDS
    page.get_by_role("alert").get_by_role("link", name="Section 4, Heading").click()
    assert page.locator("[name=sections-3-heading]:focus").count() == 1


def is_as_wide_as_the_window(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


# The buttons stay in sight at the lower edge of a wide window.
BEHIND_THE_BUTTONS = """() => {
  const field = document.activeElement.getBoundingClientRect();
  const bar = document.querySelector(".save-bar").getBoundingClientRect();
  const inBar = document.activeElement.closest(".save-bar");
  return !inBar && field.top < bar.bottom && field.bottom > bar.top && document.activeElement.tagName !== "TEXTAREA";
}"""


def test_no_field_hides_behind_the_buttons_while_somebody_tabs_through(at_work: Any) -> None:
    staff = at_work(**DESK)
    open_editor(staff, SLUGS[0])
    hidden = []
    tab_to(staff, "#id_title")
    while not staff.page.locator("button[name=save]:focus").count():
        if staff.page.evaluate(BEHIND_THE_BUTTONS):
            hidden.append(staff.page.evaluate("document.activeElement.name"))
        staff.page.keyboard.press("Tab")
    assert hidden == []
