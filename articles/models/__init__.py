from articles.models.articles import Article, ArticleRevision, Paper, Topic

__all__ = ["Article", "ArticleRevision", "Paper", "Topic"]
