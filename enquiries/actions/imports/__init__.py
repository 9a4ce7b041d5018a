"""A list of people from elsewhere becomes leads. It mails nobody, and writes no proof of consent."""

from enquiries.actions.imports.candidates import Kind, Outcome
from enquiries.actions.imports.lists import (
    choose_columns,
    forget_lists,
    hold_list,
    import_list,
    lock_lists,
    preview_list,
)

__all__ = [
    "Kind",
    "Outcome",
    "choose_columns",
    "forget_lists",
    "hold_list",
    "import_list",
    "lock_lists",
    "preview_list",
]
