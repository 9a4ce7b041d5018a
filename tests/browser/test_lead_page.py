import re
import sys
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.counter import MOST_KEYS, Counter

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

NAME = "Zoë O'Brien & Sons"
MOST_CLICKS, MOST_LOADS = 6, 3


def somebody_asks(visitor, stack, address: str, **fields: str) -> None:
    reader = visitor()
    reader.open("/information-packet/")
    reader.fill(name=NAME, email=address, **fields)
    reader.tick("consent_packet")
    reader.tick("consent_contact")
    reader.click("Send me the packet")
    assert stack.mail.wait_for(address)


def happened(stack, staff, address: str) -> None:
    """Called, planned and written, each once."""
    words = staff.page.locator(".lead-timeline").inner_text()
    assert words.count("“new” → “contacted”") == 1, words
    assert words.count("Next action: ") == 1, words
    mails = stack.mail.wait_for(address, count=2)
    assert len(mails) == 2


def test_a_new_enquiry_is_called_planned_and_answered_in_six_clicks(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "clicks@example.com", phone="+1 212 555 0142")
    staff = at_work()
    page, count = staff.page, Counter(staff.page)
    count.click(page.get_by_role("link", name="New and without an owner"))
    count.click(page.get_by_role("link", name=NAME).first)
    page.wait_for_selector(".lead-board")
    staff.look("lead-new")
    count.click(page.get_by_role("button", name="Spoke with them"))
    staff.sees("The call is on the timeline.")
    count.click(page.get_by_role("button", name="In 3 days"))
    staff.sees("The next action has another day.")
    count.click(page.locator("#mail-box > summary"))
    staff.look("lead-mail")
    count.click(page.get_by_role("button", name="Send this mail").first)
    staff.sees("The mail is on its way.")
    staff.look("lead-answered")
    sys.stdout.write(f"by mouse: {count.clicks} clicks, {count.loads} page loads\n")
    happened(stack, staff, "clicks@example.com")
    assert (count.clicks <= MOST_CLICKS, count.loads <= MOST_LOADS) == (True, True)


def test_the_same_by_keyboard_alone_in_twelve_keys(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "keys@example.com")
    staff = at_work()
    page, count = staff.page, Counter(staff.page)
    key = page.get_by_role("link", name="New and without an owner").get_attribute("aria-keyshortcuts")
    count.press(key)
    page.wait_for_url(re.compile("owner=nobody"))
    count.press("j")
    count.press("c")
    page.wait_for_selector("#call_text:focus")
    count.press_until("Tab", "Spoke with them")
    count.press("Enter")
    staff.sees("The call is on the timeline.")
    count.press("z")
    staff.sees("The next action has another day.")
    count.press("m")
    count.press_until("Tab", "Send this mail")
    count.press("Enter")
    staff.sees("The mail is on its way.")
    sys.stdout.write(f"by keyboard: {count.keys} keys, {count.loads} page loads\n")
    happened(stack, staff, "keys@example.com")
    assert (count.keys <= MOST_KEYS, count.loads <= MOST_LOADS) == (True, True)


def test_the_same_works_without_scripts(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "plain@example.com")
    staff = at_work(java_script_enabled=False)
    staff.open("/admin/enquiries/lead/?q=plain@example.com")
    staff.click(NAME, role="link")
    staff.click("Spoke with them")
    staff.sees("The call is on the timeline.")
    staff.click("Tomorrow")
    staff.sees("The next action has another day.")
    staff.page.locator("#mail-box > summary").click()
    staff.page.get_by_role("button", name="Send this mail").first.click()
    staff.sees("The mail is on its way.")
    happened(stack, staff, "plain@example.com")


