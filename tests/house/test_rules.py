"""The house rules that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.code import ROOT, Module, features, modules

STEP_DECORATORS = {"given", "when", "then", "step"}
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
SECRET = re.compile(r"(?i)(password|passwd|token|secret_key|api_key)\s*[=:]\s*[\"'][^\"'{]+[\"']")
MODULE_LINES = {"probes": 300}


def test_only_the_wait_sleeps() -> None:
    wrong = [
        module.place(node)
        for module in modules()
        for node in module.nodes(ast.Attribute, ast.ImportFrom)
        if _sleeps(node) and module.name != "probes/waiting.py"
    ]
    assert wrong == []


def _sleeps(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in {"time", "asyncio"} and any(alias.name == "sleep" for alias in node.names)
    owner = getattr(node, "value", None)
    return (
        getattr(node, "attr", "") == "sleep"
        and isinstance(owner, ast.Name)
        and owner.id in {"time", "asyncio"}
    )


def test_only_steps_assert() -> None:
    rooms = ("faults", "fixtures", "probes", "provisioning", "reports", "repository", "workbench")
    assert [module.place(node) for module in modules(*rooms) for node in module.nodes(ast.Assert)] == []


def test_probes_look_once_and_tell_nobody() -> None:
    imported = [
        f"{module.place(node)} imports {name}"
        for module in modules("probes")
        for name, node in module.imports()
        if name == "logging"
    ]
    called = [
        module.place(node)
        for module in modules("probes")
        for node in module.nodes(ast.Call)
        if _called(node) in {"eventually", "holds", "print"} and module.path.name != "waiting.py"
    ]
    assert imported + called == []


def _called(node: ast.AST) -> str:
    function = getattr(node, "func", None)
    return str(getattr(function, "id", getattr(function, "attr", "")))


def test_every_feature_has_its_twin_and_every_twin_its_feature() -> None:
    twins = {path.relative_to(ROOT / "features").with_suffix("") for path in features()}
    steps = {
        module.path.relative_to(ROOT / "steps").with_suffix("")
        for module in modules("steps")
        if module.path.name not in {"__init__.py", "wiring.py"} and module.path.parent.name != "vocabulary"
    }
    assert twins == steps


def test_a_step_is_at_most_three_statements() -> None:
    wrong = [
        f"{module.place(step)} {step.name}: {size}"
        for module in modules("steps")
        for step in _steps(module)
        if (size := _statements(step)) > 3
    ]
    assert wrong == []


def _steps(module: Module) -> Iterator[ast.FunctionDef]:
    for node in module.nodes(ast.FunctionDef):
        assert isinstance(node, ast.FunctionDef)
        calls = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
        if any(isinstance(call, ast.Name) and call.id in STEP_DECORATORS for call in calls):
            yield node


def _statements(step: ast.FunctionDef) -> int:
    """How many things it does: what a block holds counts, the block itself does not."""
    body = step.body[1:] if ast.get_docstring(step) is not None else step.body
    inside = [node for statement in body for node in ast.walk(statement) if isinstance(node, ast.stmt)]
    return sum(not hasattr(node, "body") for node in inside)


PROSE = {"said", "observed", "startswith", "endswith", "find", "partition", "search", "split"}


def test_causes_match_on_typed_facts_and_never_on_prose() -> None:
    chapters = [each for each in modules("diagnosis") if each.name.startswith("diagnosis/chapters/")]
    assert chapters
    assert [each.name for each in chapters if _reads_prose(each)] == []


def _reads_prose(module: Module) -> bool:
    """Tell whether it uses a regular expression, a method of strings, or looks for a literal in something.

    Membership of a literal in a collection is written as `{"x"} <= set(value)`.
    """
    expressions = any(name == "re" for name, _ in module.imports())
    methods = any(getattr(node, "attr", "") in PROSE for node in module.nodes(ast.Attribute))
    return expressions or methods or any(map(_looks_into, module.nodes(ast.Compare)))


def _looks_into(node: ast.AST) -> bool:
    assert isinstance(node, ast.Compare)
    literal = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    displays = (ast.Set, ast.Tuple, ast.List, ast.Dict)
    pairs = zip(node.ops, node.comparators, strict=True)
    return literal and any(
        isinstance(op, ast.In | ast.NotIn) and not isinstance(right, displays) for op, right in pairs
    )


def test_a_step_function_is_not_called_like_a_test() -> None:
    wrong = [
        module.place(step)
        for module in modules("steps")
        for step in _steps(module)
        if step.name[:4] == "test"
    ]
    assert wrong == []


def test_steps_hold_no_address_and_no_secret() -> None:
    wrong = [
        f"{module.name}:{number} {line.strip()}"
        for module in modules("steps")
        for number, line in enumerate(module.text.splitlines(), 1)
        if IPV4.search(line) or SECRET.search(line)
    ]
    assert wrong == []


def test_features_hold_no_address() -> None:
    wrong = [path.name for path in features() if IPV4.search(path.read_text(encoding="utf-8"))]
    assert wrong == []


def test_modules_keep_to_their_size() -> None:
    sizes = {
        module.name: (module.text.count("\n"), MODULE_LINES.get(module.room, 400)) for module in modules()
    }
    assert {name: size for name, (size, limit) in sizes.items() if size > limit} == {}


def test_the_conftest_is_a_list_of_plugins() -> None:
    assert len((ROOT / "conftest.py").read_text(encoding="utf-8").splitlines()) <= 30


@pytest.mark.parametrize(
    "room", ["faults", "fixtures", "probes", "provisioning", "reports", "repository", "workbench"]
)
def test_what_is_public_says_what_it_is(room: str) -> None:
    wrong = [
        f"{module.place(node)} {getattr(node, 'name', module.name)}"
        for module in modules(room)
        for node in _public(module)
        if ast.get_docstring(node) is None
    ]
    assert wrong == []


def _public(module: Module) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef]:
    """The module, unless it is an empty ``__init__``; its public classes and functions, and the functions' names."""
    if module.text.strip():
        yield module.tree
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node
