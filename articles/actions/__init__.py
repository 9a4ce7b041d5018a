"""How articles change: every path, the loader's, the importer's and the editors', goes through these."""

from articles.actions.images import add_image, refuse_if_here
from articles.actions.imports import import_articles
from articles.actions.notices import close_notices, load_list, open_notices
from articles.actions.publishing import not_ready, publish, withdraw
from articles.actions.reviews import approve, ask_for_review, release, send_back
from articles.actions.revisions import restore, save_revision

__all__ = [
    "add_image",
    "approve",
    "ask_for_review",
    "close_notices",
    "import_articles",
    "load_list",
    "not_ready",
    "open_notices",
    "publish",
    "refuse_if_here",
    "release",
    "restore",
    "save_revision",
    "send_back",
    "withdraw",
]
