"""The commands account, key and project, run as an operator runs them."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from frontis.cli.wishes import domains_by_project
from frontis.errors import BadInput

SHAPES = {
    "osig": r"[A-Za-z0-9]{10}",
    "ogimage": r"og_sk_[0-9a-f]{32}",
    "ogstack": r"og_live_[0-9a-f]{64}",
    "urlpix": r"sk_live_[A-Za-z0-9]{32}",
}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of this module's own."""
    return tmp_path_factory.mktemp("people")


def frontis(folder: Path, *words: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "frontis.cli", *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | {"FRONTIS_DATA_DIR": str(folder), "FRONTIS_DATABASE_URL": ""} | environment,
    )


def told(folder: Path, *words: str, **environment: str) -> Any:
    done = frontis(folder, *words, "--json", **environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def refused(folder: Path, *words: str, **environment: str) -> str:
    done = frontis(folder, *words, **environment)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_an_account_is_made_with_a_key_of_each_kind_and_its_project(studio: Path) -> None:
    made = told(studio, "account", "create", "Ada@Example.com", "--plan", "plus", "--project", "Blog",
                "--domain", "Blog.example", "--domain", "localhost:3000")  # fmt: skip
    assert list(made) == ["email", "plan", "keys", "projects"]
    assert (made["email"], made["plan"]) == ("ada@example.com", "plus")
    assert list(made["keys"]) == list(SHAPES)
    assert all(re.fullmatch(SHAPES[kind], key) for kind, key in made["keys"].items())
    (project,) = made["projects"]
    assert list(project) == ["name", "public_id", "domains"]
    assert re.fullmatch("[0-9a-f]{12}", project["public_id"])
    assert (project["name"], project["domains"]) == ("Blog", ["blog.example", "localhost:3000"])
    shown = frontis(studio, "account", "show", "ada@example.com").stdout
    listed = frontis(studio, "key", "list", "ada@example.com").stdout
    kept = (studio / "frontis.sqlite3").read_bytes()
    for key in made["keys"].values():
        assert key not in shown + listed
        assert key.encode() not in kept
        assert key[:-8] in shown or len(key) == 10 or key[:9] in shown


def test_the_text_of_a_new_account_holds_each_key_whole_on_a_line(studio: Path) -> None:
    done = frontis(studio, "account", "create", "text@example.com", "--project", "[red]x :smile:", COLUMNS="40")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "text@example.com: plan free"
    for kind, shape in SHAPES.items():
        assert any(re.fullmatch(rf"{kind} +{shape}", line) for line in lines)
    assert any("[red]x :smile:" in line and line.endswith("every host") for line in lines)


def test_without_a_plan_the_account_has_the_operators_default(studio: Path) -> None:
    assert told(studio, "account", "create", "d1@example.com")["plan"] == "free"
    assert told(studio, "account", "create", "d2@example.com", FRONTIS_DEFAULT_PLAN="pro")["plan"] == "pro"


def test_of_several_projects_each_domain_names_its_own(studio: Path) -> None:
    made = told(studio, "account", "create", "two@example.com", "--project", "A", "--project", "B=C",
                "--domain", "A=a.example", "--domain", "B=C=b.example", "--domain", "A=a2.example")  # fmt: skip
    assert [(each["name"], each["domains"]) for each in made["projects"]] == [
        ("A", ["a.example", "a2.example"]),
        ("B=C", ["b.example"]),
    ]


def test_one_domain_for_each_project_belongs_to_the_one_in_its_place() -> None:
    assert domains_by_project(["A", "B"], ["a.example", "b.example"]) == {"A": ["a.example"], "B": ["b.example"]}
    assert domains_by_project(["A", "B"], ["B=b.example", "B=c.example"]) == {"A": [], "B": ["b.example", "c.example"]}


@pytest.mark.parametrize(
    ("projects", "domains", "complaint"),
    [
        ([], ["a.example"], "--domain: needs a --project"),
        (["A", "B"], ["a.example"], "--domain: write --domain NAME=HOST"),
        (["blog", "B"], ["blgo=a.example"], "Did you mean 'blog'?"),
        (["A", "A"], [], "--project: names the same project twice"),
    ],
)
def test_a_domain_of_no_project_is_refused(projects: list[str], domains: list[str], complaint: str) -> None:
    with pytest.raises(BadInput, match=re.escape(complaint)):
        domains_by_project(projects, domains)


def test_what_cannot_be_is_told_in_one_line_and_changes_nothing(studio: Path) -> None:
    told(studio, "account", "create", "eve@example.com")
    assert "eve@example.com has an account already." in refused(studio, "account", "create", "EVE@example.com")
    assert "Did you mean 'eve@example.com'?" in refused(studio, "account", "show", "eva@example.com")
    assert "Did you mean 'plus'?" in refused(studio, "account", "plan", "eve@example.com", "plsu")
    assert "must be an e-mail address" in refused(studio, "account", "create", "eve")
    wrong = ["account", "create", "new@example.com", "--project", "P", "--domain", "*.example.com"]
    assert "Did you mean 'example.com'?" in refused(studio, *wrong)
    assert "there is no account 'new@example.com'" in refused(studio, "account", "show", "new@example.com")
    assert "must be one of osig, ogimage" in refused(studio, "key", "create", "eve@example.com", "gold")
    assert "none has that number" in refused(studio, "key", "revoke", "og_sk_zzzz")
    assert "has no project 'abc'" in refused(studio, "key", "create", "eve@example.com", "osig", "--project", "abc")
    none = refused(studio, "account", "list", FRONTIS_DATABASE_URL="none")
    assert none.startswith("frontis: FRONTIS_DATABASE_URL: is 'none', so there are no accounts.")


def test_an_account_changes_its_plan_and_is_shown_and_listed(studio: Path) -> None:
    told(studio, "account", "create", "p@example.com", "--superuser")
    assert told(studio, "account", "plan", "p@example.com", "pro") == {"email": "p@example.com", "plan": "pro"}
    shown = told(studio, "account", "show", "p@example.com")
    assert (shown["plan"], shown["is_superuser"], shown["is_staff"], shown["projects"]) == ("pro", True, True, [])
    assert [key["kind"] for key in shown["keys"]] == ["urlpix", "ogstack", "ogimage", "osig"]
    (listed,) = [each for each in told(studio, "account", "list") if each["email"] == "p@example.com"]
    assert (listed["plan"], listed["keys"], listed["projects"]) == ("pro", 4, 0)
    text = frontis(studio, "account", "list").stdout
    assert re.search(r"^p@example.com +pro +4 +0 .* superuser$", text, re.MULTILINE)


def test_a_password_comes_as_an_option_or_as_a_line(studio: Path) -> None:
    def digest() -> str:
        with closing(sqlite3.connect(studio / "frontis.sqlite3")) as database:
            query = "SELECT password FROM accounts_account WHERE email = 'pw@example.com'"
            return str(database.execute(query).fetchone()[0])

    told(studio, "account", "create", "pw@example.com", "--password", "first password")
    first = digest()
    assert told(studio, "account", "password", "pw@example.com", "--password", "other") == {"email": "pw@example.com"}
    second = digest()
    done = frontis(studio, "account", "password", "pw@example.com", stdin="third password\n")
    assert done.stdout == "pw@example.com: has another password\n"
    assert len({first, second, digest()}) == 3
    assert "as a line on the standard input" in refused(studio, "account", "password", "pw@example.com")
    assert b"third password" not in (studio / "frontis.sqlite3").read_bytes()


def test_an_account_is_deleted_when_somebody_says_so(studio: Path) -> None:
    told(studio, "account", "create", "del@example.com")
    asked = frontis(studio, "account", "delete", "del@example.com", stdin="n\n")
    assert asked.returncode == 1
    assert "Delete del@example.com with its keys, projects and usage?" in asked.stderr
    assert told(studio, "account", "show", "del@example.com")
    assert (
        frontis(studio, "account", "delete", "del@example.com", stdin="y\n").stdout.strip()
        == "del@example.com: deleted"
    )
    refused(studio, "account", "delete", "del@example.com", "--yes")
    told(studio, "account", "create", "del@example.com")
    assert told(studio, "account", "delete", "del@example.com", "--yes") == {
        "email": "del@example.com",
        "deleted": True,
    }


def test_a_key_is_made_listed_and_revoked(studio: Path) -> None:
    told(studio, "account", "create", "k@example.com")
    project = told(studio, "project", "create", "k@example.com", "Site", "--domain", "k.example")
    made = told(studio, "key", "create", "k@example.com", "ogstack", "--name", "CI", "--project", project["public_id"])
    assert re.fullmatch(SHAPES["ogstack"], made["key"])
    assert (made["name"], made["project"], made["revoked_at"]) == ("CI", project["public_id"], None)
    listed = told(studio, "key", "list", "k@example.com")
    assert len(listed) == 5
    assert all("key" not in each and "digest" not in each for each in listed)
    revoked = told(studio, "key", "revoke", made["prefix"])
    assert (revoked["number"], revoked["email"]) == (made["number"], "k@example.com")
    assert told(studio, "key", "revoke", str(made["number"]))["revoked_at"] == revoked["revoked_at"]
    assert re.search(r"CI .* revoked \d{4}-", frontis(studio, "key", "list", "k@example.com").stdout)
    by_text = frontis(studio, "key", "create", "k@example.com", "osig").stdout.splitlines()
    assert re.fullmatch(SHAPES["osig"], by_text[2])
    assert told(studio, "key", "revoke", by_text[2])["kind"] == "osig"


def test_projects_are_made_beyond_the_plan_and_listed(studio: Path) -> None:
    told(studio, "account", "create", "pr@example.com", "--plan", "free")
    for name in ("One", "Two"):
        told(studio, "project", "create", "pr@example.com", name, "--domain", "x.example", "--domain", "y.example")
    listed = told(studio, "project", "list", "pr@example.com")
    assert [(each["name"], each["domains"]) for each in listed] == [
        ("One", ["x.example", "y.example"]),
        ("Two", ["x.example", "y.example"]),
    ]
    assert "x.example, y.example" in frontis(studio, "project", "list", "pr@example.com").stdout


def test_a_command_waits_for_a_busy_database(studio: Path) -> None:
    told(studio, "account", "create", "busy@example.com")
    database = sqlite3.connect(studio / "frontis.sqlite3", isolation_level=None, check_same_thread=False)
    database.execute("BEGIN IMMEDIATE")
    release = threading.Timer(3, lambda: database.execute("COMMIT"))
    release.start()
    try:
        assert told(studio, "account", "plan", "busy@example.com", "pro")["plan"] == "pro"
    finally:
        release.join()
        database.close()


def test_the_help_of_the_command_brings_no_django_along() -> None:
    program = "import sys, frontis.cli; print('django' in sys.modules, 'frontis.studio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "False False\n"
