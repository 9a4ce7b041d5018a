from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import (
    Article,
    ArticlePaper,
    ArticleRevision,
    GoneRuling,
    LiftedNotice,
    Paper,
    PaperNotice,
    RetractionList,
    RetractionRecord,
    undecided,
    was_lifted,
)
from foundation.actors import Actor

ROWS_AT_ONCE = 1000
LOADED = ("nature", "title", "doi", "pmid", "notice_doi", "noticed_on", "reason", "listed_in", "gone_from")
# In a year a handful of sixty thousand rows leave the list; a file that lacks more broke off on its way.
FEWEST_OF_LAST = 0.95


class Checked(NamedTuple):
    """Of one list: its rows, the lines that were not read, what it newly says of our papers, and what it lacks.

    before: the rows of the last whole one; gone: how many notices wait for a decision, since no row says them any more.
    """

    rows: int
    unread: list[int]
    found: int
    before: int
    is_whole: bool
    gone: int


def load_list(records: Iterable[RetractionRecord | int], *, is_whole: bool = False) -> Checked:
    """Keeps the list and holds all papers against it. A row that was there before is brought up to date.

    is_whole: somebody says so of a list that is far shorter than the last.
    """
    before, listed = _rows_before(), RetractionList.objects.create()
    rows, unread = _keep(records, listed)
    is_whole = is_whole or rows >= before * FEWEST_OF_LAST
    _finish(listed, rows, is_whole=is_whole)
    found = open_notices(Paper.objects.all())
    return Checked(rows, unread, found, before, is_whole, undecided().count())


def _rows_before() -> int:
    last = RetractionList.objects.filter(is_whole=True).first()
    return last.rows if last else RetractionRecord.objects.count()


@transaction.atomic
def _finish(listed: RetractionList, rows: int, *, is_whole: bool) -> None:
    RetractionList.objects.filter(pk=listed.pk).update(rows=rows, is_whole=is_whole)
    if is_whole:
        # Not what a list has that is being read at the same time.
        not_here = RetractionRecord.objects.filter(Q(listed_in=None) | Q(listed_in__lt=listed))
        not_here.filter(gone_from=None).update(gone_from=listed)


def _keep(records: Iterable[RetractionRecord | int], listed: RetractionList) -> tuple[int, list[int]]:
    rows, unread = 0, []
    for batch in _batches(records):
        unread += [line for line in batch if isinstance(line, int)]
        found = [record for record in batch if isinstance(record, RetractionRecord)]
        rows += len(found)
        for record in found:
            record.listed_in = listed
        kept = {record.record_id: record for record in found}
        RetractionRecord.objects.bulk_create(
            kept.values(), update_conflicts=True, unique_fields=["record_id"], update_fields=LOADED
        )
    return rows, unread


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
    # One that was opened while somebody took it off elsewhere.
    PaperNotice.objects.filter(was_lifted("record"), paper__in=papers).delete()
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
            ruling=who.get("ruling"),
        )
        for notice in notices
    )


def _speaking_of(papers: QuerySet[Paper], name: str) -> Iterator[PaperNotice]:
    """By one name. A paper known by its DOI and one known by its PMID alone may have the same PMID."""
    known: dict[str, list[Paper]] = {}
    for paper in papers.exclude(**{name: None}).exclude(**{name: ""}):
        known.setdefault(getattr(paper, name), []).append(paper)
    for record in RetractionRecord.objects.filter(~was_lifted("pk"), **{f"{name}__in": list(known)}):
        yield from (PaperNotice(paper=paper, record=record) for paper in known[getattr(record, name)])


@transaction.atomic
def close_notices(*, article: Article, by: Actor) -> int:
    """Somebody has looked at what is said of its papers; readers go on seeing it."""
    opened = PaperNotice.objects.filter(paper__cited_by__article=article, closed_at=None)
    return PaperNotice.objects.filter(pk__in=opened.values("pk")).update(closed_at=timezone.now(), closed_by=by.account)


@transaction.atomic
def rule_on_gone(*, article: Article, record: str, ruling: str, reason: str, by: Actor) -> GoneRuling:
    """Keeps or lifts what a record said that left the list, on each page that says it."""
    if not by.has_perm("articles.publish_article"):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Say why the notice stays or goes."))
    left = RetractionRecord.objects.select_for_update().filter(pk=record).first()
    said = undecided().filter(record=left, paper__cited_by__article=article)
    if left is None or left.gone_from is None or not said.exists():
        raise ValidationError(_("Somebody has decided this meanwhile, or the list has it again."))
    made = GoneRuling.objects.create(
        record=left, listed=left.gone_from, ruling=ruling, reason=reason.strip(), ruled_by=by.account
    )
    if made.ruling == GoneRuling.Ruling.LIFT:
        _lift(made)
    return made


def _lift(ruling: GoneRuling) -> None:
    said = PaperNotice.objects.filter(record=ruling.record)
    for cited in ArticlePaper.objects.filter(paper__notices__in=said):
        of_paper = said.filter(paper=cited.paper_id)
        note_lifted(cited.article_id, of_paper, revision=None, account=ruling.ruled_by, ruling=ruling)
    said.delete()
