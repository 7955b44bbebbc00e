"""The Dockerfile, as far as it can be told without an engine for containers."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
# What the build takes from here, and not from another stage.
COPIED = [name for line in re.findall(r"^COPY (?!--)(.+)", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]


def test_all_that_is_copied_is_there_and_let_through() -> None:
    rules = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert rules[0] == "*"
    assert {"src", "pyproject.toml", "requirements.lock"} <= set(COPIED)
    for name in COPIED:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in rules
        assert not any(fnmatch(name, rule) for rule in rules[1:] if not rule.startswith("!"))


def test_what_builds_us_is_copied_too() -> None:
    named = re.findall(r'"?(README\.md|LICENSE|hatch_build\.py)"?', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(named) <= set(COPIED)
    assert {"README.md", "LICENSE", "hatch_build.py"} == set(named)


def test_the_command_is_one_that_frontis_knows() -> None:
    (words,) = re.findall(r'^CMD \["frontis", (.+)\]', DOCKERFILE, re.MULTILINE)
    verb, *options = re.findall(r'"([^"]+)"', words)
    told = subprocess.run(
        [sys.executable, "-m", "frontis.cli", verb, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "200"},
    ).stdout
    for option in options:
        assert not option.startswith("--") or option in told
