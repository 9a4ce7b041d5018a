"""Which kind of section a heading announces. What is not in the table is not guessed: an editor sorts it."""

import re

from articles.importing.units import key

UNSORTED = "unsorted"
# Words of a heading, in small letters. Where several rows fit, the first has it: "safety results" is about harms,
# "study limitations" about limits, "why the study was done" is background.
WORDS = {
    "limits": (
        r"limit(s|ations?)?|caveats?|weakness(es)?|uncertaint(y|ies)|still unknown|unanswered questions"
        r"|what (we|is|was) (do not|don t|not|still)( yet)? (know|known|unknown|clear|unclear)"
    ),
    "harms": (
        r"harms?|safety|safe|adverse (events?|effects?|reactions?)|side effects?|risks?|tolerability|complications?"
    ),
    "newer": (
        r"(newer|later|recent) (evidence|studies|research|trials?)|since then|updates?|updated evidence"
        r"|what (came|happened) (later|next|after(wards)?)"
    ),
    "participants": (
        r"participants?|who (took part|was (studied|included))|(study |patient )?population|enroll?ment|eligibility"
        r"|patients (included|studied|enrolled)|(included|study) patients|^patients$|inclusion criteria|subjects"
    ),
    "meaning": (
        r"conclusions?|concluding|what (this|it|these|the \w+) (\w+ )?(mean|may mean|could mean|means)"
        r"|implications?|meaning|significance|interpretation|discussion|clinical relevance|final thoughts"
    ),
    "findings": (
        r"findings?|results?|outcomes?|what (they|the \w+|was|researchers) (found|showed|saw)|efficacy|effectiveness"
    ),
    "background": (
        r"background|introduction|rationale|context|why (this|the|it|was)( \w+)* (matters|done|study|studied|written)"
        r"|about the (condition|disease)|^overview$"
    ),
    "study": (
        r"methods?|methodology|design|(study|trial|research|review) (overview|protocol|procedures?|approach|details)"
        r"|how (the|this) (study|trial|review|research) (was|worked)|what (was done|(they|the researchers) did)"
        r"|the (study|trial)|search strategy|treatment (protocol|procedure|regimen)"
    ),
    "bottom_line": (
        r"key (messages?|points?|takeaways?)|takeaways?|at a glance|in (short|brief)|the short version|bottom line"
        r"|highlights"
    ),
}
PATTERNS = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in WORDS.items()}
# "Safety and efficacy" names two things; "safety results" one.
PARTS = re.compile(r"\band\b|[&,/:]", re.IGNORECASE)


def kinds_of(heading: str) -> list[str]:
    """Each kind that it names, in its order."""
    parts = (key(part) for part in PARTS.split(heading))
    found = (next((kind for kind, pattern in PATTERNS.items() if pattern.search(part)), None) for part in parts)
    return [kind for kind in dict.fromkeys(found) if kind]
