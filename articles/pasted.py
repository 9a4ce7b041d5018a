"""What somebody copied in Word or from a web page, as the Markdown that sections are written in."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

import nh3

from articles.raised import lowered, raised
from articles.sections import SCHEMES

# Larger is a whole website.
MOST_LETTERS = 300_000
# No text stands in so many boxes within each other; a parser's time grows with the square of them.
DEEPEST_BOX = 150
BOX = re.compile(r"<(/?)(?!(?:p|li|td|th|tr|br|img|hr|meta|link|col|input|o:p)\b)[a-z]", re.IGNORECASE)
BLOCKS = {"p", "div", "li", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}
KEPT = BLOCKS | {"td", "th", "a", "b", "strong", "i", "em", "span", "font", "br", "sup", "sub"}
# Word says what is a list in styles alone, and Google says what is bold.
STYLED = {"p", "span", "b", "font"}
# Whatever is around it may say that it is struck through; but of an item Google says so for its bullet.
ATTRIBUTES = {name: {"style"} for name in KEPT - {"li"}} | {"a": {"href", "style"}, "font": {"face", "style"}}
# Who struck it through does not say it any more.
STRUCK = {"s", "strike", "del"}
SILENT = STRUCK | {
    "script", "style", "title", "head", "template", "noscript", "svg", "math", "textarea", "select", "iframe",
}  # fmt: skip
WORD_LIST = re.compile(r"mso-list:\s*l\d+ level(\d)")
NO_MARK = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
UNSAID = re.compile(r"text-decoration[a-z-]*:[^;]*line-through|display:\s*none", re.IGNORECASE)
ALIGNED = re.compile(r"vertical-align:\s*(super|sub)\b", re.IGNORECASE)
BESIDE_THE_LINE = {"sup": "super", "sub": "sub"}
# The font Symbol has signs where others have letters: a ≥ that Word's Insert, Symbol has put in would be ³, and a ≤ £.
FONT = re.compile(r"(?:^|;)\s*font-family:\s*[\"']?(\w+)", re.IGNORECASE)
FACE = re.compile(r"\s*[\"']?(\w+)")
LETTERS_OF_SYMBOL = "£³±´°¹»¥®¸abcdefghijklmnopqrstuvwxyzDFGLPQSWXY"
SIGNS_OF_SYMBOL = "≤≥±×°≠≈∞→÷αβχδεφγηιϕκλμνοπθρστυϖωξψζΔΦΓΛΠΘΣΩΞΨ"
# Word writes them as they are, or in the corner of Unicode that it keeps for such fonts.
SYMBOLS = {
    ord(letter) + shift: sign
    for letter, sign in zip(LETTERS_OF_SYMBOL, SIGNS_OF_SYMBOL, strict=True)
    for shift in (0, 0xF000)
}
# What says of an element how its text is read, and ends in no sign.
NOT_WRITTEN = {"unsaid", *BESIDE_THE_LINE.values()}
WEIGHT = re.compile(r"font-weight:\s*(\w+)")
SPECIAL = re.compile(r"[\\*`\[\]]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
AT_START = re.compile(r"^(#{1,6}(?=\s)|[-+>](?=\s|$)|\d{1,9}(?=[.)](?:\s|$)))")
DEEPEST = 3
LISTS = {"ul": "- ", "ol": "1. "}
BEGINS = {"tr": "- ", "blockquote": "> "} | {f"h{level}": "### " for level in range(1, 7)}
# Until all is read, marks are signs that no text has: where they may stand is settled at the end.
ENDS = {"\ue000": "\ue001", "\ue002": "\ue003"}
BOLD, ITALIC = ENDS
SIGNS = {"\ue000": "**", "\ue001": "**", "\ue002": "*", "\ue003": "*"}


def is_too_much(html: str) -> bool:
    return len(html) > MOST_LETTERS or depth(html) > DEEPEST_BOX


def depth(html: str) -> int:
    now = most = 0
    for box in BOX.finditer(html):
        now = max(now + (-1 if box[1] else 1), 0)
        most = max(most, now)
    return most


class Block(NamedTuple):
    """begins: what stands before it; joins: whether it belongs to the list above."""

    begins: str
    text: str
    joins: bool


def markdown_of(html: str) -> str:
    """Nothing of it is HTML any more; whatever is left is text, to be looked over by whoever pasted it."""
    clean = nh3.clean(
        html, tags=KEPT - SILENT, clean_content_tags=SILENT, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
    )
    reader = Reader()
    reader.feed(clean)
    reader.close()
    return reader.markdown()


def how_it_is_read(tag: str, style: str) -> str:
    """Beside the line or, as most is, on it: ""."""
    aligned = ALIGNED.search(style)
    return aligned[1].lower() if aligned else BESIDE_THE_LINE.get(tag, "")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.begins, self.in_list = "", False
        # Of each list around: how its items begin.
        self.lists: list[str] = []
        # Of each element that is open: its name, and what ends it.
        self.open: list[tuple[str, str]] = []
        # Of each of them, whether it is set in the font Symbol.
        self.in_symbol = [False]
        self.mark: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        said = told.get("style") or ""
        style = said if tag in STYLED else ""
        if tag in BLOCKS:
            self.block(tag, style)
        ends = "unsaid" if UNSAID.search(said) else self.inline(tag, told.get("href") or "", style)
        if tag != "br":
            self.open.append((tag, ends))
            # Of the two, browsers heed the style.
            font = FONT.search(said) or FACE.match(told.get("face") or "")
            self.in_symbol.append(font[1].lower() == "symbol" if font else self.in_symbol[-1])

    def inline(self, tag: str, href: str, style: str) -> str:
        weight = WEIGHT.search(style)
        is_bold = weight is not None and (
            weight[1] in {"bold", "bolder"} or (weight[1].isdecimal() and int(weight[1]) > 500)
        )
        if tag == "span" and NO_MARK.search(style):
            self.mark = []
            return "mark"
        if how := how_it_is_read(tag, style):
            return how
        if tag in {"td", "th"} and any(piece.strip() for piece in self.pieces):
            self.pieces.append("; ")
        if tag == "br":
            self.pieces.append(" ")
        if is_bold or (tag in {"b", "strong"} and not weight):
            return self.begin(BOLD)
        if tag in {"i", "em"}:
            return self.begin(ITALIC)
        if tag == "a" and href.startswith(tuple(f"{scheme}:" for scheme in SCHEMES)):
            self.pieces.append("[")
            return "](" + re.sub(r"[\s()<>\\]", lambda sign: f"%{ord(sign[0]):02X}", href) + ")"
        return ""

    def begin(self, sign: str) -> str:
        """Bold within bold is no more than bold."""
        if any(ends == ENDS[sign] for _tag, ends in self.open):
            return ""
        self.pieces.append(sign)
        return ENDS[sign]

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, ends = self.open.pop()
            self.in_symbol.pop()
            self.end(ends)
            if name == tag:
                break
        if tag in BLOCKS and not self.is_within("tr"):
            self.flush()
        if tag in LISTS and self.lists:
            self.lists.pop()

    def end(self, ends: str) -> None:
        if ends == "mark":
            sign = "".join(self.mark or []).strip()
            self.begins = self.begins.replace("- ", "1. ") if re.match(r"\(?\d+[.)]", sign) else self.begins
            self.mark = None
        elif ends and ends not in NOT_WRITTEN:
            self.pieces.append(ends)

    def handle_data(self, data: str) -> None:
        read = {ends for _tag, ends in self.open}
        if self.mark is not None:
            self.mark.append(data)
        elif "unsaid" not in read:
            data = data.translate(SYMBOLS) if self.in_symbol[-1] else data
            data = self.above(data) if "super" in read else data
            data = lowered(data) if "sub" in read else data
            self.pieces.append(SPECIAL.sub(r"\\\g<0>", re.sub(r"[\s\ue000-\ue003]+", " ", data)))

    def above(self, data: str) -> str:
        """A number may be bold and its power not; and stars that begin before a "^" would be no marks."""
        text = raised(data, "".join(self.pieces[-3:]).rstrip("".join(SIGNS)))
        place = len(self.pieces)
        while text[:1] == "^" and place and self.pieces[place - 1] in ENDS:
            place -= 1
        if place == len(self.pieces):
            return text
        self.pieces.insert(place, "^")
        return text[1:]

    def block(self, tag: str, style: str) -> None:
        if self.is_part_of_another(tag):
            self.pieces.append(" ")
            return
        self.flush()
        if tag in LISTS:
            self.lists.append(LISTS[tag])
            return
        listed = WORD_LIST.search(style)
        self.in_list = tag in {"li", "tr"} or listed is not None
        self.begins = self.item(listed) if tag == "li" or listed else BEGINS.get(tag, "")

    def item(self, listed: re.Match[str] | None) -> str:
        depth = int(listed[1]) if listed else max(len(self.lists), 1)
        return "   " * (min(depth, DEEPEST) - 1) + (self.lists[-1] if self.lists else LISTS["ul"])

    def is_part_of_another(self, tag: str) -> bool:
        """The first paragraph within an item or heading is the item itself; in a cell each is."""
        is_first = self.is_within(*BEGINS, "li") and not self.has_words()
        return tag in {"p", "div"} and (is_first or self.is_within("tr"))

    def is_within(self, *tags: str) -> bool:
        return any(name in tags for name, _ends in self.open)

    def has_words(self) -> bool:
        return any(piece.strip() and piece not in SIGNS for piece in self.pieces)

    def flush(self) -> None:
        # What is open goes on in the next block.
        still = [ends for _tag, ends in self.open if ends in SIGNS]
        text = tidied("".join([*self.pieces, *reversed(still)]))
        if text:
            begins = self.begins
            text = text if begins else AT_START.sub(r"\\\1" if not text[:1].isdecimal() else r"\1\\", text)
            self.blocks.append(Block(begins, text, self.in_list))
            self.begins, self.in_list = "", False
        self.pieces = [begin for begin, ends in ENDS.items() if ends in still]

    def markdown(self) -> str:
        self.flush()
        lines = []
        for before, block in zip([None, *self.blocks], self.blocks, strict=False):
            together = before is not None and before.joins and block.joins
            lines.append(("\n" if together else "\n\n") + block.begins + block.text)
        return "".join(lines).strip()


def tidied(text: str) -> str:
    """Stars stand at words, or they are no marks; what marks nothing goes."""
    before, text = "", re.sub(r"\s+", " ", text)
    while text != before:
        before = text
        text = re.sub(r"([\ue000\ue002])(\s)", r"\2\1", text)
        text = re.sub(r"(\s)([\ue001\ue003])", r"\2\1", text)
        text = re.sub(r"\ue000\ue001|\ue002\ue003|\ue001\ue000|\ue003\ue002|\[\s*\]\([^)]*\)", "", text)
    return " ".join("".join(SIGNS.get(sign, sign) for sign in text).split())
