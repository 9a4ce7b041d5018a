"""How articles change: every path, the loader's, the importer's and the editors', goes through these."""

from articles.actions.addresses import change_address
from articles.actions.claims import override_claim
from articles.actions.drafts import forget_draft, keep_draft
from articles.actions.images import add_image, refuse_if_here
from articles.actions.imports import import_articles
from articles.actions.notices import close_notices, load_list, open_notices, rule_on_gone
from articles.actions.papers import watch_named_papers
from articles.actions.previews import make_preview_link, revoke_preview_link
from articles.actions.publishing import not_ready, publish
from articles.actions.reviews import approve, ask_for_review, move_reviews_due, release, send_back
from articles.actions.revisions import restore, save_revision, saved_meanwhile
from articles.actions.withdrawing import keep_on_site, withdraw, withdraw_what_is_due

__all__ = [
    "add_image",
    "approve",
    "ask_for_review",
    "change_address",
    "close_notices",
    "forget_draft",
    "import_articles",
    "keep_draft",
    "keep_on_site",
    "load_list",
    "make_preview_link",
    "move_reviews_due",
    "not_ready",
    "open_notices",
    "override_claim",
    "publish",
    "refuse_if_here",
    "release",
    "restore",
    "revoke_preview_link",
    "rule_on_gone",
    "save_revision",
    "saved_meanwhile",
    "send_back",
    "watch_named_papers",
    "withdraw",
    "withdraw_what_is_due",
]
