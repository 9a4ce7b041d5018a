from articles.models.articles import Article, ArticleRevision, Paper, Topic
from articles.models.hours import Holiday, OpeningHours
from articles.models.outage import OUTAGES, last_known, note_outage
from articles.models.profile import ClinicProfile, ProcessStep

__all__ = [
    "OUTAGES",
    "Article",
    "ArticleRevision",
    "ClinicProfile",
    "Holiday",
    "OpeningHours",
    "Paper",
    "ProcessStep",
    "Topic",
    "last_known",
    "note_outage",
]
