"""Ways in which a copy of an export differs from it; each a function from text to text, or to the bytes of a file."""

import re
import textwrap
import unicodedata
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "exports"
NAMES = ("walking", "ideas", "liver", "plain", "harms")
TO_LATIN1 = str.maketrans({"•": "·", "–": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "č": "c", "ễ": "e"})
TO_WINDOWS = str.maketrans({"č": "c", "ễ": "e"})
STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
HEADINGS = (
    "Introduction", "Study Design and Participants", "Key Findings", "Safety Results", "What This Means", "Background",
    "Two Possible Ways", "Why Trials Disagree", "Limitations and Future Directions", "Methods", "Results",
    "Side Effects", "Conclusion", "Overview", "Safety and Efficacy", "Strengths and Limitations",
)  # fmt: skip
HEADING = re.compile(rf"^({'|'.join(HEADINGS)})$", re.MULTILINE)
# Longer than what the forms print twice.
TITLE_TWICE = re.compile(r"^(.{40,})\n\n\1$", re.MULTILINE)


def sample(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def export(*names: str) -> str:
    return "\n\n".join(map(sample, [*(names or NAMES), "forms"]))


def as_it_is(text: str) -> str:
    return text


def byte_order_mark(text: str) -> bytes:
    return text.encode("utf-8-sig")


def utf_16(text: str) -> bytes:
    return text.encode("utf-16")


def latin_1(text: str) -> bytes:
    return text.translate(TO_LATIN1).encode("latin-1")


def windows_1252(text: str) -> bytes:
    return text.translate(TO_WINDOWS).encode("cp1252")


def one_paragraph_in_windows_1252(text: str) -> bytes:
    """Pasted together from two copies."""
    before, line, after = text.partition("Balance depends on")
    paragraph, end, after = (line + after).partition("\n")
    return before.encode() + paragraph.encode("cp1252") + (end + after).encode()


def decoded_twice(text: str) -> bytes:
    return text.encode().decode("latin-1").encode()


def carriage_returns(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def old_mac_line_ends(text: str) -> bytes:
    return text.replace("\n", "\r").encode()


def mixed_line_ends(text: str) -> bytes:
    lines = text.split("\n")
    return "".join(line + ("\r\n" if number % 3 else "\n") for number, line in enumerate(lines)).encode()


def no_final_line_end(text: str) -> str:
    return text.rstrip("\n")


def no_break_spaces(text: str) -> str:
    return text.replace(" ", "\u00a0")


def some_no_break_spaces(text: str) -> str:
    return re.sub(r"(\w) (\w)", "\\1\u00a0\\2", text)


def double_spaces(text: str) -> str:
    return re.sub(r"(\w) (\w)", r"\1  \2", text)


def thin_spaces_in_headings(text: str) -> str:
    return HEADING.sub(lambda found: found[0].replace(" ", "\u2009"), text)


def trailing_spaces(text: str) -> str:
    return text.replace("\n", "  \n")


def blank_lines_with_spaces(text: str) -> str:
    return text.replace("\n\n", "\n \u00a0\t\n")


def three_blank_lines(text: str) -> str:
    return text.replace("\n\n", "\n\n\n\n")


def tabs_before_paragraphs(text: str) -> str:
    return re.sub(r"^(\w)", r"\t\1", text, flags=re.MULTILINE)


def zero_width_signs(text: str) -> str:
    return re.sub(r"(\w{4})(\w)", "\\1\u200b\\2", text)


def soft_hyphens(text: str) -> str:
    return re.sub(r"([a-z]{5})([a-z]{3})", "\\1\u00ad\\2", text)


def accents_apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def title_once(text: str) -> str:
    return TITLE_TWICE.sub(r"\1", text)


def title_three_times(text: str) -> str:
    return TITLE_TWICE.sub(r"\1\n\n\1\n\n\1", text)


def titles_without_a_blank_line_between(text: str) -> str:
    return TITLE_TWICE.sub(r"\1\n\1", text)


def second_title_in_capitals(text: str) -> str:
    return TITLE_TWICE.sub(lambda found: f"{found[1]}\n\n{found[1].upper()}", text)


def second_title_with_other_quotes(text: str) -> str:
    return TITLE_TWICE.sub(lambda found: f"{found[1]}\n\n{found[1].translate(STRAIGHT)}”", text)


def straight_quotes(text: str) -> str:
    return text.translate(STRAIGHT)


def stray_quote_at_headings(text: str) -> str:
    return HEADING.sub(r"\1”", text)


def stray_straight_quote_at_headings(text: str) -> str:
    return HEADING.sub(r'\1"', text)


def space_before_stray_quote(text: str) -> str:
    return HEADING.sub("\\1\u00a0”", text)


def headings_twice(text: str) -> str:
    return HEADING.sub(r"\1\n\n\1", text)


def headings_upon_their_text(text: str) -> str:
    return re.sub(HEADING.pattern + r"\n\n", r"\1\n", text, flags=re.MULTILINE)


def indented_headings(text: str) -> str:
    return HEADING.sub(r"   \1", text)


def other_bullet(sign: str) -> Callable[[str], str]:
    def mangled(text: str) -> str:
        return text.replace("  • ", sign)

    mangled.__name__ = f"bullets_as_{sign!r}"
    return mangled


def blank_lines_between_bullets(text: str) -> str:
    return re.sub(r"\n(  • )", r"\n\n\1", text)


def list_upon_its_paragraph(text: str) -> str:
    return text.replace(":\n\n  •", ":\n  •")


def wrapped_at(width: int) -> Callable[[str], str]:
    def mangled(text: str) -> str:
        return "\n".join(chain.from_iterable(wrapped(line, width) for line in text.split("\n")))

    mangled.__name__ = f"wrapped_at_{width}"
    return mangled


def wrapped(line: str, width: int) -> list[str]:
    indent = "    " if line.startswith("  •") else ""
    # Programs that wrap plain text take a no-break space for any other.
    return textwrap.wrap(line.replace("\u00a0", " "), width, subsequent_indent=indent) or [""]


def source_in_capitals(text: str) -> str:
    return text.replace("Source:", "SOURCE :")


def citation_below_its_word(text: str) -> str:
    return text.replace("Source: ", "Source:\n")


def citation_in_a_block_of_its_own(text: str) -> str:
    return text.replace("Source: ", "Source:\n\n")


def numbers_in_blocks_of_their_own(text: str) -> str:
    return re.sub(r" (doi:|PMID: |https://doi)", r"\n\n\1", text)


def full_stop_after_the_doi(text: str) -> str:
    return re.sub(r"(10\.5555/[\w./-]*\w)\.?(?=[\s]|$)", r"\1.", text)


def forms_between_articles(text: str) -> str:
    return text.replace("\n\nHow Might", f"\n\n{sample('forms')}\n\nHow Might", 1)


def forms_before_all(text: str) -> str:
    return f"{sample('forms')}\n\n{text}"


def form_within_an_article(text: str) -> str:
    form = "Subscribe To Our Newsletter\n\nSubscribe To Our Newsletter\n\nEmail Address *\n\nSubmit\n\n"
    return text.replace("Key Findings\n", f"{form}Key Findings\n", 1)


def forms_many_times(text: str) -> str:
    return text + f"\n\n{sample('forms')}" * 6


def unknown_form_texts(text: str) -> str:
    invitation = "We love blue and hope that you do, too, dear reader of this."
    return "\n\n".join([text, "Talk With Zoë", "Talk With Zoë", "Your favourite colour", invitation])


def rows_of_dashes(text: str) -> str:
    return re.sub(r"(?m)^(Source: .*)$", r"\1\n\n----------\n\n* * *", text)


def no_blank_lines(text: str) -> str:
    return re.sub(r"\n\n+", r"\n", text)


MANGLINGS: list[Callable[[str], Any]] = [
    byte_order_mark, utf_16, latin_1, windows_1252, one_paragraph_in_windows_1252, decoded_twice,
    carriage_returns, old_mac_line_ends, mixed_line_ends,
    no_final_line_end, no_break_spaces, some_no_break_spaces, double_spaces, thin_spaces_in_headings, trailing_spaces,
    blank_lines_with_spaces, three_blank_lines, tabs_before_paragraphs, zero_width_signs, soft_hyphens, accents_apart,
    title_once, title_three_times, titles_without_a_blank_line_between, second_title_in_capitals,
    second_title_with_other_quotes, straight_quotes, stray_quote_at_headings, stray_straight_quote_at_headings,
    space_before_stray_quote, headings_twice, headings_upon_their_text, indented_headings, other_bullet("  · "),
    other_bullet("- "), other_bullet("* "), other_bullet("\t•\t"), other_bullet("• "), other_bullet("•"),
    other_bullet("    ◦ "), blank_lines_between_bullets, list_upon_its_paragraph, wrapped_at(72), wrapped_at(100),
    source_in_capitals, citation_below_its_word, citation_in_a_block_of_its_own, numbers_in_blocks_of_their_own,
    full_stop_after_the_doi, forms_between_articles, forms_before_all, form_within_an_article, forms_many_times,
    unknown_form_texts, rows_of_dashes, no_blank_lines,
]  # fmt: skip
