"""Enquiries a week: by where people came from, and by the article that they had read."""

import re
from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from desk.numbers import query
from desk.numbers.range import DateRange
from desk.numbers.tables import Cell, Table, cut_weeks_note, total_row

# More are neither told apart by colour nor read.
MOST_CAMPAIGNS, MOST_ARTICLES = 6, 8
# Anybody can post any utm_source; so many letters of it tell which one it is.
CAMPAIGN_LETTERS = 40

# One pass over the enquiries; what a flood of made-up sources would return is cut before it leaves Postgres.
SQL = r"""
WITH counted AS MATERIALIZED (
    SELECT date_trunc('week', enquiry.received_at AT TIME ZONE %(zone)s)::date AS week,
        CASE WHEN enquiry.verdict IN ('held', 'discarded') THEN enquiry.verdict
            WHEN enquiry.form = 'staff' THEN 'staff'
            WHEN enquiry.utm ->> 'utm_source' ~ '[^[:space:][:cntrl:]]' THEN 'campaign'
            WHEN article.id IS NOT NULL THEN 'articles'
            WHEN enquiry.source_path = '' THEN 'unknown'
            ELSE 'pages'
        END AS source,
        left(lower(btrim(regexp_replace(
            enquiry.utm ->> 'utm_source', '[[:space:][:cntrl:]]+', ' ', 'g'
        ))), %(letters)s) AS campaign,
        article.id AS article,
        count(*) AS number
    FROM enquiries_enquiry AS enquiry
    LEFT JOIN (
        SELECT slug, id FROM articles_article UNION ALL SELECT slug, article_id FROM articles_slugredirect
    ) AS article ON article.slug = substring(enquiry.source_path FROM %(article_path)s)
    WHERE enquiry.received_at >= %(start)s AND enquiry.received_at < %(end)s
    GROUP BY 1, 2, 3, 4
), campaigns AS (
    SELECT campaign FROM counted WHERE source = 'campaign'
    GROUP BY campaign ORDER BY sum(number) DESC, campaign LIMIT %(most_campaigns)s
), articles AS (
    SELECT article FROM counted WHERE article IS NOT NULL AND source NOT IN ('held', 'discarded')
    GROUP BY article ORDER BY sum(number) DESC, article LIMIT %(most_articles)s
)
SELECT 'source', week, source, CASE source WHEN 'campaign' THEN coalesce(campaigns.campaign, '') ELSE '' END,
    sum(number)
FROM counted LEFT JOIN campaigns USING (campaign)
GROUP BY 2, 3, 4
UNION ALL
SELECT 'article', week, CASE WHEN counted.article IS NULL THEN 'none' ELSE 'article' END, articles.article::text,
    sum(number)
FROM counted LEFT JOIN articles USING (article)
WHERE source NOT IN ('held', 'discarded')
GROUP BY 2, 3, 4
"""


class Series(NamedTuple):
    """How many came each week, under one name."""

    label: str
    numbers: list[int]

    @property
    def total(self) -> int:
        return sum(self.numbers)


class Enquiries(NamedTuple):
    sources: list[Series]
    articles: list[Series]
    # Of all that are counted; they stand in the table beside the articles.
    elsewhere: Series | None
    held: int
    discarded: int


# What was counted each week, by what it is and by which one of these.
Counted = dict[tuple[str, str], Counter[date]]


def read(chosen: DateRange) -> Enquiries:
    sources, articles = count(chosen)
    mondays = [week.monday for week in chosen.weeks]
    apart = {verdict: sources.pop((verdict, ""), Counter()).total() for verdict in ("held", "discarded")}
    none = articles.pop(("none", ""), None)
    elsewhere = series(_("Not from an article"), none, mondays) if none else None
    return Enquiries(source_series(sources, mondays), article_series(articles, mondays), elsewhere, **apart)


def count(chosen: DateRange) -> tuple[Counted, Counted]:
    found: dict[str, Counted] = {"source": {}, "article": {}}
    for by, week, kind, which, number in query.rows(SQL, arguments(chosen)):
        found[by].setdefault((kind, which or ""), Counter())[week] += int(number)
    return found["source"], found["article"]


