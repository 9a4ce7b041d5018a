"""The texts of the site's forms, which its export repeats after the articles, and now and then between them."""

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from articles.importing.kinds import kinds_of
from articles.importing.looks import is_line
from articles.importing.units import Unit

# A paragraph of an article that happens to speak of a newsletter is longer.
LONGEST = 300
# Of the key of a line: small letters, no punctuation. Within an article only a guess: people are thanked there, too.
PHRASES = [
    r"^(subscribe|sign up|join|register)\b.*\b(newsletters?|mailing list|e ?mail list|updates|news)\b",
    r"^(our |the |e ?mail |free )*newsletter( sign ?up| subscription| form)?$",
    r"^(request|get|download|receive|order|claim|send me)\b.{0,40}\b(information|info|packets?|packs?|brochure|guide)$",
    r"^(your |our |free )*(information|info) (packet|pack|kit|request)( request)?( form)?$",
    r"^thank you\b|^thanks( for\b| again\b| so much\b|$)",
    r"^(oops|sorry)\b|^success( your\b| the \w+ is\b| you\b| we\b|$)",
    r"\bsomething went wrong\b|\bplease try again\b",
    r"^your \w+( \w+)? (has|have|was|is|were) (now |been |successfully )*(received|sent|submitted|confirmed|complete"
    r"|on its way)\b|^(message|form|request|e ?mail|submission) (successfully )?(sent|submitted|received)$",
    r"\byou (are|have|ve|will be)( now| been| successfully)* (subscribed|signed up|registered)\b",
    r"^(enter|fill (in|out)|select|choose) (your|an?|one|the)\b.{0,50}$",
    r"^please (enter|fill|provide|complete|select|choose|confirm|check|verify)\b",
    r"\bfields? (is|are) required\b|^required fields?\b|\bindicates? required\b|\bis a required field\b",
    r"^(we|our team|someone|a member of our|one of our)\b.{0,60}\b(will|ll)\b.{0,30}"
    r"\b(contact|be in touch|get back|reach out|reply|call you)\b",
    r"^by (submitting|subscribing|signing up|clicking|providing|checking|entering)\b.*\b(agree|consent|accept)\b",
    r"^(yes )?i (agree|consent|accept|acknowledge|would like to receive|have read|want to receive)\b",
    r"^(we|your privacy)\b.{0,80}\b(your privacy|privacy is important|spam you|no spam|never share|never sell)\b",
    r"\bunsubscribe\b",
    r"^(stay|keep) (informed|updated|connected|in touch|in the loop|up to date)\b",
    r"^(get|receive) (the |our )?(latest|updates|news)\b",
    r"^(contact|call|e ?mail|follow|visit) us\b|^get in touch\b|^(share|print) this\b",
    r"^(book|schedule|request|arrange)( a| an| your| my)?( free)? (call|consultation|appointment|callback|consult)\b",
    r"^(view |read )?(our |the )?(privacy policy|terms (of|and) (use|service|conditions))( and .*)?$",
    r"\ball rights reserved\b|^copyright\b|\brecaptcha\b|\bwe use cookies\b|^powered by\b|^loading$",
    r"^(learn|read|load|show) more$|^(view|see) all\b|^back to (top|research|articles|blog|home|all)\b",
    r"^(related|more|recent|latest|next|previous) (articles?|posts?|news)$",
]
PHRASE = re.compile("|".join(PHRASES))
# Whole lines that no article has, whoever it thanks and whatever it asks of a reader.
UNMISTAKABLE = re.compile(
    r"(thanks|thank you)( so much)?( (again )?for (signing up|subscribing|registering|contacting us"
    r"|your (message|request)))?"
    r"|(thanks |thank you )?your (message|submission|request|form|e ?mail) (has|was|is) (now |been |successfully )*"
    r"(received|sent|submitted|on its way)"
    r"|(oops )?something went wrong( while submitting the form)?( please try again)?"
    r"|please (enter|provide) (a|your) valid (e ?mail address|e ?mail|phone number)"
    r"|(thanks |thank you )?you (are|have|ve|will be)( now| been| successfully)* (subscribed|signed up|registered)"
    r"|by (submitting|subscribing|signing up|clicking)( \w+){0,3} you (agree|consent)( \w+){0,6}"
    r"|((we|ll|will) )*never (share|sell) your (details|data|e ?mail( address)?)( you can unsubscribe at any time)?"
    r"|(you can )?unsubscribe at any time"
    r"|(we|our team|someone|(a member|one) of our team) (will|ll) (be in touch|contact you|call you)( soon| shortly)?"
)
# A guess that is no longer than a button or the head of a form.
MOST_WORDS = 6
# Only beside a phrase, or outside any article: "Country" could be a heading.
LABEL = re.compile(
    r"^(your |enter |the )*((first|last|full|family|given|middle) )?(names?|e ?mail|e ?mail address|phone|phone number"
    r"|telephone|mobile|country|state|city|address|zip|zip code|postal code|postcode|messages?|comments?|questions?"
    r"|condition|condition of interest|diagnosis|medical condition|subject|company|organi[sz]ation|date of birth|age"
    r"|gender|submit|send|subscribe|sign up|close|cancel|next|back|continue|yes|no|other|select|select one|choose"
    r"|search|menu|home|about|about us|contact|research|how did you hear about us|how can we help( you)?"
    r"|preferred (contact )?method( of contact)?|patient|caregiver|physician|i am an?|optional|required|x|ok|done)"
    r"( (optional|required|here|now|form))?$"
)
# As a button or label of the site; a title that stands doubled is longer, or stands so only once.
LONGEST_LABEL = 60


# The same lines are asked about in each article of a copy.
@lru_cache(maxsize=5000)
def is_phrase(text: str, key: str) -> bool:
    return len(text) <= LONGEST and bool(PHRASE.search(key))


def places(units: list[Unit]) -> set[int]:
    """The indexes of what may be form texts: known phrases, whatever stands doubled in several places, and labels."""
    doubled = doubled_often(units)
    found = (index for index, unit in enumerate(units) if is_phrase(unit.text, unit.key) or unit.key in doubled)
    return with_labels(units, {index for index in found if not units[index].is_source})


def sure_places(units: list[Unit], outside: set[str]) -> set[int]:
    """Those that are left out of an article, too. outside: keys of form texts that stand outside any article."""
    found = {index for index, unit in enumerate(units) if is_sure(unit) or unit.key in outside}
    return with_labels(units, found & places(units))


def is_sure(unit: Unit) -> bool:
    if UNMISTAKABLE.fullmatch(unit.key):
        return True
    is_short = len(unit.text) <= LONGEST_LABEL and len(unit.text.split()) <= MOST_WORDS and is_line(unit)
    return is_short and is_phrase(unit.text, unit.key)


def with_labels(units: list[Unit], found: set[int]) -> set[int]:
    found = set(found)
    for order in (range(len(units)), reversed(range(len(units)))):
        for index in order:
            beside = {index - 1, index + 1} & found
            if any(LABEL.match(units[index].key) or units[index].key == units[other].key for other in beside):
                found.add(index)
    return found


def doubled_often(units: list[Unit]) -> set[str]:
    """In no copy that has every heading twice: two articles may have the same one."""
    doubled = [one for one, two in pairwise(units) if one.key == two.key and len(one.text) <= LONGEST_LABEL]
    if any(kinds_of(unit.text) for unit in doubled):
        return set()
    counts = Counter(unit.key for unit in doubled)
    return {found for found, count in counts.items() if count > 1}
