from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from articles.models import Article, Reviewer
from tests.articles.retraction_list import HEAD


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.get(slug="cord-cells-advanced-liver-cirrhosis")


@pytest.fixture
def reviewer(first_content: None, django_user_model: Any) -> Reviewer:
    account = django_user_model.objects.create_user("zoe@clinic.example", name="Zoë O'Brien")
    account.groups.add(Group.objects.get(name="clinical"))
    return Reviewer.objects.create(
        account=account,
        slug="zoe-obrien",
        name="Zoë O'Brien & Sons",
        credentials="MD, hepatologist",
        registration="Board of Examples, no. 12345",
        conflicts="None.",
    )


@pytest.fixture
def reviewing(reviewer: Reviewer) -> Client:
    client = Client()
    assert reviewer.account
    client.force_login(reviewer.account)
    return client


@pytest.fixture
def check(tmp_path: Path, capsys: Any) -> Any:
    def run(*rows: str, head: str = HEAD, whole: bool = False) -> str:
        file = tmp_path / "list.csv"
        file.write_text("\ufeff" + "\r\n".join([head, *rows]) + "\r\n", encoding="utf-8")
        call_command("check_retractions", str(file), whole=whole)
        return str(capsys.readouterr().out)

    return run
