"""The house keeps its own rules: layers, ceilings, names, and what an import brings along."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import frontis

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "frontis"
MODULES = sorted(PACKAGE.rglob("*.py"))
MODULE_LINES = 300
FUNCTION_LINES = 60
VAGUE_NAMES = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "service",
    "services",
    "manager",
    "managers",
    "base",
    "misc",
}
HEAVY = [
    "PIL",
    "aiohttp",
    "coloraide",
    "granian",
    "jinja2",
    "lucide",
    "numpy",
    "pydantic",
    "pytakumi",
    "pyvips",
    "starlette",
]
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~$})/-])/(?:root|home|Users|work|mnt|media)/\w")
REGISTRY_ADDRESS = re.compile(r"https?://[^\s\"']*(?:/simple\b|/-/[^\s\"']+\.tgz|/packages/[0-9a-f]{2}/)")
REGISTRY_OPTION = re.compile(r"(?:index[-_]url|find[-_]links|trusted[-_]host)\s*[= ]\s*\S*[/.]", re.IGNORECASE)


def described(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def own_texts() -> dict[str, str]:
    """Every text file that is, or is about to be, committed; but for this one, which has to name what it looks for."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    texts = {}
    for name in filter(None, listing.stdout.decode().split("\0")):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b""
        if b"\0" not in content and path != Path(__file__).resolve():
            texts[name] = content.decode("utf-8")
    return texts


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in own_texts().items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def layer_names() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract for contract in settings["contracts"] if contract["type"] == "layers")
    return {name.strip() for layer in layers["layers"] for name in layer.split("|")}


def test_imports_keep_their_contracts() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"]
    result = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    kept = re.search(r"Contracts: (\d+) kept, 0 broken", result.stdout)
    assert kept is not None, result.stdout
    assert int(kept[1]) >= 5, result.stdout


def test_every_module_of_the_package_has_a_layer_and_every_layer_its_module() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    assert folders | files == layer_names()


def test_every_folder_with_modules_is_a_package() -> None:
    assert {path.parent for path in MODULES} == {path.parent for path in PACKAGE.rglob("__init__.py")}


@pytest.mark.parametrize("path", MODULES, ids=described)
def test_a_module_says_what_it_is_for_and_stays_short(path: Path) -> None:
    place = described(path)
    first_line = (ast.get_docstring(tree_of(path)) or "").partition("\n")[0]
    assert len(first_line.split()) > 1, f"{place}: its docstring must open with a line that says what it is for"
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MODULE_LINES, f"{place} has {lines} lines; {MODULE_LINES} are the ceiling"
    for function in functions_of(path):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        assert length <= FUNCTION_LINES, f"{place}:{function.lineno}: {function.name} has {length} lines"


def test_no_module_goes_to_the_network_through_the_standard_library() -> None:
    # import-linter sees outside packages as wholes, and urllib.parse is welcome everywhere.
    imports = {
        f"{described(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom) and "urllib.request" in ast.unparse(node)
    }
    assert imports == set()


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    vague = {
        described(path)
        for path in MODULES
        for name in path.relative_to(PACKAGE).with_suffix("").parts
        if VAGUE_NAMES & {name, *name.split("_")}
    }
    assert vague == set()


def test_import_frontis_brings_nothing_heavy_along() -> None:
    assert [name for name in HEAVY if find_spec(name) is None] == [], "a library that is not here could not be caught"
    loaded = brought_along("import frontis")
    assert "frontis.model.card" in loaded
    assert loaded & {*HEAVY, "django"} == set()


def test_the_first_process_of_a_server_loads_nothing_of_what_the_others_are_made_of() -> None:
    loaded = brought_along("import frontis.cli.main, frontis.cli.serving")
    assert "granian" in loaded
    # It reads its settings with pydantic; granian brings nothing else.
    assert loaded & {*HEAVY, "django"} <= {"granian", "pydantic"}


def test_a_process_that_answers_loads_neither_the_admin_nor_the_client_of_redis_before_they_are_used() -> None:
    edge_with_accounts = """
import django
import frontis.edge.app
django.setup()
import frontis.studio.standing, frontis.studio.web
frontis.studio.web.pages_app()
"""
    loaded = brought_along(edge_with_accounts, DJANGO_SETTINGS_MODULE="frontis.studio.configuration")
    assert {"frontis.studio.accounts.ring", "starlette.routing"} <= loaded
    assert loaded & {"redis", "limits", "psycopg", "unfold.admin", "frontis.studio.admin.urls"} == set()


def brought_along(imports: str, **environment: str) -> set[str]:
    """The names of all modules that are there after these imports, in a Python of their own."""
    program = f"{imports}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    ours = os.environ | {"FRONTIS_SECRET_KEY": "for-this-test-only", "FRONTIS_REDIS_URL": ""} | environment
    listing = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=ours)
    return set(json.loads(listing.stdout))


def test_the_public_names_are_sorted_and_there() -> None:
    assert frontis.__all__ == sorted(set(frontis.__all__))
    assert {"Card", "FrontisError", "Picture", "render", "sign"} <= set(frontis.__all__)
    for name in frontis.__all__:
        assert getattr(frontis, name).__doc__, f"frontis.{name} has no docstring"


def test_nothing_is_left_for_later() -> None:
    assert len(own_texts()) > len(MODULES)
    assert found(UNFINISHED) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert MACHINE_PATH.search("see /home/alice/notes")
    assert found(MACHINE_PATH) == []


def test_no_file_says_where_packages_come_from() -> None:
    assert REGISTRY_ADDRESS.search("https://packages.example/simple/six")
    assert REGISTRY_OPTION.search("--extra-index-url https://packages.example")
    assert found(REGISTRY_ADDRESS) + found(REGISTRY_OPTION) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-build.lock", "requirements-dev.lock"])
def test_a_lock_pins_everything_by_hash_and_holds_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]
    assert len(pinned) > 5
    for entry in pinned:
        assert re.match(r"[a-z0-9-]+==\S+ (?:; [^\\\n]+)?\\\n {4}--hash=sha256:[0-9a-f]{64}", entry), entry[:200]
    assert "://" not in text
    assert {line.split("=")[0].strip() for line in text.splitlines() if line.lstrip().startswith("-")} == {"--hash"}


def pins(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.rstrip("\\ ") for line in lines if re.match(r"[a-z0-9]", line)}


def test_the_lock_for_development_holds_all_that_the_service_runs_with() -> None:
    assert len(pins("requirements.lock")) > 20
    assert pins("requirements.lock") | pins("requirements-build.lock") <= pins("requirements-dev.lock")


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    development = [each for each in groups["dev"] if isinstance(each, str)]
    for asked, name in [
        (project["project"]["dependencies"], "requirements.lock"),
        (groups["build"], "requirements-build.lock"),
        (project["project"]["dependencies"] + groups["build"] + development, "requirements-dev.lock"),
    ]:
        names = {re.split(r"[^A-Za-z0-9._-]", each)[0].lower() for each in asked}
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8"))
        locked = {entry.partition("==")[0] for entry in entries if "frontis (pyproject.toml" in entry}
        assert names == locked, f"{name} is not what pyproject.toml asks for: run `make lock`"
