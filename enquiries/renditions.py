"""Packets in which that study comes first whose page people came from: one for all of them, set once and kept.

The words are those of the version that was approved; only their order is another.
"""

import hashlib
import json
import logging

from articles.models import same
from enquiries.documents import set_packet
from enquiries.models import PacketContent, PacketDelivery, PacketRendition
from enquiries.rules import article_slug

logger = logging.getLogger(__name__)

# Of some 150 KB each; who comes from a page beyond these gets the packet in its own order.
MOST = 24


def came_from(delivery: PacketDelivery) -> str:
    """The article from whose page they asked, by its slug."""
    path = delivery.enquiry.source_path if delivery.enquiry else ""
    return article_slug(path) if path else ""


def sha256_of(delivery: PacketDelivery) -> str:
    """Of the PDF that they got, which need not be that of its version."""
    own = PacketRendition.objects.filter(version=delivery.version_id).values_list("slug", "sha256")
    sha256s = dict(own)
    return sha256s.get(same(came_from(delivery), sha256s), delivery.version.sha256)


def rendition(version: int, slug: str) -> bytes | None:
    """slug: of the article. None where the version tells of no such one, or is of before its words were kept."""
    known = PacketRendition.objects.filter(version=version, slug=slug).first()
    if known:
        return bytes(known.pdf)
    kept = PacketContent.objects.select_related("version").defer("version__pdf").filter(version=version).first()
    # The version says the address that it had then, which need not be the one at which they read it.
    told = same(slug, slugs_in(kept.text)) if kept else ""
    if kept is None or not told:
        return None
    return _made(kept, slug) if told == slug else rendition(version, told)


def _made(kept: PacketContent, slug: str) -> bytes | None:
    version = kept.version_id
    if PacketRendition.objects.filter(version=version).count() >= MOST:
        return None
    try:
        pdf = set_packet(with_first(kept.text, slug)) if is_set_as_approved(kept) else None
    except ValueError:
        logger.exception("version %s of the packet could not be set with another study first", version)
        return None
    if pdf is None:
        logger.warning("version %s of the packet goes out in its own order: it would be set otherwise by now", version)
        return None
    known = {"pdf": pdf, "sha256": digest(pdf)}
    # Two processes set the same bytes.
    PacketRendition.objects.get_or_create(version_id=version, slug=slug, defaults=known)
    return pdf


def is_set_as_approved(kept: PacketContent) -> bool:
    """An upgrade may bring other words around those that are kept, and nobody approved them in this version."""
    return digest(set_packet(kept.text)) == kept.version.sha256


def digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def slugs_in(text: str) -> list[str]:
    return [slug for article in json.loads(text)["articles"] if (slug := article.get("slug"))]


def with_first(text: str, slug: str) -> str:
    """The page for one's own doctor keeps its order: it is the same for everybody, and says so."""
    return json.dumps({**json.loads(text), "came_from": slug})
