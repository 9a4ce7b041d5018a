"""Which migrations would break a site that serves the version before them: `python -m clinic.embedded.migration_lint`.

A program of its own, because the linter is for development and so no app of the site.
"""

import sys

import django
from django_migration_linter import MigrationLinter

ROOMS = ("articles", "clinic", "desk", "enquiries", "foundation", "mailings", "newsletters")

# Made before there was a production that could have served beside them, so nobody waited for their locks. Landed, they
# are never changed; a later one is mended, or named here with its reason.
BEFORE_PRODUCTION = frozenset(
    {
        "articles.0002_links",
        # Only papers without a DOI are under it, and the version before makes none.
        "articles.0016_pmid_once",
        "clinic.0003_audit_append_only_and_cache",
        "enquiries.0001_tables",
        "enquiries.0003_stage_moves",
        "enquiries.0010_lead_search",
        # Its column has a default, and no code writes to the table of moves.
        "enquiries.0013_clinical_moves",
        "mailings.0003_ledger_and_limits",
        # All its indexes are of tables that it makes itself, so nobody waits for them.
        "newsletters.0004_newsletters",
    }
)


def lint(rooms: tuple[str, ...] = ROOMS, excused: frozenset[str] = BEFORE_PRODUCTION) -> list[str]:
    """Returns the migrations at fault, having printed what is wrong with them. Warnings count as well."""
    linter = MigrationLinter(no_cache=True, all_warnings_as_errors=True, quiet=["ok"])
    at_fault = []
    for migration in linter.migration_loader.disk_migrations.values():
        name = f"{migration.app_label}.{migration.name}"
        if migration.app_label in rooms and name not in excused:
            linter.reset_counters()
            linter.lint_migration(migration)
            at_fault += [name] * linter.nb_erroneous
    return at_fault


if __name__ == "__main__":
    django.setup()
    sys.exit(bool(lint()))
