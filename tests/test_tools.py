"""What the Makefile finds and says on machines that lack something."""

import os
import subprocess
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent / "tools"
# A Python as the tool asks it: its version first, then whether it has the modules for an environment.
OLD = "#!/bin/sh\nexit 0\n"
BROKEN = "#!/bin/sh\nexit 127\n"
WHOLE = "#!/bin/sh\necho 3.12\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\necho 3.11\n'


def run(tool: str, folder: Path, *words: str, **programs: str) -> subprocess.CompletedProcess[str]:
    """Run a tool with nothing on its PATH but these programs."""
    for name, script in programs.items():
        program = folder / name.replace("_", ".")
        program.write_text(script)
        program.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHON", "CHROMIUM")}
    command = ["/bin/sh", str(TOOLS / tool), *words]
    return subprocess.run(
        command, env=environment | {"PATH": str(folder)}, capture_output=True, text=True, check=False, timeout=20
    )


def test_a_python_that_cannot_be_used_is_passed_over(tmp_path: Path) -> None:
    found = run("find-python", tmp_path, python3_13=BROKEN, python3_12=WITHOUT_VENV, python3_11=OLD, python3=WHOLE)
    assert (found.returncode, found.stdout) == (0, "python3\n")


def test_the_newest_python_is_taken(tmp_path: Path) -> None:
    found = run("find-python", tmp_path, python3=WHOLE, python3_12=WHOLE, python3_11=WHOLE)
    assert (found.returncode, found.stdout) == (0, "python3.12\n")


def test_without_a_python_the_reader_is_told_which_one_is_needed(tmp_path: Path) -> None:
    found = run("find-python", tmp_path, python3=OLD)
    assert (found.returncode, found.stdout) == (1, "")
    assert "Python 3.11 or newer" in found.stderr
    assert "apt-get install python3 python3-venv" in found.stderr


def test_a_python_without_venv_names_the_package_that_brings_it(tmp_path: Path) -> None:
    found = run("find-python", tmp_path, python3=WITHOUT_VENV)
    assert (found.returncode, found.stdout) == (1, "")
    assert "apt-get install python3.11-venv" in found.stderr


def test_a_browser_is_found_under_each_of_its_names(tmp_path: Path) -> None:
    assert run("find-chromium", tmp_path).returncode == 1
    found = run("find-chromium", tmp_path, **{"google-chrome": WHOLE})
    assert found.stdout == f"{tmp_path}/google-chrome\n"


def test_a_php_is_found_under_its_own_name_and_that_of_its_version(tmp_path: Path) -> None:
    assert run("find-php", tmp_path).returncode == 1
    assert run("find-php", tmp_path, php8_4=WHOLE).stdout == f"{tmp_path}/php8.4\n"
    assert run("find-php", tmp_path, php=WHOLE).stdout == f"{tmp_path}/php\n"


def test_where_nothing_can_be_installed_the_missing_package_is_named(tmp_path: Path) -> None:
    answer = run("install-debian", tmp_path, "chromium", id="#!/bin/sh\necho 0\n")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Missing: chromium.")
