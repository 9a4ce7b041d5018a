"""Text as the search compares it: without case and accents, in Python as searchable() does it in Postgres."""

import re
import unicodedata

# What Unicode takes for letters and marks of their own, and unaccent() does not.
LIKE = str.maketrans(
    {"Æ": "AE", "Ð": "D", "Ø": "O", "Þ": "TH", "Đ": "D", "Ħ": "H", "Ŀ": "L", "Ł": "L", "Ŋ": "N", "Œ": "OE", "Ŧ": "T"}
    | {"æ": "ae", "ð": "d", "ø": "o", "þ": "th", "đ": "d", "ħ": "h", "ŀ": "l", "ł": "l", "ŋ": "n", "œ": "oe", "ŧ": "t"}
    | {"ß": "ss", "ẞ": "SS", "ı": "i", "ĸ": "q", "ŉ": "'n", "Ё": "Е", "ё": "е", "‚": ",", "„": ",,", "×": "*", "÷": "/"}
    | dict.fromkeys("‘’‛", "'")
    | dict.fromkeys("“”‟", '"')
    | dict.fromkeys("‐‑‒–—―", "-")
)
# In Cyrillic a mark makes another letter, not the same one with an accent.
ACCENT = re.compile("(?<![\u0400-\u052f])[\u0300-\u036f]+")


def fold(text: str) -> str:
    plain = ACCENT.sub("", unicodedata.normalize("NFKD", text.translate(LIKE)))
    # Letter by letter: at the end of a word Python knows another small sigma.
    return "".join(letter.lower() for letter in unicodedata.normalize("NFC", plain))
