"""What the reader was unsure of: a code with its line, said in the reader's language when it is shown."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.raised import lost_powers


class Warned(NamedTuple):
    code: str
    # In the file, from 1.
    line: int
    # Of the file, where the sentence quotes it.
    text: str = ""

    def __str__(self) -> str:
        return SENTENCES[self.code] % {"text": self.text}


SENTENCES = {
    "not_utf8": gettext_lazy("From here on there are lines that are not UTF-8; they were read as Windows-1252."),
    "decoded_twice": gettext_lazy("Signs such as “â€¢” were put back to what they were before the file was copied."),
    "sign_lost": gettext_lazy("A sign was lost here before the file came to us."),
    "power_lost": gettext_lazy(
        "A power may have been lost here: “%(text)s”. Look into the paper, and write 10⁶ or 10^6."
    ),
    "edited_since": gettext_lazy("An editor has changed it since: their revision %(text)s stands below this new one."),
    "no_title": gettext_lazy("No line here looks like a title; this one was taken: “%(text)s”."),
    "article_twice": gettext_lazy("The file has this article twice, word for word; one is taken."),
    "no_source": gettext_lazy("There is no “Source:” line: the paper is unknown."),
    "source_undated": gettext_lazy("No year and no DOI stand here, so it ends no article: “%(text)s”."),
    "split_unsure": gettext_lazy("This line stands once, and was taken for the title of another article: “%(text)s”."),
    "no_headings": gettext_lazy("There are no headings: all of it is one section that is not sorted."),
    "heading_alone": gettext_lazy("Nothing stands under the heading “%(text)s”."),
    "two_kinds": gettext_lazy("The heading “%(text)s” names two kinds of section; the first was taken."),
    "no_list": gettext_lazy("This ends in a colon, and no list follows: “%(text)s”."),
    "no_end": gettext_lazy("This ends without a full stop, and was taken for a paragraph: “%(text)s”."),
    "form_inside": gettext_lazy("Text of a form stood within the article and was left out: “%(text)s”."),
    "form_kept": gettext_lazy("This may be text of a form, and was kept: “%(text)s”."),
    "citation_unread": gettext_lazy("The citation could not be read whole; not found: %(text)s."),
    "no_doi": gettext_lazy("No DOI is printed."),
    "left_out": gettext_lazy("This stood outside any article and was left out: “%(text)s”."),
}


def warned(code: str, line: int, text: str = "") -> Warned:
    return Warned(code, line, text if len(text) <= 80 else text[:79] + "…")


def lost_in(text: str, line: int) -> list[Warned]:
    return [warned("power_lost", line, words) for words, _at in lost_powers(text)]


def at_line(warning: Warned) -> str:
    return _("Line %(line)d: %(sentence)s") % {"line": warning.line, "sentence": warning}
