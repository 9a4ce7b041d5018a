"""Whoever writes an article is told at each field what good looks like."""

import pytest
from django.test import Client

from articles.models import Article
from tests.browser_posts import CONTROLS, Element, Page, the_form

LIST = "/admin/articles/article/"


def is_typed_into(control: Element) -> bool:
    return control.tag != "button" and control.type() not in {"hidden", "submit"} and control.has("name")


def described_by(control: Element) -> str:
    """Of its own, or of the group that it is one of."""
    return next(
        (element.get("aria-describedby") for element in control.around() if element.has("aria-describedby")), ""
    )


@pytest.mark.parametrize("page", ["add", "change"])
def test_every_field_of_the_editor_says_what_good_looks_like_in_a_sentence(
    desk: Client, article: Article, page: str
) -> None:
    tree = Page(desk.get(f"{LIST}add/" if page == "add" else f"{LIST}{article.pk}/change/").text).root
    told = {hint.get("id"): hint.text().strip() for hint in tree.all("p", "div") if hint.has("id")}
    fields = [control for control in the_form(tree, "article_form").all(*CONTROLS) if is_typed_into(control)]
    silent = {field.get("name") for field in fields if len(told.get(described_by(field), "")) < 15}
    assert len(fields) > 50
    assert silent == set()
