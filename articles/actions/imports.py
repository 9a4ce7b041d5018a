"""Articles of the clinic's export become drafts. Nothing is published, nor is what an editor began ever touched."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.text import slugify

from articles.actions.revisions import save_revision
from articles.importing.bodies import body
from articles.importing.reading import ArticleRead
from articles.importing.report import Outcome, Status
from articles.importing.units import key
from articles.importing.unsure import Warned, warned
from articles.models import Article, ArticleRevision, SlugRedirect
from articles.rules import RESERVED_SLUGS, kept, validator
from foundation.actors import Actor

# So that "-2" has room in the column, and the address stays one that people can read out.
LONGEST_SLUG = 80


class Known(NamedTuple):
    """An article that was made by import: one row for each time."""

    pk: int
    doi: str
    title: str


def import_articles(*, articles: Iterable[ArticleRead], by: Actor, dry_run: bool = False) -> list[Outcome]:
    """All of them or none. A dry run does it all and takes it back, so that it cannot tell anything else."""
    with transaction.atomic():
        one_at_a_time()
        run = Run(by)
        outcomes = [run.take(article) for article in articles]
        if dry_run:
            transaction.set_rollback(True)
    return outcomes


def one_at_a_time() -> None:
    """Two imports of one file at once would make each article twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import_articles', 0))")


class Run:
    """One file on its way in."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.known = known_ones()
        self.taken: dict[int, dict[str, Any]] = {}

    def take(self, read: ArticleRead) -> Outcome:
        content, unfit = content_of(read)
        twice = next((pk for pk, other in self.taken.items() if other == content), None)
        if twice is not None:
            told = warned("article_twice", read.line)
            return Outcome(read, slug_of(twice), Status.UNCHANGED, [told, *read.warnings])
        found = self.made_before(read)
        article = Article.objects.get(pk=found) if found else Article.objects.create(slug=free_slug(read.title))
        self.taken[article.pk] = content
        status, told_more = self.save(article, content, read.line)
        return Outcome(
            read, article.slug, status, sorted([*read.warnings, *unfit, *told_more], key=lambda told: told.line)
        )

    def made_before(self, read: ArticleRead) -> int | None:
        """By its DOI; or else by its title, unless that one has another DOI."""
        doi, title = (read.citation["doi"] or "").lower(), key(read.title)
        free = [known for known in self.known if known.pk not in self.taken]
        same_paper = [known for known in free if doi and known.doi == doi]
        same_title = [known for known in free if known.title == title and (not doi or known.doi in ("", doi))]
        best = [known for known in same_paper if known.title == title] or same_paper or same_title
        return best[0].pk if best else None

    def save(self, article: Article, content: dict[str, Any], line: int) -> tuple[Status, list[Warned]]:
        newest = article.revisions.first()
        if newest is None:
            save_revision(article=article, content=content, by=self.by, source=ArticleRevision.Source.IMPORT)
            return Status.CREATED, []
        imported = article.revisions.filter(source=ArticleRevision.Source.IMPORT).first()
        if any(revision and holds(revision, content) for revision in (newest, imported)):
            return Status.UNCHANGED, []
        # What editors wrote and the file does not speak of stays: the summary, the study in short, the topics.
        whole = {**kept(newest.content), **content}
        save_revision(article=article, content=whole, by=self.by, source=ArticleRevision.Source.IMPORT)
        edited = newest.source != ArticleRevision.Source.IMPORT
        return Status.CHANGED, [warned("edited_since", line, str(newest.number))] if edited else []


def known_ones() -> list[Known]:
    """An article whose first revision somebody wrote is not one of them, even on the same paper."""
    imports = ArticleRevision.objects.filter(source=ArticleRevision.Source.IMPORT)
    first = imports.filter(number=1).values("article")
    rows = imports.filter(article__in=first).order_by("article", "-number")
    values = rows.values_list("article", "content__citation__doi", "content__title")
    return [Known(pk, (doi or "").lower(), key(title)) for pk, doi, title in values]


def holds(revision: ArticleRevision, content: dict[str, Any]) -> bool:
    return all(revision.content.get(name) == value for name, value in content.items())


def slug_of(pk: int) -> str:
    return Article.objects.values_list("slug", flat=True).get(pk=pk)


def free_slug(title: str) -> str:
    base = slugify(title).replace("_", "-")
    if len(base) > LONGEST_SLUG:
        base = base[: LONGEST_SLUG + 1].rpartition("-")[0] or base[:LONGEST_SLUG]
    base = base or "article"
    rows = (model.objects.filter(slug__startswith=base) for model in (Article, SlugRedirect))
    taken = {*RESERVED_SLUGS, *(slug for found in rows for slug in found.values_list("slug", flat=True))}
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return base if base not in taken else next(slug for slug in numbered if slug not in taken)


def content_of(read: ArticleRead) -> tuple[dict[str, Any], list[Warned]]:
    """What a revision holds of it. Of a citation only what is one: a year such as 20211 is told and left out."""
    printed = {name: value for name, value in read.citation.items() if value not in (None, [])}
    content: dict[str, Any] = {"title": read.title, "sections": [section_of(section) for section in read.sections]}
    if read.citation["title"] or read.citation["doi"]:
        content["citation"] = printed
    wrong = {str(error.path[1]) for error in validator().iter_errors(content) if error.path[0] == "citation"}
    for name in wrong:
        del printed[name]
    return content, [warned("citation_unread", read.line, name) for name in sorted(wrong)]


def section_of(section: Any) -> dict[str, str]:
    heading = {"heading": section.heading} if section.heading else {}
    return {"kind": section.kind, **heading, "body": body(section.blocks)}
