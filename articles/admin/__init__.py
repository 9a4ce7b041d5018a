"""What the clinic publishes. Saving makes a revision; only publishing shows it to visitors."""

from articles.admin.article import ArticleAdmin
from articles.admin.beside import GlossaryTermAdmin, PaperAdmin, ReviewerAdmin, SynonymAdmin, TopicAdmin
from articles.library import ImageAdmin

__all__ = [
    "ArticleAdmin",
    "GlossaryTermAdmin",
    "ImageAdmin",
    "PaperAdmin",
    "ReviewerAdmin",
    "SynonymAdmin",
    "TopicAdmin",
]
