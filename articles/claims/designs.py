"""What a study can show, told from how its design is described in words."""

import re

# The first that is found decides: a randomised trial in rats is one in rats, a non-randomised one is not randomised.
KINDS = {
    "animal": r"animal|\bmouse\b|\bmice\b|\brats?\b|murine|rabbit|\bpigs?\b|porcine|\bdogs?\b|canine|sheep|primate"
    r"|monkey|pre-?clinical|in[- ]vitro|in[- ]vivo|ex[- ]vivo|laborator|cell culture|zebrafish|bench",
    "uncontrolled": r"(?:non|not|un|without)[- ]?random|mendelian|single[- ](?:arm|group)|one[- ](?:arm|group)"
    r"|un-?controlled|no control|without (?:a )?(?:control|comparison)|non-?controlled|observational|cohort|case"
    r"|registry|before|pre[-/ ]?post|cross-sectional|retrospective|longitudinal|survey|ecological|propensity"
    r"|historical control",
    "randomised": r"randomi[sz]|\brct\b|placebo|double-blind|crossover|cross-over",
    "review": r"review|meta-analys|guideline|opinion|commentary|editorial|overview|perspective",
    "uncontrolled too": r"open[- ]label|phase (?:1|2|i)|pilot|feasibility|first-in-human|dose[- ]escalation|prospective"
    r"|follow-up|\bseries\b|non-comparative",
}
FINDERS = {kind: re.compile(words, re.I) for kind, words in KINDS.items()}


def kind_of(design: str) -> str:
    """One of animal, uncontrolled, randomised, review; empty when the words say none of these."""
    return next((kind.split()[0] for kind, words in FINDERS.items() if words.search(design)), "")
