"""Others than we and typst who know the rules of PDF/UA-1, by which a screen reader can say what a PDF shows.

`page` goes by the 104 rules that a machine can judge; `pdfua` looks at a dozen things by code of its own.
"""

import os
from pathlib import Path

try:
    import page
    import pdfua
    import pikepdf
except ModuleNotFoundError:
    # Wheels of theirs are not for every machine; where changes are judged none may be missing.
    if os.environ.get("CI") == "true":
        raise
    page = pdfua = pikepdf = None

# It stops where an element of the tree holds a list, which is allowed. Headings without a text are looked for by us.
BROKEN = {"UA-14-001"}


def failures(pdf: bytes) -> list[str]:
    """Rules that it breaks, as `page` knows them; none where there is no such checker."""
    if page is None:
        return []
    report = page.validate_pdf_bytes(pdf, profile="ua1")
    assert report.rules.total > 100
    return [failure.rule_id for failure in report.failures]


def findings(pdf: bytes, folder: Path) -> list[str]:
    path = folder / "packet.pdf"
    path.write_bytes(pdf)
    report = pdfua.validate(path)
    assert {skipped.rule_id for skipped in report.skipped} <= BROKEN
    return [finding.rule_id for finding in report.findings]
