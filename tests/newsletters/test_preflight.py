from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_the_site
from django.utils import timezone

from articles.actions import withdraw
from articles.models import Article, ArticlePaper, PaperNotice, RetractionRecord
from clinic.models import StaffUser
from foundation.first_content import read
from foundation.models import ClinicProfile
from newsletters import links
from newsletters.models import Newsletter, Subscriber
from newsletters.snapshots import snapshot
from tests.articles.shown import shown
from tests.newsletters.conftest import SAYS_OVERTURNED, approve
from tests.newsletters.test_issue_pages import HOME, browser_of, change, press

Join = Callable[..., Subscriber]
FINE = "Nothing stands in its way."
EMAILS = Path(of_the_site.BASE_DIR) / "templates/emails/newsletter"
NO_LINK = "The link to leave the newsletter is missing."


@pytest.fixture
def fine(draft: Newsletter, writer: StaffUser, join: Join) -> Newsletter:
    """Nothing is wrong with it, so that whatever a test finds is of its own making."""
    join("anna@example.org")
    assert FINE in page(draft, writer)
    return draft


def page(newsletter: Newsletter, by: StaffUser) -> str:
    return str(browser_of(by).get(f"{HOME}{newsletter.pk}/change/").text)


def stops(newsletter: Newsletter, manager: StaffUser, words: str) -> bool:
    """Whether it says so, and refuses the approval for it; a warning is said and refuses nothing."""
    shown_page = page(newsletter, manager)
    assert FINE not in shown_page
    assert words in shown_page
    answer = press(browser_of(manager), newsletter, "approve")
    if answer.status_code == 302:
        return False
    assert words in answer.text.split("errornote")[1]
    newsletter.refresh_from_db()
    assert newsletter.state == Newsletter.State.DRAFT
    return True


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            {"text": "Hello.\n\nRead it on our site."},
            "The text part lacks the title, the limits or what speaks against “",
        ),
        ({"introduction": "word " * 21_000}, "It is longer than 100 KB."),
        ({"introduction": "Read [this](/research/nothing/)."}, "This link does not answer: "),
        ({"introduction": "Read [this](/admin/)."}, "This link does not answer: "),
        ({"introduction": "This treatment cures multiple sclerosis."}, "“cures”"),
        ({"subject": "A breakthrough"}, "“breakthrough”"),
    ],
    ids=["text", "length", "link", "staff page", "claim", "claim in the subject"],
)
def test_words_that_stop_it(
    fine: Newsletter, writer: StaffUser, sender: StaffUser, words: dict[str, str], sentence: str
) -> None:
    assert stops(change(fine, writer, **words), sender, sentence)


def test_a_text_part_of_somebodys_own_keeps_what_speaks_against_a_study(
    fine: Newsletter, writer: StaffUser, sender: StaffUser, staff: StaffUser
) -> None:
    newer = {"effect": "weakens", "text": "A larger trial.", "url": "https://example.org/newer"}
    shown(first(fine), staff, newer_evidence=[newer])
    entries = snapshot(fine)["entries"]
    kept = "\n\n".join(f"{entry['title']}\n\n{entry['limits']}" for entry in entries)
    assert stops(change(fine, writer, text=kept), sender, "or what speaks against “")
    whole = kept + "\n\n" + "\n".join(warning for entry in entries for warning in entry["warnings"])
    assert "or what speaks against" not in page(change(fine, writer, text=whole), writer)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"preheader": ""}, "It has no preheader"),
        ({"subject": "word " * 13}, "The subject is longer than telephones show (60 characters)."),
        ({"introduction": "Of 20 people nobody was harmed. No side effects occurred."}, "Look at it:"),
    ],
    ids=["preheader", "subject", "claim"],
)
def test_words_that_somebody_should_have_seen(
    fine: Newsletter, writer: StaffUser, sender: StaffUser, words: dict[str, str], sentence: str
) -> None:
    assert not stops(change(fine, writer, **words), sender, sentence)


def test_without_an_article_and_words_it_says_nothing(fine: Newsletter, writer: StaffUser, sender: StaffUser) -> None:
    fine.entries.all().delete()
    assert stops(fine, sender, "It has no article. Choose one at least.")
    Newsletter.objects.update(introduction="")
    assert stops(fine, sender, "The text part is empty.")


