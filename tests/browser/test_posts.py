from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, Request

from tests.browser_posts import as_list, untouched

pytestmark = [pytest.mark.browser]

AWKWARD = """
<form method="post" id="other"><input name="other" value="x"></form>
<form method="post" id="awkward" action="http://form.example/" novalidate>
  <input name="plain" value="Zoë O&#x27;Brien &amp; Sons"><input name="without_value"><input value="without a name">
  <input name="two_lines" value="one&#10;two"><input type="hidden" name="hidden_lines" value="one&#10;two">
  <input name="repeated" value="1"><input name="repeated" value="2">
  <input type="email" name="email" value=" zoe@example.com "><input type="url" name="url" value=" https://x.example ">
  <input type="number" name="number" value="12"><input type="number" name="localized" value="1,200">
  <input type="date" name="day" value="2026-12-25"><input type="date" name="printed_day" value="Dec. 25, 2026">
  <input type="time" name="time" value="09:00:00"><input type="time" name="printed_time" value="9 a.m.">
  <input name="off" value="x" disabled><input type="button" name="button" value="x">
  <input type="file" name="no_file">
  <fieldset disabled><legend><input name="in_legend" value="x"></legend><input name="in_fieldset" value="x"></fieldset>
  <input type="checkbox" name="box"><input type="checkbox" name="ticked" checked>
  <input type="checkbox" name="boxes" value="a" checked><input type="checkbox" name="boxes" value="b">
  <input type="checkbox" name="boxes" value="c" checked>
  <input type="radio" name="radio" value="a" checked><input type="radio" name="radio" value="b" checked>
  <input type="radio" name="no_radio" value="a">
  <select name="first"><option value="a">A<option value="b">B</select>
  <select name="words"><option>  Two
     words </option></select>
  <select name="last_selected"><option selected>a</option><option selected>b</option><option>c</option></select>
  <select name="first_off"><option disabled>a</option><option>b</option></select>
  <select name="off_selected"><option disabled selected>a</option><option>b</option></select>
  <select name="grouped"><optgroup label="x" disabled><option>a</option></optgroup><option>b</option></select>
  <select name="empty"></select>
  <select name="several" multiple><option selected>a</option><option>b</option><option selected>c</option></select>
  <select name="several_none" multiple><option>a</option></select>
  <select name="long" size="3"><option>a</option></select>
  <textarea name="text">
first
second</textarea><textarea name="blank_first">

x</textarea>
  <template><input name="in_template" value="x"></template>
  <button type="button" name="no_submit" value="x">x</button>
  <button name="save" value="s">Save</button><input type="submit" name="publish" value="Publish">
</form>
<input name="from_afar" value="x" form="awkward"><input name="outside" value="x">
<form method="post" id="outer" action="http://form.example/"><input name="before" value="x">
  <form method="post" id="inner"><input name="within" value="x"></form>
  <input name="after" value="x">
  <button>Go</button>
</form>
"""


@pytest.mark.parametrize("press", [None, "save", "publish"])
def test_what_is_read_from_a_page_is_what_chromium_posts(chromium: Browser, press: str | None) -> None:
    chosen = f"#awkward [name={press or 'save'}]"
    assert flat(untouched(AWKWARD, "awkward", press)) == sent_by(chromium, chosen)


def test_a_form_within_a_form_ends_it(chromium: Browser) -> None:
    assert flat(untouched(AWKWARD, "outer")) == sent_by(chromium, "#outer", submit=True)


def flat(fields: dict[str, str | list[str]]) -> list[tuple[str, str]]:
    return sorted((name, value) for name, values in fields.items() for value in as_list(values))


def sent_by(chromium: Browser, chosen: str, *, submit: bool = False) -> list[tuple[str, str]]:
    posts: list[Request] = []
    page = chromium.new_page()
    page.route("http://form.example/", lambda route: (posts.append(route.request), route.fulfill(body="taken")))
    page.set_content(AWKWARD)
    with page.expect_navigation():
        page.locator(chosen).evaluate("form => form.submit()") if submit else page.locator(chosen).click()
    page.close()
    return sorted(parse_qsl(posts[0].post_data or "", keep_blank_values=True))
