"""A list of people from elsewhere becomes leads. It mails nobody, and writes no proof of consent."""

from enquiries.actions.imports.candidates import Kind, Outcome
from enquiries.actions.imports.erased import note_erased
from enquiries.actions.imports.lists import (
    Wishes,
    choose_columns,
    forget_lists,
    hold_instead,
    hold_list,
    import_list,
    lock_lists,
    preview_list,
)
from enquiries.actions.imports.undoing import brought_by, undo_import

__all__ = [
    "Kind",
    "Outcome",
    "Wishes",
    "brought_by",
    "choose_columns",
    "forget_lists",
    "hold_instead",
    "hold_list",
    "import_list",
    "lock_lists",
    "note_erased",
    "preview_list",
    "undo_import",
]