def test_without_a_postal_address_it_does_not_go_out(fine: Newsletter, sender: StaffUser) -> None:
    ClinicProfile.objects.update(postal_address=" ")
    assert stops(fine, sender, "postal address is missing, which the law asks of every newsletter.")


def test_the_postal_address_of_the_demo_is_no_address(fine: Newsletter, sender: StaffUser) -> None:
    ClinicProfile.objects.update(postal_address=read("profile.toml")["postal_address"])
    assert stops(fine, sender, "postal address is still the one that came with the site")


def test_with_nobody_to_get_it_it_does_not_go_out(fine: Newsletter, sender: StaffUser) -> None:
    Subscriber.objects.update(paused_until=timezone.now() + timedelta(days=1))
    assert stops(fine, sender, "Nobody would get it")


@pytest.mark.parametrize(
    ("file", "before", "after", "sentence"),
    [
        ("body.html", "{{ unsubscribe_url }}", "{{ site_url }}/", NO_LINK),
        ("body.txt", "{{ unsubscribe_url }}", "", NO_LINK),
        ("body.html", "{{ content.introduction|for_mail }}", '<img src="/x.png">', "A picture has no words"),
        ("body.html", "{{ content.introduction|for_mail }}", '<img src="/x.png" alt="">', "A picture has no words"),
    ],
    ids=["no link to leave", "no link in the text", "no alt", "empty alt"],
)
def test_what_a_clinics_own_template_leaves_out_stops_it(
    fine: Newsletter,
    sender: StaffUser,
    tmp_path: Path,
    settings: Any,
    file: str,
    before: str,
    after: str,
    sentence: str,
) -> None:
    text = (EMAILS / file).read_text()
    assert before in text
    own = tmp_path / "emails/newsletter" / file
    own.parent.mkdir(parents=True)
    own.write_text(text.replace(before, after))
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]} for engine in settings.TEMPLATES]
    assert stops(fine, sender, sentence)


def first(newsletter: Newsletter) -> Article:
    return newsletter.entries.all()[0].article


def test_an_article_that_was_withdrawn_stops_it(fine: Newsletter, sender: StaffUser, staff: StaffUser) -> None:
    withdraw(article=first(fine), by=staff, reason="Its journal did")
    assert stops(fine, sender, "is withdrawn.")


def test_an_article_whose_day_has_not_come_stops_it(fine: Newsletter, sender: StaffUser) -> None:
    Article.objects.filter(pk=first(fine).pk).update(published_at=timezone.now() + timedelta(days=1))
    assert stops(fine, sender, "is not published.")


def test_an_article_that_newer_evidence_overturns_stops_it(
    fine: Newsletter, writer: StaffUser, sender: StaffUser
) -> None:
    entry = fine.entries.all()[0]
    entry.article = Article.objects.published().filter(SAYS_OVERTURNED)[0]
    entry.save()
    assert stops(fine, sender, "Newer evidence overturns “")


def test_an_article_on_a_retracted_paper_stops_it(fine: Newsletter, sender: StaffUser) -> None:
    paper = ArticlePaper.objects.filter(article=first(fine))[0].paper
    RetractionRecord.objects.create(record_id="1", nature="retraction", doi=paper.doi or "")
    PaperNotice.objects.create(paper=paper, record_id="1")
    assert stops(fine, sender, "A journal has retracted a paper of “")


def test_an_article_that_says_something_else_than_what_was_approved_stops_it(
    fine: Newsletter, sender: StaffUser, staff: StaffUser
) -> None:
    approved = approve(fine, sender)
    shown(first(fine), staff, summary="It says something else now, and in few words.")
    assert "says something else than when this was approved" in page(approved, sender)
    answer = press(browser_of(sender), approved, "launch")
    assert (answer.status_code, "have that approved." in answer.text) == (422, True)


def test_what_stands_on_every_page_is_made_once_for_all_links_to_one_part_of_the_site(
    fine: Newsletter, writer: StaffUser
) -> None:
    links.look_at.cache_clear()
    made = [template.name for template in browser_of(writer).get(f"{HOME}{fine.pk}/change/").templates]
    home, research = made.count("articles/home.html"), made.count("articles/article.html")
    # Both articles are of one part, the home page is the other.
    assert (home, research, made.count("_header.html"), made.count("_footer.html")) == (1, 2, 2, 2)
