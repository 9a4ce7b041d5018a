"""Two people save the same name at the same moment: one commits while the form of the other is looked at already."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import UniqueConstraint
from django.db.models.signals import pre_save
from django.test import Client

from articles.models import Article, GlossaryTerm, Image, Paper, Reviewer, Synonym, Topic
from clinic.models import StaffUser
from enquiries.models import CallOutcome, Lead, MailTemplate, Tag
from tests.browser_posts import untouched

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {"subject": "Hello", "body": "Hello {name},\n\nthank you."}
PASSWORDS = {"password1": "a long enough password", "password2": "a long enough password"}
# Of each model: how a colleague's row looks, and what is typed beside it.
FORMS: dict[Any, tuple[dict[str, Any], dict[str, Any]]] = {
    MailTemplate: ({"name": "Zoë", **WORDS}, {}),
    Topic: ({"name": "Sleep", "slug": "sleep"}, {}),
    Paper: ({"doi": "10.1000/same", "title": "The same"}, {}),
    Group: ({"name": "made by hand"}, {}),
    StaffUser: ({"email": "zoe@clinic.example", "name": "Zoë"}, PASSWORDS),
    GlossaryTerm: ({"term": "Sleep", "slug": "sleep", "meaning": "Rest."}, {}),
    Synonym: ({"words": "sleep, rest"}, {}),
    Reviewer: ({"slug": "zoe", "name": "Zoë", "credentials": "MD", "registration": "None", "conflicts": "None"}, {}),
    CallOutcome: ({"words": "Rings back", "counts_as": "spoke"}, {}),
    Tag: ({"name": "Congress"}, {}),
}
NAMES = ("name", "doi", "term", "words", "slug", "email")
# Each has a form of its own, and a test of this below or beside its form.
WITH_TESTS_OF_THEIR_OWN = {Article, Lead, Image}


@pytest.fixture
def quicker() -> Iterator[Callable[..., None]]:
    """A colleague's row, committed at the last moment before ours."""
    connected: list[Any] = []

    def be(model: Any, **fields: Any) -> None:
        def save(**_: Any) -> None:
            pre_save.disconnect(save, sender=model)
            with ThreadPoolExecutor(1) as colleague:
                colleague.submit(insert, model, fields).result(10)

        pre_save.connect(save, sender=model)
        connected.append((save, model))

    yield be
    for save, model in connected:
        pre_save.disconnect(save, sender=model)


def insert(model: Any, fields: dict[str, Any]) -> None:
    model.objects.bulk_create([model(**fields)])
    connection.close()


@pytest.mark.parametrize("model", FORMS, ids=lambda model: model.__name__)
def test_whoever_loses_a_race_for_a_name_is_told_so_in_the_form(desk: Client, model: Any, quicker: Any) -> None:
    fields, more = FORMS[model]
    page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"
    blank = untouched(desk.get(page), f"{model._meta.model_name}_form")
    quicker(model, **fields)
    response = desk.post(page, {**blank, **fields, **more})
    assert response.status_code == 200
    assert "errornote" in response.text
    assert "Zoë" not in fields.values() or "Zoë" in response.text
    assert model.objects.filter(**{name: value for name, value in fields.items() if name in NAMES}).count() == 1


def is_unique_in_its_form(model: Any) -> bool:
    fields = {field.name for field in model._meta.fields if field.unique and field.editable and not field.primary_key}
    # Other rules are of numbers that the site gives; a template's goes by its name.
    rules = {rule.name for rule in model._meta.constraints if isinstance(rule, UniqueConstraint)}
    return bool(fields or rules & {"tag_one_of_a_name", "mailtemplate_number_once"})


def test_every_form_that_adds_what_must_be_unique_is_among_these(desk: Client, rf: Any, staff: Any) -> None:
    request = rf.get("/admin/")
    request.user = staff
    adding = {model for model, page in site._registry.items() if page.has_add_permission(request)}
    assert {model for model in adding if is_unique_in_its_form(model)} == {*FORMS, *WITH_TESTS_OF_THEIR_OWN}


def test_so_is_whoever_loses_it_for_the_address_of_an_article(desk: Client, quicker: Any) -> None:
    existing = Article.objects.exclude(live_revision=None).first()
    assert existing is not None
    fields = untouched(desk.get(f"/admin/articles/article/{existing.pk}/change/"), "article_form")
    quicker(Article, slug="the-same")
    response = desk.post("/admin/articles/article/add/", {**fields, "slug": "the-same"})
    assert response.status_code == 422
    assert "has this address already" in response.text
    assert Article.objects.filter(slug="the-same").count() == 1
