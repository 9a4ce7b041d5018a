"""What the claims lint finds in an article, kept by its bytes, and which of it stops publishing."""

from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.cache import cache as rows

from articles.claims.article import of_article
from articles.claims.rules import FOLDER, rules
from articles.models import Article, ArticleRevision, ClaimOverride
from articles.rules import content_sha256
from foundation.models import ClinicProfile

# Long enough for a text that somebody works on; whoever opens an older one waits for the lint once.
KEPT_SECONDS = 30 * 24 * 3600


class Claim(NamedTuple):
    """One rule broken in one passage. override: by whom and why it may stand there."""

    rule: str
    words: str
    passage: str
    override: ClaimOverride | None = None

    @property
    def is_stopped(self) -> bool:
        return rules()[self.rule].stops and self.override is None


def claims_in(content: dict[str, Any]) -> list[Claim]:
    """Linted once for the same bytes, the same rules and the same year, by which a search is old."""
    today = ClinicProfile.objects.current().today()
    key = f"claims:{content_sha256(content)}:{rules_sha256()}:{today.year}"
    found = rows.get(key)
    if found is None:
        found = linted(content, today)
        rows.set(key, found, KEPT_SECONDS)
    return [Claim(*each) for each in found]


def linted(content: dict[str, Any], today: date) -> list[tuple[str, str, str]]:
    return [(each.rule, each.words, " ".join(each.sentence.split())) for each in of_article(content, today)]


def claims_typed(content: dict[str, Any], article: Article | None) -> list[Claim]:
    """Of what is saved nowhere, and so is not kept either: it is another text with the next letter.

    Without those of which somebody said that they may stand.
    """
    today = ClinicProfile.objects.current().today()
    found = with_overrides([Claim(*each) for each in linted(content, today)], article)
    return [claim for claim in found if claim.override is None]


@cache
def rules_sha256() -> str:
    """Of all that the lint is made of: what an older one found is not what this one would."""
    files = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".py", ".toml", ".json", ".txt"})
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def claims_of(revision: ArticleRevision) -> list[Claim]:
    return with_overrides(claims_in(revision.content), revision.article)


def with_overrides(claims: list[Claim], article: Article | None) -> list[Claim]:
    """Each once, with what somebody said of its passage; the last word on each."""
    said = {(each.rule, each.passage): each for each in overrides_of(article)} if article else {}
    return [claim._replace(override=said.get((claim.rule, claim.passage))) for claim in dict.fromkeys(claims)]


def overrides_of(article: Article) -> Any:
    return ClaimOverride.objects.of(article).select_related("created_by")


def stopped(revision: ArticleRevision) -> list[Claim]:
    return [claim for claim in claims_of(revision) if claim.is_stopped]
