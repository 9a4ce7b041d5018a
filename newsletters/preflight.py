"""What is looked at before an issue goes out: what stops it, and what somebody should have seen."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.claims.lint import findings
from articles.claims.rules import rules
from articles.lint_words import warning
from articles.models import Article
from foundation.first_content import read
from foundation.outage import one_request
from mailings import pace
from mailings.emails import whose_mail_it_is
from mailings.letters import STANDIN, Words, rendered
from newsletters import links, segments
from newsletters.emails import NEWSLETTER
from newsletters.models import Newsletter
from newsletters.snapshots import snapshot

# Gmail cuts longer ones off, and with them the link to leave.
MOST_BYTES = 100 * 1024
# What the list of mails on a phone shows.
LONGEST_SUBJECT = 60
UNSUBSCRIBE, PREFERENCES = (STANDIN.format(f"{name}-url") for name in ("unsubscribe", "preferences"))
STOPS = {
    "withdrawn": gettext_lazy("“%(title)s” is withdrawn."),
    "not_published": gettext_lazy("“%(title)s” is not published."),
    "overturned": gettext_lazy("Newer evidence overturns “%(title)s”."),
    "retracted": gettext_lazy("A journal has retracted a paper of “%(title)s”."),
    "changed": gettext_lazy(
        "“%(title)s” says something else than when this was approved. Make it a draft again, and have that approved."
    ),
}


class Finding(NamedTuple):
    words: str
    stops: bool = True


class Forecast(NamedTuple):
    people: int
    duration: Any


def check(newsletter: Newsletter) -> list[Finding]:
    """All of it, what stops first. Call it in a transaction."""
    content = newsletter.content or snapshot(newsletter)
    words = as_words(content)
    found = [*stopped(newsletter), *of_content(content), *of_words(words, content), *of_language(content)]
    found += [*of_readers(newsletter, content["language"]), *of_people(newsletter)]
    return sorted(found, key=lambda finding: not finding.stops)


def refuse_blocked(newsletter: Newsletter) -> None:
    _refuse([finding.words for finding in check(newsletter) if finding.stops])


def refuse_stopped(newsletter: Newsletter) -> None:
    """At each later step: the text is frozen, and what it is about may be overturned meanwhile."""
    _refuse([finding.words for finding in stopped(newsletter)])


def _refuse(sentences: list[str]) -> None:
    if sentences:
        raise ValidationError(sentences)


def stopped(newsletter: Newsletter) -> list[Finding]:
    stops = newsletter.stops()
    titles = {found.pk: str(found) for found in Article.objects.filter(pk__in=[pk for pk, _code in stops])}
    return [Finding(str(STOPS[code]) % {"title": titles[pk]}) for pk, code in stops]


def as_words(content: dict[str, Any]) -> Words:
    """The mail as it will be, with what stands in for the links of each person; see also as_sent."""
    issue = {"content": content}
    context = {"clinic": whose_mail_it_is(), "site_url": settings.SITE_URL, "issue": issue}
    with translation.override(content["language"]):
        return rendered(NEWSLETTER, {**context, "unsubscribe_url": UNSUBSCRIBE, "preferences_url": PREFERENCES})


def of_content(content: dict[str, Any]) -> Iterator[Finding]:
    if not content["entries"]:
        yield Finding(_("It has no article. Choose one at least."))
    address = whose_mail_it_is().postal_address.strip()
    if not address:
        yield Finding(_("The clinic's postal address is missing, which the law asks of every newsletter."))
    elif address == read("profile.toml")["postal_address"]:
        yield Finding(_("The clinic's postal address is still the one that came with the site, where nobody is."))
    if not content["preheader"]:
        yield Finding(_("It has no preheader: mail programs show the first words of the introduction instead."), False)
    if len(content["subject"]) > LONGEST_SUBJECT:
        yield Finding(_("The subject is longer than telephones show (%d characters).") % LONGEST_SUBJECT, False)
    for entry in content["entries"] if content["text"] else []:
        # What was frozen before there were warnings in it has none.
        needed = (entry["title"], entry["limits"], *entry.get("warnings", ()))
        if not all(_plain(words) in _plain(content["text"]) for words in needed):
            yield Finding(_("The text part lacks the title, the limits or what speaks against “%(title)s”.") % entry)


def of_readers(newsletter: Newsletter, language: str) -> Iterator[Finding]:
    """Where the site speaks several languages, an issue says which one it is in, and apart from that who gets it."""
    languages = dict(settings.LANGUAGES)
    if len(languages) > 1 and segments.read_another(newsletter, language):
        name = languages.get(language, language)
        yield Finding(
            _("It is in %(language)s, and goes to people who read another language.") % {"language": name}, False
        )


def _plain(text: str) -> str:
    """Whoever edits a text breaks its lines."""
    return " ".join(text.split())


def of_words(words: Words, content: dict[str, Any]) -> Iterator[Finding]:
    page = Page(words.html)
    if UNSUBSCRIBE not in page.links or UNSUBSCRIBE not in words.body:
        yield Finding(_("The link to leave the newsletter is missing."))
    if not content["text"].strip() and not (content["introduction"].strip() or content["entries"]):
        yield Finding(_("The text part is empty."))
    if page.without_alt:
        yield Finding(_("A picture has no words for people who do not see it."))
    if len(words.html.encode()) > MOST_BYTES:
        yield Finding(_("It is longer than 100 KB. Some mail programs cut it off, and the link to leave with it."))
    typed = (link.rstrip(".,;:!?") for link in re.findall(r"https?://[^\s<>()]+", words.body))
    # As if one visitor opened them all at once: what stands on each page is asked for once, and made once.
    with one_request():
        told = [links.trouble_with(link) for link in sorted((page.links | set(typed)) - {UNSUBSCRIBE, PREFERENCES})]
    lost = map(links.leads_nowhere, sorted(links.lost(content["introduction"])))
    yield from map(Finding, filter(None, [*told, *lost]))


def of_language(content: dict[str, Any]) -> Iterator[Finding]:
    """Of what was written for this issue; the articles were looked at when they were published."""
    for text in (content["subject"], content["preheader"], content["introduction"], _own_words(content)):
        for found in findings(text):
            yield Finding(warning(found.rule, [found.words]), rules()[found.rule].stops)


def _own_words(content: dict[str, Any]) -> str:
    """Of an edited text part what is not taken from elsewhere."""
    text = _plain(content["text"])
    for entry in content["entries"]:
        for words in (*(entry[part] for part in ("title", "summary", "limits", "harms")), *entry.get("warnings", ())):
            text = text.replace(_plain(words), "")
    return text


def of_people(newsletter: Newsletter) -> Iterator[Finding]:
    if newsletter.mailing_id or segments.has_readers(newsletter):
        return
    if segments.is_for_the_monthly(newsletter):
        yield Finding(_("Nobody gets it as a mail of its own: all whom it is for chose one e-mail a month."), False)
    else:
        yield Finding(_("Nobody would get it: no confirmed subscriber is of this segment."))


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.without_alt = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and "href" in named:
            self.links.add(named["href"] or "")
        elif tag == "img" and not named.get("alt"):
            self.without_alt = True


def forecast(newsletter: Newsletter) -> Forecast:
    """How many people, and how long it takes by the limits, and else as fast as the last issue went."""
    people = segments.count(newsletter)
    return Forecast(people, pace.duration(people, Newsletter.objects.last_speed()))
