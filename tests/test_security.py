"""What SECURITY.md promises of the code as a whole; and each of its promises names a test that is there."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "SECURITY.md").read_text()
SOURCES = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])

FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "telnetlib", "ftplib", "xmlrpc"}
"""Modules that run what they read, or speak without encryption."""

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "subprocess.getoutput"}
"""Functions that run what they are given. (`re.compile` is another name.)"""

CHILDREN = {"bot/output/pictures.py"}
"""Who may start processes: the map is drawn in one."""


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def _modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _danger(path: Path) -> str | None:
    """What a source file does that none may."""
    tree = ast.parse(path.read_text())
    modules, calls = set(_modules(tree)), list(_calls(tree))
    if forbidden := {module.partition(".")[0] for module in modules} & FORBIDDEN_MODULES | set(calls) & FORBIDDEN_CALLS:
        return f"uses {forbidden}"
    if "shell=True" in ast.unparse(tree):
        return "runs a shell"
    starts = [name for name in calls if name.startswith(("os.exec", "os.spawn", "asyncio.create_subprocess"))]
    if str(path.relative_to(ROOT)) not in CHILDREN and ("subprocess" in modules or starts):
        return "starts a process"
    if _from_xml(tree) - {"Element", "ParseError", "TreeBuilder"}:  # holding a tree is not parsing it
        return "parses XML by itself"
    return None


def test_nothing_runs_what_it_reads() -> None:
    assert len(SOURCES) > 200
    assert {str(path): found for path in SOURCES if (found := _danger(path))} == {}


def _from_xml(tree: ast.AST) -> set[str]:
    """What is used of Python's own XML parsers, in which an entity may be a billion laughs or a file."""
    return {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("xml")
        for name in node.names
    }


def _lock(name: str) -> dict[str, str]:
    """Package -> its lines in a lock file."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / name).read_text())
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.partition("==")[0].lower(): line for line in lines}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_pinned_with_hashes_and_names_no_server(name: str) -> None:
    packages = _lock(name)
    assert len(packages) > 30
    for line in packages.values():
        assert re.match(r"[A-Za-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line
    assert "://" not in (ROOT / name).read_text()


def test_the_lock_has_all_that_the_program_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    packages = _lock("requirements.lock")
    assert {re.split(r"[<>=~! ]", each, maxsplit=1)[0].lower() for each in project["dependencies"]} <= set(packages)


def test_what_serves_and_what_tests_agree_on_versions() -> None:
    tested = _lock("requirements-dev.lock")
    for name, line in _lock("requirements.lock").items():
        assert tested[name].split()[0] == line.split()[0]


def test_installing_insists_on_the_hashes() -> None:
    for name in ("Makefile", "Dockerfile"):
        text = (ROOT / name).read_text()
        installs = re.findall(r"install [^\n&]*-r \S+", text)
        assert installs
        assert all("--require-hashes" in line for line in installs)


def test_every_promise_names_tests_that_are_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", SECURITY)
    assert len(named) > 25
    for path, test in named:
        assert (ROOT / path).is_file(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(), f"{path}::{test}"


def test_every_promise_names_a_test() -> None:
    promises = SECURITY.partition("## Promises")[2].partition("\n## ")[0]
    rows = [line for line in promises.splitlines() if line.startswith("| ") and not line.startswith(("| What", "|---"))]
    assert len(rows) > 15
    for row in rows:
        assert "`tests/" in row, row


def test_the_container_is_not_root_and_writes_only_where_its_data_is() -> None:
    image, compose = (ROOT / "Dockerfile").read_text(), (ROOT / "compose.yaml").read_text()
    assert re.search(r"^USER genangan$", image, re.MULTILINE)
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "127.0.0.1:8080:8080"):
        assert line in compose
    assert "BOT_TOKEN" not in image


def test_the_service_may_write_its_own_folder_only() -> None:
    unit = (ROOT / "docs" / "genangan.service").read_text()
    for line in ("User=genangan", "ProtectSystem=strict", "NoNewPrivileges=true", "CapabilityBoundingSet=\n"):
        assert line in unit