@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 844}}], ids=["desk", "telephone"])
def test_what_is_typed_in_other_forms_stays_and_a_colleague_is_still_heard(visitor, at_work, stack, options) -> None:
    address = f"drafts-{len(str(options))}@example.com"
    somebody_asks(visitor, stack, address)
    staff, colleague = at_work(**options), at_work()
    for person in (staff, colleague):
        person.open(f"/admin/enquiries/lead/?q={address}")
        person.click(NAME, role="link")
        person.page.wait_for_selector(".lead-board")
        person.look(f"lead-{len(str(options))}")
    assert staff.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    staff.page.locator("#note-box > summary").click()
    staff.page.locator("#note_text").fill("Half a thought")
    staff.page.locator("#plan-box > summary").click()
    staff.page.locator("#plan_next_action").fill("Mine")
    colleague.page.locator("#plan-box > summary").click()
    colleague.page.locator("#plan_next_action").fill("Theirs")
    colleague.click("Save next action")
    colleague.sees("The next action is saved.")

    staff.page.locator("#call-box > summary").click()
    staff.click("No answer")
    staff.sees("The call is on the timeline.")
    assert staff.page.locator("#said").inner_text() == "The call is on the timeline."
    assert staff.page.locator("#note_text").input_value() == "Half a thought"
    assert staff.page.locator("#plan_next_action").input_value() == "Mine"
    staff.expects(409)
    staff.click("Save next action")
    staff.sees("theirs is “Theirs”, yours is “Mine”")
    staff.look(f"lead-conflict-{len(str(options))}")
    staff.click("Save mine all the same")
    staff.sees("The next action is saved.")
    assert staff.page.locator("#note_text").input_value() == "Half a thought"


def test_hours_and_a_time_that_are_typed_stay_and_a_colleague_is_still_heard(visitor, at_work, stack) -> None:
    address = "hours@example.com"
    somebody_asks(visitor, stack, address)
    staff, colleague = at_work(), at_work()
    for person in (staff, colleague):
        person.open(f"/admin/enquiries/lead/?q={address}")
        person.click(NAME, role="link")
        person.page.wait_for_selector(".lead-board")
        person.page.locator("#call-hours-box > summary").click()
        person.page.locator("#plan-box > summary").click()
    staff.page.locator("#call-hours_when").select_option("mornings")
    colleague.page.locator("#call-hours_when").select_option("evenings")
    colleague.click("Save when to call")
    colleague.sees("When they prefer to be called is saved.")
    # Of a day to come: of today they would be over by the afternoon.
    day = (date.today() + timedelta(days=7)).isoformat()
    for person, time in ((staff, "09:00"), (colleague, "10:00")):
        person.page.locator("#plan_next_action_on").fill(day)
        person.page.locator("#plan_next_action_time").fill(time)
    colleague.click("Save next action")
    colleague.sees("The next action is saved.")
    staff.page.locator("#note-box > summary").click()
    staff.page.locator("#note_text").fill("Rang at nine")
    staff.click("Add note")
    staff.sees("The note is on the timeline.")
    assert staff.page.locator("#call-hours_when").input_value() == "mornings"
    staff.expects(409)
    staff.click("Save when to call")
    staff.sees("yours is “on weekday mornings (8 to 12)”")
    staff.expects(409)
    staff.click("Save next action")
    staff.sees("theirs is “10 a.m.”, yours is “9 a.m.”")


def test_tags_that_are_ticked_and_not_saved_stay(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "tags@example.com")
    staff = at_work()
    for tag in ("Congress", "Partner clinic"):
        staff.open("/admin/enquiries/tag/add/")
        staff.fill(name=tag)
        staff.page.locator("[name=_save]").click()
        staff.sees("was added successfully")
    staff.open("/admin/enquiries/lead/?q=tags@example.com")
    staff.click(NAME, role="link")
    staff.page.locator("#tags-box > summary").click()
    staff.page.get_by_label("Partner clinic").check()
    staff.page.locator("#note-box > summary").click()
    staff.page.locator("#note_text").fill("Met in Graz")
    staff.click("Add note")
    staff.sees("The note is on the timeline.")
    assert staff.page.get_by_label("Partner clinic").is_checked()
    assert not staff.page.get_by_label("Congress").is_checked()
    staff.click("Save tags")
    staff.sees("The tags are saved.")
    assert staff.page.get_by_label("Partner clinic").is_checked()