def arguments(chosen: DateRange) -> dict[str, Any]:
    most = {"most_campaigns": MOST_CAMPAIGNS, "most_articles": MOST_ARTICLES, "letters": CAMPAIGN_LETTERS}
    when = {"zone": str(chosen.zone), "start": chosen.start, "end": chosen.end}
    return {**when, **most, "article_path": article_path()}


def article_path() -> str:
    """A regular expression of the paths at which articles stand, as the site's addresses say; its group is the slug."""
    before, after = map(re.escape, reverse("articles:article", args=["slug"]).rsplit("slug", 1))
    return rf"^{before}([^/?#]+){after}(?:[?#]|$)"


def source_series(counted: Counted, mondays: list[date]) -> list[Series]:
    """Always in one order, the campaigns by how many they brought; what brought nobody is left out."""
    campaigns = [key for key in by_size(counted) if key[0] == "campaign" and key[1]]
    order = [("articles", ""), ("pages", ""), *campaigns, ("campaign", ""), ("staff", ""), ("unknown", "")]
    words = {
        ("articles", ""): _("Our articles"),
        ("pages", ""): _("Other pages of ours"),
        # In quotation marks: whoever made the link chose the word, and it may be one of ours.
        **{key: _("“%(source)s”") % {"source": key[1]} for key in campaigns},
        ("campaign", ""): _("Other sources"),
        ("staff", ""): _("Taken by staff"),
        ("unknown", ""): _("Not known"),
    }
    return [series(words[key], counted[key], mondays) for key in order if key in counted]


def article_series(counted: Counted, mondays: list[date]) -> list[Series]:
    best = [key for key in by_size(counted) if key[0] == "article" and key[1]]
    rows = Article.objects.select_related("live_revision").in_bulk([int(pk) for _kind, pk in best])
    named = [series(str(rows[int(key[1])]), counted[key], mondays) for key in best if int(key[1]) in rows]
    others = counted.get(("article", ""))
    return [*named, series(_("Other articles"), others, mondays)] if others else named


def by_size(counted: Counted) -> list[tuple[str, str]]:
    return sorted(counted, key=lambda key: (-counted[key].total(), key))


def series(label: str, numbers: Counter[date], mondays: list[date]) -> Series:
    return Series(label, [numbers[monday] for monday in mondays])


def table(name: str, title: str, shown: list[Series], chosen: DateRange, notes: list[str]) -> Table:
    columns = [_("Week from"), _("Days"), *(one.label for one in shown), _("All")]
    rows: list[list[Cell]] = []
    for place, week in enumerate(chosen.weeks):
        numbers = [one.numbers[place] for one in shown]
        rows.append([week.first, week.days, *numbers, sum(numbers)])
    return Table(name, title, columns, [*rows, total_row(rows)], [*notes, *cut_weeks_note(chosen.cuts_a_week)])


def sources_table(found: Enquiries, chosen: DateRange) -> Table:
    notes = [
        _("By the source that a link named (utm_source), or else by the page that the form stood on."),
        held_note(found),
    ]
    return table("sources", _("Enquiries a week by source"), found.sources, chosen, [note for note in notes if note])


def articles_table(found: Enquiries, chosen: DateRange) -> Table:
    notes = [_("By the article on whose page the form was sent, wherever the person came from.")]
    shown = [*found.articles, found.elsewhere] if found.elsewhere else found.articles
    return table("articles", _("Enquiries a week by article"), shown, chosen, notes)


def held_note(found: Enquiries) -> str:
    """They are no enquiries until somebody releases them."""
    if not found.held + found.discarded:
        return ""
    held = ngettext("%(number)d is held", "%(number)d are held", found.held) % {"number": found.held}
    discarded = ngettext("%(number)d was discarded", "%(number)d were discarded", found.discarded) % {
        "number": found.discarded
    }
    return _("Not counted: %(held)s, %(discarded)s.") % {"held": held, "discarded": discarded}
