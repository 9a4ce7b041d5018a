from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.models import (
    Article,
    ArticlePaper,
    ArticleRevision,
    LiftedNotice,
    Paper,
    PaperNotice,
    RetractionRecord,
)
from foundation.actors import Actor

ROWS_AT_ONCE = 1000
LOADED = ("nature", "title", "doi", "pmid", "notice_doi", "noticed_on", "reason")


class Checked(NamedTuple):
    """Of one list: its rows, the lines that were not read, and what it newly says of our papers."""

    rows: int
    unread: list[int]
    found: int


def load_list(records: Iterable[RetractionRecord | int]) -> Checked:
    """Keeps the list and holds all papers against it. A row that was there before is brought up to date."""
    rows, unread = 0, []
    for batch in _batches(records):
        unread += [line for line in batch if isinstance(line, int)]
        kept = {record.record_id: record for record in batch if isinstance(record, RetractionRecord)}
        rows += sum(isinstance(record, RetractionRecord) for record in batch)
        RetractionRecord.objects.bulk_create(
            kept.values(), update_conflicts=True, unique_fields=["record_id"], update_fields=LOADED
        )
    return Checked(rows, unread, open_notices(Paper.objects.all()))


def _batches(records: Iterable[RetractionRecord | int]) -> Iterator[list[RetractionRecord | int]]:
    rest = iter(records)
    while batch := list(islice(rest, ROWS_AT_ONCE)):
        yield batch


@transaction.atomic
def open_notices(papers: QuerySet[Paper], *, revision: ArticleRevision | None = None, account: Any = None) -> int:
    """Holds papers against the list that was loaded last; says how many notices are new. Twice is as once.

    What speaks of another paper by now is taken off: a mistyped number, or one of the list, was put right.
    revision, account: with which publishing, and whose; none for the list alone.
    """
    _take_off_what_speaks_of_others(papers, revision=revision, account=account)
    before = PaperNotice.objects.count()
    for name in ("doi", "pmid"):
        PaperNotice.objects.bulk_create(_speaking_of(papers, name), ignore_conflicts=True)
    return PaperNotice.objects.count() - before


def _take_off_what_speaks_of_others(papers: QuerySet[Paper], **who: Any) -> None:
    by_doi = Q(record__doi=F("paper__doi")) & ~Q(record__doi="")
    fits = PaperNotice.objects.filter(by_doi | Q(record__pmid=F("paper__pmid")) & ~Q(record__pmid=""))
    others = list(PaperNotice.objects.filter(paper__in=papers).exclude(pk__in=fits.values("pk")))
    for cited in ArticlePaper.objects.filter(paper__in={notice.paper_id for notice in others}):
        note_lifted(cited.article_id, [notice for notice in others if notice.paper_id == cited.paper_id], **who)
    PaperNotice.objects.filter(pk__in=[notice.pk for notice in others]).delete()


def note_lifted(article: int, notices: Iterable[PaperNotice], **who: Any) -> None:
    LiftedNotice.objects.bulk_create(
        LiftedNotice(
            article_id=article,
            paper_id=notice.paper_id,
            record_id=notice.record_id,
            revision=who["revision"],
            lifted_by=who["account"],
        )
        for notice in notices
    )


def _speaking_of(papers: QuerySet[Paper], name: str) -> Iterator[PaperNotice]:
    """By one name. A paper known by its DOI and one known by its PMID alone may have the same PMID."""
    known: dict[str, list[Paper]] = {}
    for paper in papers.exclude(**{name: None}).exclude(**{name: ""}):
        known.setdefault(getattr(paper, name), []).append(paper)
    for record in RetractionRecord.objects.filter(**{f"{name}__in": list(known)}):
        yield from (PaperNotice(paper=paper, record=record) for paper in known[getattr(record, name)])


@transaction.atomic
def close_notices(*, article: Article, by: Actor) -> int:
    """Somebody has looked at what is said of its papers; readers go on seeing it."""
    opened = PaperNotice.objects.filter(paper__cited_by__article=article, closed_at=None)
    return PaperNotice.objects.filter(pk__in=opened.values("pk")).update(closed_at=timezone.now(), closed_by=by.account)
