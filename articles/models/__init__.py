from articles.models.addresses import SlugRedirect, present, same
from articles.models.articles import Article
from articles.models.claims import ClaimOverride
from articles.models.drafts import Draft
from articles.models.glossary import GlossaryTerm
from articles.models.images import Image, ImageFile, with_files
from articles.models.left_list import GoneRuling, RetractionList, kept, undecided, unruled, was_lifted
from articles.models.notices import (
    LiftedNotice,
    Nature,
    PaperNotice,
    RetractionRecord,
    by_paper,
    is_retracted,
    knowing_of_notices,
    last_word,
    notices_about,
    notices_of,
    rests_on_retracted,
    with_notices,
    without_taken_back,
)
from articles.models.papers import ArticlePaper, Paper, citations_of, named_in
from articles.models.people import Reviewer
from articles.models.previews import PreviewLink
from articles.models.reviews import (
    Release,
    Rendering,
    Review,
    ReviewRequest,
    approval_of,
    authors_of,
    is_cleared,
    is_sent_back,
    last_read,
    months_on,
    reviews_until_live,
)
from articles.models.revisions import ArticleRevision, SectionKind
from articles.models.search import SearchEntry, SearchWord, Synonym
from articles.models.topics import Topic

__all__ = [
    "Article",
    "ArticlePaper",
    "ArticleRevision",
    "ClaimOverride",
    "Draft",
    "GlossaryTerm",
    "GoneRuling",
    "Image",
    "ImageFile",
    "LiftedNotice",
    "Nature",
    "Paper",
    "PaperNotice",
    "PreviewLink",
    "Release",
    "Rendering",
    "RetractionList",
    "RetractionRecord",
    "Review",
    "ReviewRequest",
    "Reviewer",
    "SearchEntry",
    "SearchWord",
    "SectionKind",
    "SlugRedirect",
    "Synonym",
    "Topic",
    "approval_of",
    "authors_of",
    "by_paper",
    "citations_of",
    "is_cleared",
    "is_retracted",
    "is_sent_back",
    "kept",
    "knowing_of_notices",
    "last_read",
    "last_word",
    "months_on",
    "named_in",
    "notices_about",
    "notices_of",
    "present",
    "rests_on_retracted",
    "reviews_until_live",
    "same",
    "undecided",
    "unruled",
    "was_lifted",
    "with_files",
    "with_notices",
    "without_taken_back",
]
