"""Months as people write them, in the languages in which headings are known."""

import re

from enquiries.folding import fold

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish, whole and short; folded.
WORDS = {
    "Jan": "january januar janner jaenner janvier janv jan enero ene gennaio gen janeiro januari styczen stycznia sty "
    "ocak oca",
    "Feb": "february februar feber fevrier fevr fev feb febrero febbraio fevereiro februari luty lutego lut subat sub",
    "Mar": "march marz maerz mrz mars mar marzo marco maart mrt marzec marca mart",
    "Apr": "april avril avr apr abril abr aprile kwiecien kwietnia kwi nisan nis",
    "May": "may mai mayo maggio mag maio mei maj maja mayis",
    "Jun": "june juni juin jun junio giugno giu junho czerwiec czerwca cze haziran haz",
    "Jul": "july juli juillet juil jul julio luglio lug julho lipiec lipca lip temmuz tem",
    "Aug": "august aug aout agosto ago augustus sierpien sierpnia sie agustos agu",
    "Sep": "september sept sep septembre septiembre settembre set setembro wrzesien wrzesnia wrz eylul eyl",
    "Oct": "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz ekim eki",
    "Nov": "november nov novembre noviembre novembro listopad listopada lis kasim kas",
    "Dec": "december dec dezember dez decembre diciembre dic dicembre dezembro grudzien grudnia gru aralik ara",
}
MEANS = {word: month for month, words in WORDS.items() for word in words.split()}
# "31 de mayo de 2026".
BETWEEN = {"de", "del", "di"}
LETTERS = re.compile(r"[^\W\d_]+")
# "1er mai", "May 31st".
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|e|o|a)(?![^\W\d_])")


def in_english(day: str) -> str:
    """With the month as strptime knows it; what is no month stays."""
    return LETTERS.sub(month, ORDINAL.sub("", fold(day)))


def month(found: re.Match[str]) -> str:
    return "" if found[0] in BETWEEN else MEANS.get(found[0], found[0])
