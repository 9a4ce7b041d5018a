"""What the content of an article must be."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parent / "content" / "article.schema.json"


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def kinds_needed_once() -> list[str]:
    """Of sections: each article has one of each of these."""
    rules = validator().schema["properties"]["sections"]["allOf"]
    return [rule["contains"]["properties"]["kind"]["const"] for rule in rules]


def check_content(content: dict[str, Any]) -> None:
    """Raises ValidationError with one sentence for each place that is wrong."""
    errors = sorted(validator().iter_errors(content), key=lambda error: list(map(str, error.path)))
    if errors:
        raise ValidationError([_sentence(error) for error in errors])


def _sentence(error: Any) -> str:
    place = " › ".join(str(step) for step in error.absolute_path) or _("the article")
    return _("%(place)s: %(message)s") % {"place": place, "message": error.message}


def content_sha256(content: dict[str, Any]) -> str:
    """The fingerprint of a snapshot: hexadecimal sha256 of its JSON with sorted keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
