"""What the doctor finds, run as an operator runs it."""

import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from command import frontis

from frontis.cli.doctor.machine import examine_limits
from frontis.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    return data


def examined(folder: Path, *words: str, **environment: str) -> dict[str, list[Any]]:
    """The findings by subject, as (verdict, words and remedy)."""
    ours = {"FRONTIS_DATA_DIR": str(folder), "FRONTIS_DATABASE_URL": "none", **environment}
    done = frontis("doctor", "--json", *words, **ours)
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is (done.returncode == 0)
    found: dict[str, list[Any]] = {}
    for each in told["findings"]:
        found.setdefault(each["subject"], []).append((each["verdict"], f"{each['words']}. {each['remedy']}"))
    return found


def test_a_sound_installation_has_no_fault_and_looking_at_it_makes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    found = examined(folder, FRONTIS_DATABASE_URL="", FRONTIS_PUBLIC_URL="https://og.example.com")
    verdicts = {subject: verdict for subject, each in found.items() for verdict, _ in each}
    assert "fault" not in verdicts.values()
    assert {verdicts[each] for each in ("settings", "fonts", "templates", "drawing", "FRONTIS_PUBLIC_URL")} == {"good"}
    assert verdicts["data folder"] == verdicts["database"] == "note"
    assert not folder.exists()


def test_it_tells_people_in_lines_and_counts_them(folder: Path) -> None:
    done = frontis("doctor", FRONTIS_DATA_DIR=str(folder), FRONTIS_DATABASE_URL="none", FRONTIS_FETCH_ALLOW="::/0")
    assert done.returncode == 1
    assert "fault  FRONTIS_FETCH_ALLOW: lets pictures be fetched from every address" in done.stdout
    assert "ok     drawing: png, jpeg, webp, avif, svg" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 fault, ")


def test_a_variable_that_nobody_reads_is_told_with_the_one_that_was_meant(folder: Path) -> None:
    found = examined(folder, FRONTIS_TEMPLATE_DIR="x", FRONTIS_HJ="x")
    assert found["FRONTIS_TEMPLATE_DIR"][0] == (
        "note",
        "is set, and nothing reads it. Did you mean FRONTIS_TEMPLATES_DIR?",
    )
    assert found["FRONTIS_HJ"][0][1].endswith("See docs/settings.md.")


def test_every_setting_that_cannot_be_used_is_told_in_one_go_and_no_secret_with_it(folder: Path) -> None:
    found = examined(folder, FRONTIS_CACHE_MB="much", FRONTIS_SECRET_KEY="hunter2", FRONTIS_SMTP_URL="x://u:hunter2@h")
    for name in ("FRONTIS_CACHE_MB", "FRONTIS_SECRET_KEY", "FRONTIS_SMTP_URL"):
        assert found[name][0][0] == "fault"
    assert "hunter2" not in str(found)
    assert "drawing" not in found


def test_settings_that_open_the_house_are_faults(folder: Path) -> None:
    found = examined(folder, FRONTIS_TRUSTED_PROXIES="10.0.0.0/8, 0.0.0.0/0", FRONTIS_METRICS_TOKEN="abc")
    assert found["FRONTIS_TRUSTED_PROXIES"][0][0] == "fault"
    assert found["FRONTIS_METRICS_TOKEN"][0][0] == "note"
    assert "abc" not in str(found)


def test_half_of_a_sign_in_is_a_fault(folder: Path) -> None:
    assert examined(folder, FRONTIS_GITHUB_CLIENT_ID="x")["FRONTIS_GITHUB_CLIENT_SECRET"][0][0] == "fault"


