"""What comes next with a lead where nobody typed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadPlan(models.TextChoices):
    """A next action that nobody typed: it stands in next_action by its code, whatever language its maker reads."""

    ANSWER = "answer_enquiry", _("Answer the enquiry")
    ANSWER_NEW = "answer_new_enquiry", _("Answer the new enquiry")
    GET_IN_TOUCH = "get_in_touch", _("Get in touch")
    CALL_BACK = "call_back", _("Call back")
    DECIDE = "decide_next", _("Decide what comes next")
    WAIT = "wait_for_them", _("Wait until they ask: they wanted the packet only")

    @classmethod
    def answers(cls) -> list[str]:
        """To do by when the clinic promised, and not on the day of the plan, on which it may be closed."""
        return [cls.ANSWER.value, cls.ANSWER_NEW.value]

    @classmethod
    def in_words(cls, text: str) -> str:
        """What somebody typed, as it is; a code in the language of who reads it."""
        return str(cls(text).label) if text in cls.values else text

    @classmethod
    def from_words(cls, text: str) -> str:
        """The code again, of words that a form showed and nobody changed."""
        return next((plan.value for plan in cls if str(plan.label) == text), text)