def test_what_they_wrote_anew_is_accepted_in_one_click(visitor, at_work, stack) -> None:
    for phone in ("+1 212 555 0142", "+1 917 555 0199"):
        reader = visitor()
        reader.open("/research/neural-progenitors-progressive-ms/?utm_source=trials")
        reader.fill(name=NAME, email="offer@example.com", phone=phone)
        reader.tick("consent_packet")
        reader.tick("consent_contact")
        reader.click("Send me the packet")
        reader.sees("Thanks for your interest!")
    staff = at_work(viewport={"width": 1440, "height": 900})
    staff.open("/admin/enquiries/lead/?q=offer@example.com")
    staff.click(NAME, role="link")
    staff.sees("They wrote another telephone number on")
    staff.look("lead-offer")
    staff.click("Accept")
    staff.sees("The details are saved.")
    assert staff.page.locator(".offer").count() == 0
    assert "+1 917 555 0199" in staff.page.locator(".facts").first.inner_text()


def test_the_form_page_says_which_article_led_to_it(visitor, stack) -> None:
    reader = visitor()
    reader.open("/research/neural-progenitors-progressive-ms/?utm_source=trials")
    reader.page.goto(f"{reader.url}/information-packet/", referer=reader.page.url)
    value = reader.page.locator("#packet-form [name=source_path]").input_value()
    assert value == "/research/neural-progenitors-progressive-ms/?utm_source=trials"
    for unread in ("/newsletter/", "/admin/"):
        reader.page.goto(f"{reader.url}/information-packet/", referer=f"{reader.url}{unread}confirm/secret/")
        assert reader.page.locator("#packet-form [name=source_path]").input_value() == "/information-packet/"


def test_an_answer_that_was_lost_on_its_way_makes_no_second_call(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "lost@example.com")
    staff = at_work()
    staff.open("/admin/enquiries/lead/?q=lost@example.com")
    staff.click(NAME, role="link")
    posts = []

    def lose(route) -> None:
        posts.append(route.request.method)
        route.fulfill(status=502, content_type="text/html", body="<title>Bad gateway</title>")

    staff.page.route("**/call/", lose)
    staff.page.locator("#call_text").fill("Will come in May")
    staff.expects(502)
    staff.click("Spoke with them")
    staff.sees("The site did not answer")
    assert posts == ["POST"]
    assert staff.page.locator("#call_text").input_value() == "Will come in May"


def test_whoever_leaves_a_name_that_is_offered_types_on(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "left-name@example.com")
    staff = at_work()
    staff.open("/admin/enquiries/lead/?q=left-name@example.com")
    staff.click(NAME, role="link")
    staff.page.locator("#note-box > summary").click()
    words = staff.page.locator("#note_text")
    words.press_sequentially("@")
    expect(staff.page.locator("#mention-list")).to_be_visible()
    words.press("Home")
    words.press("Enter")
    expect(words).to_have_value("\n@")
    expect(staff.page.locator("#mention-list")).to_have_count(0)


def test_a_colleague_is_named_by_keyboard_and_says_that_they_have_seen_it(visitor, at_work, stack) -> None:
    somebody_asks(visitor, stack, "named@example.com")
    staff = at_work(viewport={"width": 390, "height": 844})
    staff.open("/admin/enquiries/lead/?q=named@example.com")
    staff.click(NAME, role="link")
    staff.page.locator("#note-box > summary").click()
    name = staff.page.locator("#assign_owner option").nth(1).inner_text()
    words = staff.page.locator("#note_text")
    words.press_sequentially(f"Ask @{name[:3].lower()}")
    assert staff.page.locator("#mention-list [aria-selected=true]").inner_text() == name
    staff.look("lead-named")
    words.press("Enter")
    assert (words.input_value(), staff.page.locator("#mention-list").count()) == (f"Ask @{name} ", 0)
    words.press("Control+Enter")
    staff.sees(f"{name} will find this on Today.")
    staff.look("lead-mentioned")
    staff.open("/admin/")
    staff.page.locator(".queue", has_text="You were mentioned").get_by_role("link", name=NAME).click()
    staff.click("Seen")
    staff.sees("It no longer stands on your Today.")
    staff.open("/admin/")
    assert staff.page.get_by_text("You were mentioned").count() == 0