def test_a_broken_font_and_a_broken_template_are_told_with_their_files(tmp_path: Path, folder: Path) -> None:
    fonts, templates = tmp_path / "fonts", tmp_path / "templates" / "mine"
    fonts.mkdir()
    templates.mkdir(parents=True)
    (fonts / "broken.ttf").write_bytes(b"no font")
    (templates / "template.toml").write_text('id = "mine"\n')
    found = examined(folder, FRONTIS_FONTS_DIR=str(fonts), FRONTIS_TEMPLATES_DIR=str(templates.parent))
    assert {verdict for verdict, _ in found["FRONTIS_FONTS_DIR"]} == {"note"}
    assert "broken.ttf is left out" in found["FRONTIS_FONTS_DIR"][0][1]
    assert found["FRONTIS_TEMPLATES_DIR"][0][0] == "fault"
    assert "template.toml" in found["FRONTIS_TEMPLATES_DIR"][0][1]


def test_neighbours_that_do_not_answer_are_faults_and_their_passwords_stay_unsaid(folder: Path) -> None:
    found = examined(
        folder,
        FRONTIS_DATABASE_URL="postgresql://frontis:hunter2@127.0.0.1:1/frontis",
        FRONTIS_REDIS_URL="redis://:hunter2@127.0.0.1:1/0",
        FRONTIS_SMTP_URL="smtp://frontis:hunter2@127.0.0.1:1",
        FRONTIS_PUBLIC_URL="https://og.example.com",
        FRONTIS_STORAGE_URL="s3://pictures",
        AWS_ENDPOINT="http://127.0.0.1:1",
        AWS_ACCESS_KEY_ID="frontis",
        AWS_SECRET_ACCESS_KEY="hunter2",
    )
    assert [found[each][0][0] for each in ("database", "redis", "mail", "bucket")] == ["fault"] * 4
    assert "hunter2" not in str(found)


def test_redis_that_answers_is_good(folder: Path, redis_url: str) -> None:
    verdict, words = examined(folder, FRONTIS_REDIS_URL=redis_url)["redis"][0]
    assert (verdict, words[:7]) == ("good", "version")


def test_a_database_is_looked_at_and_a_missing_superuser_told(folder: Path) -> None:
    ours = {"FRONTIS_DATA_DIR": str(folder), "FRONTIS_DATABASE_URL": ""}
    assert frontis("account", "create", "alice@example.org", **ours).returncode == 0
    found = examined(folder, FRONTIS_DATABASE_URL="")
    assert found["database"][0][0] == "good"
    assert "1 account" in found["database"][0][1]
    assert found["admin"][0][0] == "note"
    assert frontis("account", "create", "root@example.org", "--superuser", **ours).returncode == 0
    assert "admin" not in examined(folder, FRONTIS_DATABASE_URL="")


def test_a_secret_that_others_may_read_is_told(folder: Path) -> None:
    (folder / "secret-key").write_text("x" * 64)
    (folder / "secret-key").chmod(0o644)
    verdict, words = examined(folder, FRONTIS_SECRET_KEY="")["secret"][0]
    assert verdict == "note"
    assert "chmod 600" in words
    (folder / "secret-key").write_text("short")
    assert examined(folder, FRONTIS_SECRET_KEY="")["secret"][0][0] == "fault"


def test_a_data_folder_that_cannot_be_written_to_is_a_fault() -> None:
    # A folder of the kernel's, in which not even a superuser makes files.
    assert examined(Path("/proc/self/fdinfo"))["data folder"][0][0] == "fault"


@contextmanager
def server_that_answers(status: int) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "image/png" if self.path.startswith("/card") else "application/json")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_server_that_runs_is_asked_for_a_card(folder: Path) -> None:
    with server_that_answers(200) as address:
        assert [verdict for verdict, _ in examined(folder, "--server", address)["server"]] == ["good", "good"]
    with server_that_answers(503) as address:
        assert [verdict for verdict, _ in examined(folder, "--server", address)["server"]] == ["fault", "fault"]
    assert examined(folder, "--server", address)["server"][0][0] == "fault"
    assert examined(folder, "--server", "nonsense")["server"][0][0] == "fault"


def test_a_machine_where_no_semaphore_can_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(multiprocessing, "Lock", refuse)
    first, *_ = examine_limits(Settings())
    assert (first.verdict, first.subject) == ("fault", "processes")
    assert "/dev/shm" in first.remedy
