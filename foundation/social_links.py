"""Where else a clinic is found: an address a line, with a name before it if the owner likes another than the host's."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

# A row of them, not a page.
MOST_LINKS = 10
is_address = URLValidator(["https"])


class SocialLink(NamedTuple):
    name: str
    url: str


def links_in(text: str) -> list[SocialLink]:
    return [link_of(line.strip()) for line in text.splitlines() if line.strip()]


def link_of(line: str) -> SocialLink:
    *name, url = line.split()
    host = urlsplit(url).hostname or ""
    return SocialLink(" ".join(name) or host.removeprefix("www."), url)


def are_links(text: str) -> None:
    """Each is https: whatever else a browser opens, a program or a file, is no page of anybody's."""
    try:
        links = links_in(text)
        for link in links:
            is_address(link.url)
    except (ValueError, ValidationError):
        raise ValidationError(_("Write one address a line, such as https://social.example.org/us.")) from None
    if len(links) > MOST_LINKS:
        raise ValidationError(_("Ten at most, so that somebody finds the one they look for."))
