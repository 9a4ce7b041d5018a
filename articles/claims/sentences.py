"""Where a sentence ends: not at "et al.", "e.g.", a decimal point, a DOI or a p value."""

import re

# Before a full stop that ends no sentence. "etc." and "Inc." may end one, and do when a capital follows.
SHORT = {
    *("al", "approx", "ca", "cf", "dr", "e.g", "ed", "eq", "esp", "fig", "figs", "i.e", "incl", "max", "min", "mr"),
    *("mrs", "ms", "no", "nos", "p", "pp", "prof", "ref", "refs", "resp", "sr", "st", "vol", "vs", "v"),
}
END = re.compile(r"""[.!?]+["'”’)\]]*(?=\s|$)|\n\s*(?=\n|[-*#>])""")
LAST_WORD = re.compile(r"([\w.]+)\.$")
OPENS = re.compile(r"""\s*[\[("'“‘*_]*([a-z])""")


def sentences(text: str) -> list[str]:
    """Each as written, without the white space around it."""
    found, start = [], 0
    for end in END.finditer(text):
        if not ends_sentence(text, end.end()):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    return [sentence for sentence in [*found, text[start:].strip()] if sentence]


def ends_sentence(text: str, end: int) -> bool:
    if text[end - 1] != ".":
        return not (text[end - 1] in "\"'”’)]" and OPENS.match(text, end))
    last = LAST_WORD.search(text, max(0, end - 20), end)
    word = last.group(1).lower() if last else ""
    if word in SHORT or (len(word) == 1 and word.isalpha() and word not in "ai"):
        return False
    return not OPENS.match(text, end)
