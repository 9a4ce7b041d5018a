from articles.models.articles import Article
from articles.models.papers import Paper
from articles.models.revisions import ArticleRevision, SectionKind
from articles.models.topics import Topic

__all__ = ["Article", "ArticleRevision", "Paper", "SectionKind", "Topic"]
