"""Who signs out on purpose leaves nothing in the browser of what was typed, and is asked before."""

from typing import Any

import pytest

from tests.browser.conftest import ADMIN
from tests.browser.test_autosave import GONE, KEPT, type_without_the_site
from tests.browser.test_editor import SLUGS, open_editor

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

HERE = "/admin/help/"


@pytest.fixture
def staff(visitor: Any) -> Any:
    """With a session of their own: that of the others goes on."""
    person = visitor()
    person.page.goto(f"{person.url}/admin/")
    person.fill(username=ADMIN["ADMIN_EMAIL"], password=ADMIN["ADMIN_PASSWORD"])
    person.click("Sign in")
    person.sees("Today")
    return person


def answer(page: Any, *, sign_out: bool) -> list[str]:
    """What is asked, each time answered so."""
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept() if sign_out else dialog.dismiss()))
    return asked


def sign_out(page: Any) -> None:
    page.locator("#logout-form button").click()


def test_signing_out_asks_once_and_takes_along_what_each_tab_kept(staff: Any) -> None:
    first, second = staff.page, staff.context.new_page()
    staff.page = second
    saved = open_editor(staff, SLUGS[0])
    type_without_the_site(staff, f"{saved}, in the other tab")
    staff.page = first
    saved = open_editor(staff, SLUGS[2])
    type_without_the_site(staff, f"{saved}, in this tab")

    first.once("dialog", lambda dialog: dialog.dismiss())
    sign_out(first)
    assert first.evaluate(KEPT) == second.evaluate(KEPT) == [0, 1]
    assert first.locator("#id_title").input_value() == f"{saved}, in this tab"

    asked = answer(first, sign_out=True)
    sign_out(first)
    staff.sees("Forgotten your password?")
    assert asked == ["confirm"]
    assert first.evaluate(KEPT) == [0, 0]
    second.get_by_text(GONE).wait_for()
    second.locator("#id_title").fill("typed after it")
    assert second.evaluate(KEPT) == [0, 0]


def test_a_tab_that_stood_elsewhere_offers_nothing_after_a_sign_out(at_work: Any) -> None:
    staff = at_work()
    saved = open_editor(staff, SLUGS[2])
    type_without_the_site(staff, f"{saved}, forgotten")
    staff.page.goto(f"{staff.url}/about/")
    other = staff.context.new_page()
    other.goto(f"{staff.url}{HERE}")
    refuse_to_post(other)
    sign_out(other)
    assert staff.page.evaluate(KEPT) == [0, 1]
    open_editor(staff, SLUGS[2])
    assert staff.page.evaluate(KEPT) == [0, 0]
    assert staff.page.locator("#kept-here").is_hidden()


def refuse_to_post(page: Any) -> None:
    """So that the others of these tests stay signed in."""
    page.route("**", lambda route: route.fulfill(status=204) if route.request.method == "POST" else route.continue_())


def test_an_answer_that_was_on_its_way_at_a_sign_out_lets_nothing_be_kept(at_work: Any) -> None:
    staff = at_work()
    saved = open_editor(staff, SLUGS[2])
    asked: list[Any] = []
    staff.page.route("**/draft/", lambda route: asked.append(route))
    with staff.page.expect_request("**/draft/"):
        staff.page.locator("#id_title").fill(f"{saved}, on its way")
    other = staff.context.new_page()
    other.goto(f"{staff.url}{HERE}")
    refuse_to_post(other)
    sign_out(other)
    staff.page.wait_for_function(f"({KEPT})()[1] === 0")
    with staff.page.expect_response("**/draft/"):
        asked[0].fulfill(json={"kept": "", "newer": ""})
    staff.page.get_by_text(GONE).wait_for()
    staff.page.locator("#id_title").fill(f"{saved}, typed after it")
    assert staff.page.evaluate(KEPT) == [0, 0]


@pytest.mark.parametrize(
    ("address", "button"),
    [
        (HERE, "#logout-form button"),
        ("/accounts/logout/", "#content form button"),
        ("/accounts/sessions/", "[name=everywhere]"),
    ],
)
def test_each_way_to_sign_out_asks_of_words_on_another_page(at_work: Any, address: str, button: str) -> None:
    staff = at_work()
    saved = open_editor(staff, SLUGS[2])
    type_without_the_site(staff, f"{saved}, on another page")
    staff.page.goto(f"{staff.url}{address}")
    refuse_to_post(staff.page)
    asked = answer(staff.page, sign_out=True)
    staff.page.locator(button).click()
    assert asked == ["confirm"]
    assert staff.page.evaluate(KEPT) == [0, 0]


def test_who_typed_nothing_is_asked_nothing_and_another_button_takes_nothing(at_work: Any) -> None:
    staff = at_work()
    staff.page.goto(f"{staff.url}/accounts/sessions/")
    refuse_to_post(staff.page)
    asked = answer(staff.page, sign_out=True)
    with staff.page.expect_request("**/accounts/logout/"):
        sign_out(staff.page)
    assert asked == []
    saved = open_editor(staff, SLUGS[2])
    type_without_the_site(staff, f"{saved}, still here")
    staff.page.goto(f"{staff.url}/accounts/sessions/")
    # As if somebody were signed in elsewhere, too.
    other = staff.page.locator("[name=everywhere]")
    other.evaluate("button => { delete button.dataset.signsOut; }")
    with staff.page.expect_request("**/accounts/sessions/"):
        other.click()
    assert staff.page.evaluate(KEPT) == [0, 1]
