import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ["articles", "mailings", "enquiries", "clinic"]
# Left never imports right; modules of one group stand beside each other.
LAYERS = [
    {"signals", "business_hours"},
    {"models"},
    {"tokens", "limits", "rules"},
    {"documents"},
    {"emails", "transport"},
    {"providers"},
    {"doorbell"},
    {"actions"},
    {"results"},
    {"delivery", "bounces", "provider_reports", "reporters", "first_content"},
    {"tasks"},
    {"forms", "seen", "staff_forms", "editor_form"},
    {"views", "webhooks", "admin", "feeds", "search", "templatetags", "management", "context_processors"},
    {"urls", "apps"},
]
LAYER_OF = {name: number for number, names in enumerate(LAYERS) for name in names}
# These two connect what lies below and above at start-up, inside ready().
START_UP = {"apps"}


def modules(room: str) -> Iterator[Path]:
    for path in (ROOT / room).rglob("*.py"):
        if "migrations" not in path.parts:
            yield path


def imported(path: Path) -> Iterator[list[str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: a relative import"
            yield from ([*node.module.split("."), alias.name] for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_a_room_to_its_left(room: str) -> None:
    above = set(ROOMS[ROOMS.index(room) + 1 :])
    wrong = [
        f"{path.relative_to(ROOT)}: {name}" for path in modules(room) for name in imported(path) if name[0] in above
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ["articles", "mailings", "enquiries"])
def test_no_module_imports_a_later_layer_of_its_room(room: str) -> None:
    wrong = []
    for path in modules(room):
        layer = path.relative_to(ROOT / room).parts[0].removesuffix(".py")
        if layer in START_UP | {"__init__"}:
            continue
        assert layer in LAYER_OF, f"{path.relative_to(ROOT)} stands in no layer"
        for name in imported(path):
            later = name[0] == room and len(name) > 1 and LAYER_OF.get(name[1], 0) > LAYER_OF[layer]
            if later:
                wrong.append(f"{path.relative_to(ROOT)}: {'.'.join(name)}")
    assert wrong == []


def test_no_room_has_a_drawer_without_a_name() -> None:
    nameless = {"utils", "helpers", "services", "common", "misc", "mixins"}
    assert [path for room in ROOMS for path in modules(room) if path.stem in nameless] == []
