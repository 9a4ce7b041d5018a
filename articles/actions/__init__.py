"""How articles change: every path, the loader's, the importer's and the editors', goes through these."""

from articles.actions.claims import override_claim
from articles.actions.imports import import_articles
from articles.actions.notices import close_notices, load_list, open_notices
from articles.actions.publishing import not_ready, publish
from articles.actions.reviews import approve, ask_for_review, release, send_back
from articles.actions.revisions import restore, save_revision
from articles.actions.withdrawing import keep_on_site, withdraw, withdraw_what_is_due

__all__ = [
    "approve",
    "ask_for_review",
    "close_notices",
    "import_articles",
    "keep_on_site",
    "load_list",
    "not_ready",
    "open_notices",
    "override_claim",
    "publish",
    "release",
    "restore",
    "save_revision",
    "send_back",
    "withdraw",
    "withdraw_what_is_due",
]
