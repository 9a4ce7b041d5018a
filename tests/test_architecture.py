"""The one text of what may import what: rooms, the layers within each, and the order of sub-rooms."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parent.parent
# Each room, and the rooms that it may import.
MAY_IMPORT = {
    "foundation": set(),
    "articles": {"foundation"},
    "mailings": {"foundation"},
    "newsletters": {"articles", "mailings", "foundation"},
    "enquiries": {"newsletters", "articles", "mailings", "foundation"},
    "desk": {"enquiries", "newsletters", "articles", "mailings", "foundation"},
    "clinic": {"desk", "enquiries", "newsletters", "articles", "mailings", "foundation"},
}
# Left never imports right; modules of one group stand beside each other.
LAYERS = [
    {
        "actors",
        "signals",
        "addresses",
        "apart",
        "citations",
        "evidence",
        "bounce_addresses",
        "business_hours",
        "cards",
        "domains",
        "folding",
        "held",
        "icons",
        "outage",
        "own_countries",
        "own_texts",
        "palette",
        "pictures",
        "joins",
        "rows",
        "social_links",
        "staff",
        "tokens",
        "moved_models",
        "numbers",
        "counts",
        "queue",
        "stored_functions",
        "time_zones",
    },
    {"models"},
    {"limits", "budgets", "countries", "days", "pace"},
    {
        "claims",
        "opening",
        "rules",
        "retractions",
        "stops",
        "mentions",
        "words",
        "compare",
        "sections",
        "images",
        "glossary",
    },
    {"claims_gate", "packet_content", "pasted", "profile_warnings", "segments", "snapshots"},
    {"lint_words"},
    {"documents", "sources"},
    {"importing"},
    {"answers", "causes", "digest_mail", "letters", "received"},
    {"emails", "transport"},
    {"providers"},
    {"ledger", "preflight", "progress"},
    {"doorbell"},
    {"actions"},
    {"results", "tries"},
    {"provider_reports"},
    {"delivery", "bounces", "reporters", "first_content"},
    {"tasks"},
    {"form_fields"},
    {"citation_form", "cleaned_content", "compose_form", "forms"},
    {"editor_form"},
    {"typed_content"},
    {
        "article_pages",
        "draft_pages",
        "import_pages",
        "paste_pages",
        "preview_pages",
        "queue_pages",
        "reading",
        "site_files",
        "trust_pages",
        "withdrawn",
        "graph",
        "library",
        "downloads",
    },
    {"sharing"},
    {
        "archive",
        "following",
        "preferences",
        "views",
        "webhooks",
        "admin",
        "feeds",
        "search",
        "templatetags",
        "management",
        "context_processors",
    },
    {"urls"},
]
SUBROOMS = {
    "desk": [
        {
            "words",
            "answers",
            "csv_cells",
            "absences",
            "call_outcomes",
            "lead_search",
            "mail_templates",
            "packets",
            "tags",
            "whole_files",
        },
        {"lead", "numbers"},
        {"list"},
        {"export_list", "import_list", "today"},
        {"export_subscribers", "import_subscribers"},
        {"enquiries", "leads", "newsletters", "subscribers"},
        {"admin"},
    ],
    "articles.actions": [
        {"claims", "drafts", "images", "notices", "previews", "withdrawing"},
        {"papers", "revisions", "reviews"},
        {"imports", "publishing"},
    ],
    "articles.images": [{"encoding"}, {"apart"}],
    "foundation.pictures": [{"reading"}, {"apart", "logos"}],
    "desk.lead": [
        {"duplicates", "hours", "seen", "timeline"},
        {"forms"},
        {"lead_facts"},
        {"lead_page"},
        {"merging", "person", "taking_apart"},
    ],
    "desk.lead.forms": [
        {"base"},
        {"mentions"},
        {"contact", "details", "endings", "follow_up", "hours", "tags"},
        {"add"},
    ],
    "desk.list": [
        {"bulk_forms", "counts", "lead_filters"},
        {"bulk", "keyset"},
        {"lead_rows", "saved_views"},
    ],
    "desk.numbers": [
        {"people", "query", "range", "tables"},
        {"coordinators", "enquiries_per_week", "first_answers", "funnel", "issue_by_domain", "subscribers_per_week"},
        {"reasons_lost"},
        {"plots"},
        {"pages"},
        {"newsletter_pages"},
    ],
    "desk.import_list": [{"cells", "headings"}, {"guesses", "reading"}, {"apart"}, {"forms"}, {"pages"}],
    "desk.import_subscribers": [{"rows"}, {"forms"}, {"pages"}],
    "enquiries.actions": [
        {
            "clocks",
            "digests",
            "events",
            "export_person",
            "failure_notices",
            "notices",
            "reminders",
            "saved_views",
            "waking",
        },
        {"appointments"},
        {"imports", "packets", "undoing", "whose_word"},
        {"leads"},
        {"mistyped", "person_locks"},
        {"erasure", "bulk", "contacts", "endings", "lead_mails", "mentions", "merge_choices", "notes", "tags", "turns"},
        {"bulk_undoing", "merging"},
        {"known", "delivery_events"},
        {"intake"},
    ],
    "enquiries.actions.imports": [
        {"country_names", "faults", "month_names", "telephones", "undoing"},
        {"columns", "stops"},
        {"candidates"},
        {"erased"},
        {"resource"},
        {"lists"},
    ],
    "articles.claims": [
        {"cues", "designs", "grade", "sentences", "signs"},
        {"causal", "rules"},
        {"lint"},
        {"article", "scoring"},
    ],
    "articles.citations": [
        {"identifiers", "names"},
        {"fields", "latex", "notices"},
        {"records"},
        {"bibtex", "coins", "csl", "nbib", "printed", "ris", "styles"},
        {"formats"},
    ],
    "newsletters.actions": [
        {"counting", "moves", "subscriptions"},
        {"exporting", "imports", "preferences"},
        {"erasing"},
        {"composing", "approving", "launching"},
        {"sending_again", "steering"},
        {"digests"},
    ],
    "articles.search": [{"typed"}, {"excerpts", "finding"}, {"meant"}, {"pages"}],
    "mailings.actions": [{"consents", "outbox", "suppression"}, {"channel", "returns"}, {"reports"}],
    "mailings.bounces": [{"mails"}, {"complaints", "senders"}, {"reports"}],
    "mailings.admin": [
        {"consents", "mail_filters", "mail_timeline", "sending_again", "steering"},
        {"mistaken_suppressions"},
        {"channel", "suppressions"},
        {"mail_page"},
        {"outbox"},
    ],
    "articles.importing": [
        {"units", "unsure"},
        {"decoding", "kinds", "looks"},
        {"form_texts", "titles"},
        {"parting", "sections"},
        {"bodies", "reading"},
        {"report"},
    ],
    "clinic": [
        {
            "environment",
            "email_url",
            "settings",
            "request_names",
            "client_address",
            "logs",
            "empty_lists",
            "mailbox",
            "backups",
        },
        {"models", "celery", "beat", "sentry", "error_pages", "races", "slow_statements", "page_bytes"},
        {"pages"},
        {"middleware", "requests", "outage", "metrics", "health"},
        {"wsgi", "lists", "unsaved"},
        {"audit", "audit_receivers", "review_reminders", "roles"},
        {"accounts"},
        {"invite_admin", "make_yours", "profile_preview"},
        {"staff", "admin", "audit_admin", "moved", "tasks", "management"},
        {"dev_samples", "dev_views", "dev_urls", "urls"},
        {"embedded"},
    ],
    "clinic.accounts": [
        {"context", "known_browser", "mails", "passwords", "requirement", "sealing", "sessions"},
        {"factors", "guard", "records", "throttle", "views"},
        {"adapter", "invitations", "reset"},
        {"forms"},
        {"invited"},
        {"urls"},
    ],
}
# These connect what lies below and above at start-up, inside ready().
START_UP = {"apps", "__init__"}
# What every room stands on is no drawer: whoever adds a file here says in the review why no room can hold it.
FOUNDATION = {
    "__init__.py", "actions.py", "actors.py", "addresses.py", "apart.py", "apps.py", "budgets.py", "business_hours.py",
    "days.py",
    "context_processors.py", "domains.py", "first_content.py", "forms.py", "held.py", "moved_models.py", "numbers.py",
    "counts.py", "joins.py",
    "opening.py",
    "outage.py", "own_countries.py", "own_texts.py", "palette.py", "profile_warnings.py", "social_links.py",
    "time_zones.py",
    "queue.py", "rows.py", "signals.py", "staff.py", "stored_functions.py", "tasks.py", "tokens.py", "views.py",
    "pictures/__init__.py", "pictures/apart.py", "pictures/logos.py", "pictures/reading.py",
    "admin/__init__.py", "admin/logos.py", "admin/profile.py", "admin/read_only.py", "admin/wordings.py",
    "models/__init__.py", "models/budgets.py", "models/content.py", "models/hours.py", "models/logos.py",
    "models/profile.py", "models/profile_revisions.py", "admin/profile_conflicts.py",
    "models/required_notices.py", "admin/required_notices.py", "templatetags/required_notices.py",
    "models/wordings.py",
    "templatetags/days.py",
    "templatetags/__init__.py", "templatetags/frame.py", "templatetags/hours.py", "templatetags/inlines.py",
    "templatetags/pills.py", "templatetags/telephone.py", "templatetags/wordings.py",
}  # fmt: skip
REMEDY = "A lower room tells an upper one by a signal, which the upper one connects in its apps.py."


@cache
def modules(room: str) -> list[Path]:
    return [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def imported(source: str) -> Iterator[list[str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import hides which room it means"
            yield from ([*(node.module or "").split("."), alias.name] for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and is_import(node.func):
            yield from named_by(node.args[0])


def is_import(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__", "import_string", "get_model"}


def named_by(argument: ast.expr) -> Iterator[list[str]]:
    """A name made at run time is known by how it begins."""
    if isinstance(argument, ast.JoinedStr) and argument.values:
        argument = argument.values[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value.split(".")


@cache
def imports_of(path: Path) -> list[str]:
    return [".".join(name) for name in imported(path.read_text(encoding="utf-8"))]


def test_each_room_is_named_here() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert rooms == set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_room_imports_one_that_stands_above_it_or_beside_it(room: str) -> None:
    others = set(MAY_IMPORT) - MAY_IMPORT[room] - {room}
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(room)
        for name in imports_of(path)
        if name.split(".")[0] in others
    ]
    assert wrong == [], REMEDY


def order_of(package: str) -> list[set[str]]:
    return SUBROOMS.get(package, LAYERS)


@pytest.mark.parametrize("package", [*(room for room in MAY_IMPORT if room not in SUBROOMS), *SUBROOMS])
def test_no_module_imports_a_later_layer_of_its_room(package: str) -> None:
    layer_of = {name: number for number, names in enumerate(order_of(package)) for name in names}
    folder = ROOT / package.replace(".", "/")
    wrong = []
    for path in modules(package.replace(".", "/")):
        part = path.relative_to(folder).parts[0].removesuffix(".py")
        if part in START_UP and path.parent == folder:
            continue
        assert part in layer_of, f"{path.relative_to(ROOT)} stands in no layer; say where in tests/test_architecture.py"
        for name in imports_of(path):
            inside = name.removeprefix(f"{package}.")
            if name != inside and layer_of.get(inside.split(".")[0], -1) > layer_of[part]:
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert wrong == [], "Move what both need to the left of both, or let the later one call the earlier one."


def test_a_package_with_several_modules_has_an_order() -> None:
    ordered = {path.parent for room in MAY_IMPORT for path in modules(room) if path.stem not in START_UP}
    unordered = [
        str(folder.relative_to(ROOT))
        for folder in ordered
        if len(folder.relative_to(ROOT).parts) > 1
        and ".".join(folder.relative_to(ROOT).parts) not in SUBROOMS
        and folder.name not in {"models", "admin", "templatetags", "management", "commands", "documents", "embedded"}
    ]
    assert unordered == []


@pytest.mark.parametrize(
    "source",
    [
        "from importlib import import_module\nimport_module('clinic.roles')",
        "import importlib\nimportlib.import_module(f'clinic.{name}')",
        "__import__('clinic.roles')",
        "from django.utils.module_loading import import_string\nimport_string('clinic.roles.sync')",
        "def late():\n    from clinic import roles",
        "import clinic.roles",
    ],
)
def test_an_import_is_seen_however_it_is_written(source: str) -> None:
    assert "clinic" in [name[0] for name in imported(source)]


def test_nothing_that_runs_on_a_site_is_made_for_tests() -> None:
    made_for_tests = ("django.test", "pytest", "unittest", "tests")
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for room in MAY_IMPORT
        for path in modules(room)
        # It is what starts the tests.
        if path.name != "pytest_plugin.py"
        for name in imports_of(path)
        if f"{name}.".startswith(tuple(f"{module}." for module in made_for_tests))
    ]
    assert wrong == []


def test_foundation_is_no_drawer() -> None:
    there = {str(path.relative_to(ROOT / "foundation")) for path in modules("foundation")}
    assert there == FOUNDATION, "Which room is it about? Put it there; foundation knows no person."


def test_no_room_has_a_drawer_without_a_name() -> None:
    nameless = {"utils", "helpers", "services", "common", "misc", "mixins"}
    assert [path for room in MAY_IMPORT for path in modules(room) if path.stem in nameless] == []
