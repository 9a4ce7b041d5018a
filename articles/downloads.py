"""What pages bring along: pictures, the clinic's mark, and papers for a reference manager."""

from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from articles.citations.formats import FORMATS
from articles.citations.notices import Said
from articles.models import Article, ImageFile, PaperNotice, citations_of, is_retracted, notices_about, with_notices
from articles.old_addresses import leads_on
from articles.site_files import SECONDS_OF_A_YEAR
from foundation.models import LogoFile, was_ever_shown
from foundation.staff import works_here


def fingerprint(request: HttpRequest, sha256: str, ending: str) -> str | None:
    return f'"{sha256}"' if ImageFile.objects.filter(sha256=sha256, format=ending).exists() else None


@require_safe
@cache_control(public=True, max_age=SECONDS_OF_A_YEAR, immutable=True)
@etag(fingerprint)
def image(request: HttpRequest, sha256: str, ending: str) -> FileResponse:
    """Its address names its bytes, so whoever has them need not ask again.

    It is as public as its address is known: that of a draft's picture nobody can guess, and whoever is shown a preview
    sees it without an account. As a file and not as a page, since pictures would push the pages out of memory.
    """
    found = ImageFile.objects.filter(sha256=sha256, format=ending).first()
    if found is None:
        raise Http404
    return FileResponse(BytesIO(found.data), content_type=f"image/{ending}")


@require_safe
def logo(request: HttpRequest, logo: str, use: str, ending: str) -> FileResponse:
    """Its address names its bytes. As a file and not as a page, as with pictures of articles.

    What somebody uploaded and nobody saved is shown to staff alone: it may be a file chosen by mistake.
    """
    found = get_object_or_404(LogoFile, logo=logo, use=use, format=ending)
    is_public = was_ever_shown(logo)
    # Only then, since asking for the account makes the answer vary by cookie.
    if not is_public and not works_here(request.user):
        raise Http404
    kept = {"public": True, "max_age": SECONDS_OF_A_YEAR, "immutable": True} if is_public else {"private": True}
    response = FileResponse(BytesIO(found.data), content_type=f"image/{'x-icon' if ending == 'ico' else ending}")
    patch_cache_control(response, **kept)
    if use == "mail":
        # Some people read mail in a browser, on a page of their provider.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@leads_on
def citation(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    [article] = with_notices([get_object_or_404(Article.objects.published(), slug=slug)])
    found = [with_what_is_said(citation, article) for citation in citations_of(article.content)]
    if ending not in FORMATS or not found:
        raise Http404
    response = HttpResponse(FORMATS[ending].write_all(found), content_type=FORMATS[ending].content_type)
    response["Content-Disposition"] = f'attachment; filename="{article.slug}.{ending}"'
    # The page is what should be found; this is for whoever reads it.
    response["X-Robots-Tag"] = "noindex"
    return response


def with_what_is_said(citation: dict[str, Any], article: Article) -> dict[str, Any]:
    """Whoever keeps the paper must not take it for sound when they cite it a year later."""
    about = notices_about(article, citation)
    return {**citation, "notices": [*map(said, about)], "retracted": is_retracted(about)}


def said(notice: PaperNotice) -> Said:
    record = notice.record
    return Said(record.nature, record.noticed_on.isoformat() if record.noticed_on else "", record.notice_doi)
