"""The clinic's plain-text export, from bytes to articles. Pure: it reads and reports, and saves nothing."""

from articles.importing.decoding import MOST_BYTES, Unreadable, plain_text
from articles.importing.reading import ArticleRead, Reading, read

__all__ = ["MOST_BYTES", "ArticleRead", "Reading", "Unreadable", "plain_text", "read"]
