"""A list of retractions as the journals' one is laid out, and where what it says is read."""

import json
from typing import Any

from django.test import Client

from articles.models import Article

COLUMNS = (
    "Record ID", "Title", "Journal", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionDOI", "RetractionDate",
    "RetractionNature", "Reason",
)  # fmt: skip
HEAD = ",".join(COLUMNS)
DOI = "10.1007/s12072-021-10199-2"
QUEUES = "/admin/articles/article/queues/"
RETRACTED = "The journal has retracted this paper"
FACTS = {"title": "The trial", "journal": "J", "year": 2020, "authors": ["Li X"]}


def row(number: int = 1, *, doi: str = DOI.upper(), pmid: str = "0", on: str = "1/24/2026 0:00", nature: str) -> str:
    reason = '"+Concerns, ""quoted"";"'
    return f'{number},"Cells, again",J,{doi},{pmid},10.5555/notice,{on},{nature},{reason}'


def waiting(desk: Client) -> str:
    return desk.get(QUEUES).text.split("A paper was retracted or corrected", 1)[1]


def paper_data(client: Client, article: Article) -> dict[str, Any]:
    page = client.get(article.get_absolute_url()).text
    text = page.split('type="application/ld+json">', 1)[1].split("</script>", 1)[0]
    (paper,) = json.loads(text)["@graph"][0]["citation"]
    return dict(paper)
