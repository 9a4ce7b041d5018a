"""Countries as people write them: in the languages of the headings, short, by code, or as they were once called."""

import gettext
from functools import cache, lru_cache
from pathlib import Path

import django_countries
from django.utils.translation import override
from django_countries import countries
from django_countries.data import COUNTRIES

from enquiries.folding import fold

# Not by way of the site's own languages, which are those it is translated to.
LANGUAGES = ("de", "fr", "es", "it", "pt_BR", "pt_PT", "nl", "pl", "tr_TR")
# No country is called by more letters; what is longer would only stay in memory.
LONGEST_COUNTRY = 100
LOCALES = Path(django_countries.__file__).parent / "locale"
# What no list of countries has.
SPOKEN = {
    "AE": "UAE; Emirates; United Arab Emirates (the); VAE; EAU; Dubai; Abu Dhabi",
    "BA": "Bosnia; Bosnia-Herzegovina; Bosnien",
    "BN": "Brunei Darussalam",
    "BO": "Bolivia, Plurinational State of; Plurinational State of Bolivia",
    "BQ": "Bonaire",
    "BR": "Brasil",
    "BS": "Bahamas; The Bahamas",
    "CD": "DR Congo; DRC; Congo-Kinshasa; Democratic Republic of the Congo; Democratic Republic of Congo; Zaire",
    "CG": "Congo; Congo-Brazzaville; Republic of the Congo; Republic of Congo",
    "CH": "Helvetia; Confoederatio Helvetica; Schweiz (CH)",
    "CI": "Ivory Coast; Cote d'Ivoire; Elfenbeinküste",
    "CN": "PRC; People's Republic of China; Mainland China; VR China",
    "CV": "Cape Verde",
    "CZ": "Czech Republic; Czechia; Tschechei; Tschechien",
    "DE": "D; BRD; Bundesrepublik Deutschland; Germany, Federal Republic of; Federal Republic of Germany; GER",
    "AG": "Antigua",
    "AT": "A; AUT; Oesterreich",
    "AX": "Åland",
    "ES": "Spanien; España",
    "FK": "Falklands; Falkland Islands",
    "FM": "Micronesia; Federated States of Micronesia",
    "GB": "UK; U.K.; Great Britain; Britain; England; Scotland; Wales; Northern Ireland; Großbritannien; "
    "United Kingdom of Great Britain and Northern Ireland; Grande-Bretagne; Gran Bretaña; Gran Bretagna; Angleterre; "
    "Inglaterra; Inghilterra; Schottland; Groot-Brittannië; Engeland; Ecosse; Anglia; İngiltere; Reino Unido; "
    "Vereinigtes Königreich",
    "GM": "The Gambia",
    "GR": "Hellas; Hellenic Republic",
    "HK": "Hong Kong SAR; Hongkong; Hong Kong, China",
    "HR": "Hrvatska",
    "IE": "Republic of Ireland; Eire; Ireland (Republic); Southern Ireland; ROI",
    "IR": "Persia; Islamic Republic of Iran; Iran, Islamic Republic of",
    "KN": "St. Kitts; Saint Kitts; St. Kitts and Nevis",
    "KP": "North Korea; DPRK; Nordkorea",
    "KR": "South Korea; Korea; Republic of Korea; Korea, Republic of; Korea (South); Südkorea; Korea, South",
    "LA": "Lao; Lao PDR",
    "LC": "St. Lucia; St Lucia",
    "MD": "Moldavia; Republic of Moldova; Moldova, Republic of; Moldawien",
    "MK": "Macedonia; FYROM; Republic of North Macedonia; Mazedonien",
    "MM": "Burma; Birma; Birmanie",
    "MO": "Macau; Macao SAR",
    "NL": "Holland; The Netherlands; Netherlands (the); Niederlande; Hollande; Holanda; Olanda; Pays Bas; Hollanda",
    "PS": "Palestine; State of Palestine; Palestinian Territories; Palestinian Territory",
    "RU": "Russia; Russian Federation; Russland; Rossija",
    "SA": "KSA; Kingdom of Saudi Arabia; Saudi",
    "SK": "Slovak Republic; Slowakei",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey; Türkei; Turquie; Turquía; Turchia; Turquia; Turkije; Turcja; Turkiye; Republic of Turkey; "
    "Republic of Türkiye",
    "TT": "Trinidad; Trinidad & Tobago",
    "TW": "Taiwan, Province of China; Republic of China; ROC; Taiwan (ROC)",
    "TZ": "United Republic of Tanzania; Tanzania, United Republic of",
    "US": "USA; U.S.A.; US of A; U.S.; America; United States; The United States; United States of America; "
    "The United States of America; The States; Vereinigte Staaten; Amerika; Etats-Unis; EE. UU.; EEUU; EUA; "
    "Estados Unidos; Stati Uniti; VS; Verenigde Staten; ABD; Stany Zjednoczone; Etats-Unis d'Amerique",
    "VA": "Vatican; Vatikan; Holy See; Vatican City",
    "VC": "St. Vincent; Saint Vincent; St. Vincent and the Grenadines",
    "VE": "Bolivarian Republic of Venezuela; Venezuela, Bolivarian Republic of",
    "VN": "Viet Nam; Vietnam",
}


def country_code(typed: str) -> str:
    """The ISO 3166 code of a name or a code; empty for what is none that we know."""
    text = " ".join(typed.split())
    return code_of(text) if len(text) <= LONGEST_COUNTRY else ""


@lru_cache(maxsize=1000)
def code_of(text: str) -> str:
    if text.upper() in countries.countries:
        return text.upper()
    return names().get(plain(text)) or (countries.alpha2(text.upper()) if len(text) == 3 else "")


@cache
def names() -> dict[str, str]:
    """Some two thousand."""
    found: dict[str, str] = {}
    for code, spellings in SPOKEN.items():
        found |= dict.fromkeys(map(plain, spellings.split(";")), code)
    # Whoever asks first may read another language.
    with override(None):
        english = {code: {str(name), str(COUNTRIES.get(code, name))} for code, name in countries.countries.items()}
    for language in (*LANGUAGES, "en"):
        say = gettext.translation("django", LOCALES, [language], fallback=True).gettext
        for code, spellings_of in english.items():
            for name in spellings_of:
                found.setdefault(plain(say(name)), code)
    return found


def plain(name: str) -> str:
    return "".join(letter for letter in fold(name.replace("&", "and")) if letter.isalpha())
