import pytest

from tests.browser.test_editor import SLUGS, open_editor

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

# By a page's own script, since Playwright would wait for the first to be answered.
PRESS_TWICE = "button => { button.click(); setTimeout(() => button.click(), 300); }"


def test_a_form_that_is_pressed_again_while_it_is_on_its_way_is_sent_once(at_work) -> None:
    staff = at_work()
    on_their_way = []
    staff.open("/admin/articles/synonym/add/")
    staff.fill(words="twice pressed, pressed twice")
    staff.page.route(
        "**/synonym/add/", lambda route: on_their_way.append(route) if route.request.method == "POST" else None
    )
    staff.page.get_by_role("button", name="Save", exact=True).evaluate(PRESS_TWICE)
    staff.page.wait_for_timeout(1000)
    assert len(on_their_way) == 1
    on_their_way[0].continue_()
    staff.sees("was added successfully")


def test_a_form_that_a_file_answers_is_sent_again_with_other_words(at_work) -> None:
    """The page stays, as behind an export."""
    staff = at_work()
    staff.open("/admin/articles/synonym/add/")
    asked = []
    file = {"headers": {"Content-Disposition": 'attachment; filename="a.csv"'}, "body": "a"}
    staff.page.route("**/synonym/add/", lambda route: (asked.append(route.request.post_data), route.fulfill(**file)))
    for words in ("one word, another", "a third word, a fourth"):
        staff.fill(words=words)
        with staff.page.expect_download():
            staff.page.get_by_role("button", name="Save", exact=True).click()
    assert ["third" in posted for posted in asked] == [False, True]


def test_what_was_refused_may_be_sent_again_at_once(at_work) -> None:
    staff = at_work()
    staff.open("/admin/articles/synonym/add/")
    staff.expects(422)
    for words, said in (("alone", "Nothing was saved yet."), ("not alone, but two", "was added successfully")):
        staff.fill(words=words)
        staff.page.get_by_role("button", name="Save", exact=True).click()
        staff.sees(said)


def test_what_was_looked_at_in_a_new_tab_is_saved_at_once(at_work) -> None:
    staff = at_work()
    open_editor(staff, SLUGS[4])
    with staff.page.expect_popup() as tab:
        staff.page.get_by_role("button", name="Preview in a new tab").click()
    tab.value.close()
    staff.page.get_by_role("button", name="Save", exact=True).click()
    staff.sees("Saved as revision")
