from articles.models.articles import Article
from articles.models.papers import Paper
from articles.models.reviews import (
    Release,
    Rendering,
    Review,
    Reviewer,
    ReviewRequest,
    approval_of,
    is_cleared,
    last_read,
    months_on,
)
from articles.models.revisions import ArticleRevision, SectionKind
from articles.models.topics import Topic

__all__ = [
    "Article",
    "ArticleRevision",
    "Paper",
    "Release",
    "Rendering",
    "Review",
    "ReviewRequest",
    "Reviewer",
    "SectionKind",
    "Topic",
    "approval_of",
    "is_cleared",
    "last_read",
    "months_on",
]
