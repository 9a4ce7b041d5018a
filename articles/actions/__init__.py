"""How articles change: every path, the loader's, the importer's and the editors', goes through these."""

from articles.actions.imports import import_articles
from articles.actions.publishing import publish, withdraw
from articles.actions.revisions import save_revision

__all__ = ["import_articles", "publish", "save_revision", "withdraw"]
