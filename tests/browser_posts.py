"""What a browser posts for a form that nobody touched, read from the page as it was rendered.

After the HTML standard's "constructing the entry list"; tests/browser/test_posts.py compares it with Chromium.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
CONTROLS = frozenset({"input", "select", "textarea", "button"})
SUBMITS = frozenset({"submit", "image"})
# What a browser empties when it is not in this form, such as a number with a comma in it.
SHAPES = {
    "number": r"-?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d+)?",
    "date": r"\d{4,}-\d\d-\d\d",
    "time": r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?",
    "datetime-local": r"\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?",
}
UNKNOWN = frozenset({"color", "month", "range", "week"})


def untouched(page: Any, form: str, press: str | None = None) -> dict[str, Any]:
    """By the form's id or its action. Several values of one name are a list.

    press: the name of the button; without it the form's first one, as Enter in a field does.
    """
    tree = Page(page if isinstance(page, str) else page.text).root
    found = the_form(tree, form)
    controls = [control for control in tree.all(*CONTROLS) if belongs(control, found) and not is_disabled(control)]
    button = pressed(controls, press)
    encoding = (button and button.get("formenctype")) or found.get("enctype")
    fields: dict[str, Any] = {}
    for name, value in [*entries(controls, button), *no_files(controls, encoding)]:
        fields[name] = value if name not in fields else [*as_list(fields[name]), value]
    return fields


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.inside: list[Element | str] = []

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def has(self, name: str) -> bool:
        return name in self.attributes

    def type(self) -> str:
        return self.get("type").lower() or ("submit" if self.tag == "button" else "text")

    def all(self, *tags: str) -> Iterator["Element"]:
        for child in self.inside:
            if isinstance(child, Element) and child.tag not in ("template", "datalist"):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def around(self) -> Iterator["Element"]:
        """Itself and what it stands in, outwards."""
        element: Element | None = self
        while element:
            yield element
            element = element.parent

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.inside)


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.at = Element("", {}, None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "form" and self.open("form"):
            # A browser ignores a form within a form, and the first end tag then ends the outer one.
            return
        if tag in ("option", "optgroup") and self.at.tag == "option":
            self.at = self.at.parent or self.root
        element = Element(tag, {name: value or "" for name, value in attributes}, self.at)
        self.at.inside.append(element)
        self.at = self.at if tag in VOID else element

    def handle_endtag(self, tag: str) -> None:
        ended = self.open(tag)
        if ended:
            self.at = ended.parent or self.root

    def handle_data(self, data: str) -> None:
        self.at.inside.append(data)

    def open(self, tag: str) -> Element | None:
        return next((element for element in self.at.around() if element.tag == tag), None)


def the_form(tree: Element, wanted: str) -> Element:
    found = [form for form in tree.all("form") if wanted in (form.get("id"), form.get("action"))]
    known = [form.get("id") or form.get("action") for form in tree.all("form")]
    assert len(found) == 1, f"{len(found)} forms are {wanted!r}; the page has {known}"
    return found[0]


def belongs(control: Element, form: Element) -> bool:
    if control.has("form"):
        return control.get("form") == form.get("id")
    return form in control.around()


def is_disabled(control: Element) -> bool:
    if control.has("disabled"):
        return True
    inner = control
    for element in control.around():
        if element.tag == "fieldset" and element.has("disabled") and inner is not first_legend(element):
            return True
        inner = element
    return False


def first_legend(fieldset: Element) -> Element | None:
    children = (child for child in fieldset.inside if isinstance(child, Element))
    return next((child for child in children if child.tag == "legend"), None)


def pressed(controls: list[Element], name: str | None) -> Element | None:
    buttons = [control for control in controls if control.tag in ("input", "button") and control.type() in SUBMITS]
    if name is None:
        return next(iter(buttons), None)
    return next(button for button in buttons if button.get("name") == name)


def entries(controls: list[Element], button: Element | None) -> Iterator[tuple[str, str]]:
    chosen = {control.get("name"): control for control in controls if control.type() == "radio" and is_ticked(control)}
    for control in controls:
        name = control.get("name")
        if name and (control.type() != "radio" or chosen.get(name) is control):
            for value in values(control, button):
                yield name, re.sub(r"\r\n?|\n", "\r\n", value)


def is_ticked(control: Element) -> bool:
    return control.has("checked")


def values(control: Element, button: Element | None) -> list[str]:
    if control.tag == "select":
        return selected(control)
    if control.tag == "textarea":
        return [control.text().removeprefix("\n")]
    kind = control.type()
    if control.tag == "button" or kind in (*SUBMITS, "button", "reset"):
        return [control.get("value")] if control is button else []
    if kind in ("checkbox", "radio"):
        return [control.attributes.get("value", "on")] if is_ticked(control) else []
    return [] if kind == "file" else [cleaned(kind, control.get("value"))]


def no_files(controls: list[Element], encoding: str) -> Iterator[tuple[str, str]]:
    """In multipart an empty file field is a part without a file's name, of which Django tells nobody."""
    for control in controls:
        if control.type() == "file" and control.get("name") and encoding != "multipart/form-data":
            yield control.get("name"), ""


def selected(select: Element) -> list[str]:
    options = [*select.all("option")]
    marked = [option for option in options if option.has("selected")]
    if not select.has("multiple"):
        able = [option for option in options if not is_off(option)]
        shows_one = int(select.get("size") or 1) == 1
        marked = marked[-1:] or (able[:1] if shows_one else [])
    return [option_value(option) for option in marked if not is_off(option)]


def is_off(option: Element) -> bool:
    return option.has("disabled") or bool(
        option.parent and option.parent.tag == "optgroup" and option.parent.has("disabled")
    )


def option_value(option: Element) -> str:
    return option.attributes.get("value", re.sub(r"[ \t\n\f\r]+", " ", option.text()).strip(" "))


def cleaned(kind: str, value: str) -> str:
    assert kind not in UNKNOWN, f"no page had an input of type {kind} before; say here what a browser posts for it"
    if kind in SHAPES:
        return value if re.fullmatch(SHAPES[kind], value) else ""
    if kind == "hidden":
        return value
    value = re.sub(r"[\r\n]", "", value)
    return value.strip() if kind in ("email", "url") else value
