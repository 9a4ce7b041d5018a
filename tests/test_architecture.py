"""Whatever imports what, it does so in the order of tests/order_of_rooms.py."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.order_of_rooms import FOUNDATION, LAYERS, MAY_IMPORT, REMEDY, START_UP, SUBROOMS

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parent.parent


IMPORTING = {"import_module", "__import__", "import_string", "get_model"}


@cache
def modules(room: str) -> list[Path]:
    return [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def walk(source: str) -> Iterator[ast.AST]:
    """Only its statements where no import hides in an expression: most nodes are in those."""
    tree = ast.parse(source)
    yield from ast.walk(tree) if any(name in source for name in IMPORTING) else statements(tree)


def statements(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner = getattr(node, name, None)
        for each in inner if isinstance(inner, list) else ():
            yield from statements(each)


def imported(source: str) -> Iterator[list[str]]:
    for node in walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import hides which room it means"
            yield from ([*(node.module or "").split("."), alias.name] for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and is_import(node.func):
            yield from named_by(node.args[0])


def is_import(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in IMPORTING


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
        assert part in layer_of, f"{path.relative_to(ROOT)} stands in no layer; say where in tests/order_of_rooms.py"
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
