import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from articles.models import Article, Rendering
from articles.sections import rendered


def test_sample_articles_are_articles_like_any_other_and_found(client: Client, first_content: None) -> None:
    before = Article.objects.published().count()
    call_command("make_sample_articles", "3")
    call_command("make_sample_articles", "2", seed=2)
    assert Article.objects.published().count() == before + 5
    assert "/research/sample-5/" in client.get("/research/search/", {"q": "10.5555/sample.5"}).text
    assert client.get("/research/sample-1/").status_code == 200
    for rendering in Rendering.objects.filter(revision__article__slug__startswith="sample-"):
        assert rendering.sections == rendered(rendering.revision.content)


def test_a_site_that_may_be_real_gets_none(first_content: None, settings) -> None:
    settings.SITE_URL = "https://clinic.example"
    with pytest.raises(CommandError):
        call_command("make_sample_articles", "1")
