import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]

ACTIVE = "document.activeElement.id"


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    ("contact", "words"), [(True, "One of our coordinators answers you by"), (False, "nobody will write or call")]
)
def test_each_choice_is_made_by_keyboard_alone_without_scripts(stack, visitor, width, contact, words) -> None:
    reader = visitor(java_script_enabled=False, viewport={"width": width, "height": 900})
    reader.open("/information-packet/")
    address = f"kay-{width}-{contact}@example.com".lower()
    keys = reader.page.keyboard

    def go_to(field: str) -> None:
        for _step in range(60):
            if reader.page.evaluate(ACTIVE) == f"packet_{field}":
                return
            keys.press("Tab")
        raise AssertionError(f"no key leads to {field}")

    go_to("name")
    keys.type("Kay")
    go_to("email")
    keys.type(address)
    go_to("consent_packet")
    keys.press("Space")
    go_to("consent_contact")
    if contact:
        keys.press("Space")
        go_to("contact_by")
        keys.press("ArrowDown")
    reader.look(f"packet-form-{contact}")
    assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert reader.page.locator("#packet_contact_by").input_value() == ("email" if contact else "")
    go_to("submit")
    keys.press("Enter")
    reader.sees(words)
    reader.look(f"packet-thanks-{contact}")
    assert len(stack.mail.wait_for(address)) == 1


def test_what_is_left_of_the_message_is_counted_as_the_server_counts_it(visitor) -> None:
    reader = visitor()
    reader.open("/information-packet/")
    reader.fill(message="x" * 496 + "🙏😀")
    reader.sees("2 characters left")
