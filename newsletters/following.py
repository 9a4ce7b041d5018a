"""The way from a link of an issue to its article, where the issue counts how often its links are followed.

Its address names the issue and the article, and never a person. It leads to articles of ours alone, and without the
database as well: then the old address of an article leads on.
"""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.models import present
from foundation.outage import OUTAGES, note_outage
from newsletters import actions

# What looks at links for others: scanners of mail, previews of chats, crawlers, programs.
MACHINES = re.compile(
    # CUBOT makes telephones.
    r"(?<!cu)bot|crawl|spider|slurp|scan|preview|fetch|monitor|check|proofpoint|mimecast|barracuda|safelinks|urldefense|"
    r"symantec|trend ?micro|fortinet|sophos|cisco|googleimageproxy|yahoomailproxy|headless|phantom|selenium|"
    r"curl|wget|python|java/|go-http|okhttp|axios|node|libwww|perl|ruby|httpclient|whatsapp|telegram|slack|facebook",
    re.IGNORECASE,
)
AHEAD_OF_TIME = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")


@never_cache
@require_safe
def follow(request: HttpRequest, issue: str, article: str) -> HttpResponse:
    try:
        if not is_machine(request):
            actions.count_follow(issue=issue, path=path_of(article))
        return redirect(path_of(present([article])[article]))
    except OUTAGES:
        # Whoever reads goes on reading.
        note_outage()
    return redirect(path_of(article))


def path_of(article: str) -> str:
    return reverse("articles:article", args=[article])


def is_machine(request: HttpRequest) -> bool:
    """By what it says of itself, of which nothing is kept. A browser names its languages and goes to a page."""
    headers = request.headers
    agent, goes_to = headers.get("User-Agent", ""), headers.get("Sec-Fetch-Dest", "document")
    is_early = any(name in headers for name in AHEAD_OF_TIME)
    is_browser = agent.startswith("Mozilla/") and "Accept-Language" in headers and goes_to == "document"
    return request.method != "GET" or is_early or not is_browser or bool(MACHINES.search(agent))
