from articles.models.articles import Article
from articles.models.papers import ArticlePaper, Paper, citations_of
from articles.models.revisions import ArticleRevision, SectionKind
from articles.models.topics import Topic

__all__ = ["Article", "ArticlePaper", "ArticleRevision", "Paper", "SectionKind", "Topic", "citations_of"]
