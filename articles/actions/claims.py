from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.claims_gate import stopped
from articles.lint_words import stop_words
from articles.models import Article, ArticleRevision, ClaimOverride
from articles.rules import missing, missing_words
from foundation.actors import Actor


def unfinished(revision: ArticleRevision) -> list[str]:
    """A sentence for each part that is missing, and for each passage that claims too much and nobody answers for."""
    lacks = [missing_words(code) for code in missing(revision.content)]
    return [*lacks, *(stop_words(claim) for claim in stopped(revision))]


@transaction.atomic
def override_claim(*, revision: ArticleRevision, rule: str, passage: str, reason: str, by: Actor) -> ClaimOverride:
    """Lets one passage stand against one rule; by name, since whoever reviews it has to be able to ask."""
    if not by.has_perm("articles.change_article"):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Say why the passage may stand as it is."))
    # Of two clicks the second waits here, and finds the passage answered for.
    Article.objects.select_for_update().get(pk=revision.article_id)
    if not any((claim.rule, claim.passage) == (rule, passage) for claim in stopped(revision)):
        raise ValidationError(_("No rule stops this passage. It may have been changed, or answered for, meanwhile."))
    return ClaimOverride.objects.create(
        revision=revision, rule=rule, passage=passage, reason=reason.strip(), created_by=by.account
    )
