from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, Paper, PaperNotice, RetractionRecord
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
def open_notices(papers: QuerySet[Paper]) -> int:
    """Holds papers against the list that was loaded last; says how many notices are new. Twice is as once."""
    before = PaperNotice.objects.count()
    for name in ("doi", "pmid"):
        PaperNotice.objects.bulk_create(_speaking_of(papers, name), ignore_conflicts=True)
    return PaperNotice.objects.count() - before


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
