"""The table of settings: what it takes, what it refuses, and in which words."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from frontis.errors import BadSetting
from frontis.settings import Settings, secret_key, settings_table


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in settings_table():
        monkeypatch.delenv(row.variable, raising=False)


def refusal(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as caught:
        Settings()
    return str(caught.value)


def test_an_empty_environment_gives_the_defaults_of_the_table() -> None:
    settings = Settings()
    assert settings.data_dir == Path("data")
    assert settings.render_max_attempts == 2
    assert settings.image_fetch_timeout_seconds == 8
    assert settings.watermark == ""
    assert settings.threads >= 1


def test_processes_share_the_cores_unless_it_is_said_how_many_threads_each_has() -> None:
    alone = Settings()
    assert alone.divided(1).threads == alone.threads
    assert alone.divided(2).threads == max(1, alone.threads // 2)
    assert alone.divided(10_000).threads == 1
    assert Settings(render_threads=3).divided(2).threads == 3


def test_a_blank_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTIS_CACHE_MB", "")
    assert Settings().cache_mb == 48


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("FRONTIS_RENDER_THREADS", "many", "must be a valid integer, not 'many'."),
        ("FRONTIS_CACHE_MB", "-1", "must be greater than or equal to 0, not '-1'."),
        ("FRONTIS_ACCESS_LOG", "perhaps", "must be a valid boolean, not 'perhaps'."),
        ("FRONTIS_PUBLIC_URL", "og.example.com", "must be a scheme and a host, such as https://og.example.com, not "),
        ("FRONTIS_PUBLIC_URL", "https://og.example.com/cards", "must be a scheme and a host"),
        ("FRONTIS_PUBLIC_URL", "https://ann:pw@og.example.com", "must be a scheme and a host"),
        (
            "FRONTIS_STORAGE_URL",
            "http://127.0.0.1:9000/bucket",
            "must be a bucket such as s3://bucket/folder, with",
        ),
        ("FRONTIS_STORAGE_URL", "s3://", "must be a bucket such as s3://bucket/folder"),
        ("FRONTIS_STORAGE_URL", "s3://name:password@bucket", "must be a bucket such as s3://bucket/folder"),
        ("FRONTIS_FONTS_DIR", "/nowhere/fonts", "must be a folder that can be read, not '/nowhere/fonts'."),
        ("FRONTIS_FETCH_CA_FILE", "/nowhere/ca.pem", "must be a file that can be read"),
        ("OSIG_RENDER_MAX_ATTEMPTS", "0", "must be greater than or equal to 1, not '0'."),
        ("OSIG_IMAGE_FETCH_TIMEOUT_SECONDS", "nan", "must be"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: str
) -> None:
    line = refusal(monkeypatch, **{variable: value})
    assert line.startswith(f"{variable}: {words}")
    assert "\n" not in line


def test_every_wrong_variable_gets_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = refusal(monkeypatch, FRONTIS_CACHE_MB="x", FRONTIS_RENDER_QUEUE="0").splitlines()
    assert [line.split(":")[0] for line in lines] == ["FRONTIS_RENDER_QUEUE", "FRONTIS_CACHE_MB"]


def test_a_refused_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, FRONTIS_SECRET_KEY="hunter2") == "FRONTIS_SECRET_KEY: must have at least 8 characters."


def test_the_secret_is_not_part_of_what_settings_print() -> None:
    assert "correct horse" not in repr(Settings(secret_key="correct horse battery"))


def test_an_override_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTIS_CACHE_MB", "5")
    assert Settings(cache_mb=7).cache_mb == 7


def test_a_wrong_override_is_refused_by_the_name_of_its_variable() -> None:
    with pytest.raises(BadSetting, match=r"^FRONTIS_CACHE_MB: "):
        Settings(cache_mb="lots")


def test_the_public_url_is_kept_without_its_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTIS_PUBLIC_URL", "https://og.example.com/")
    assert Settings().public_url == "https://og.example.com"


def test_the_table_tells_of_every_field_and_helps_with_each() -> None:
    rows = settings_table()
    assert len(rows) == len(Settings.model_fields)
    assert len({row.variable for row in rows}) == len(rows)
    assert all(row.variable.startswith(("FRONTIS_", "OSIG_")) and row.help.endswith(".") for row in rows)
    threads = next(row for row in rows if row.variable == "FRONTIS_RENDER_THREADS")
    assert (threads.kind, threads.default) == ("whole number", "0")


def test_each_default_of_the_table_is_taken_when_it_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    unset = Settings()
    for row in settings_table():
        monkeypatch.setenv(row.variable, row.default)
    assert Settings() == unset


class TestTheGeneratedSecret:
    def test_it_is_kept_for_the_owner_alone(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "data")
        key = secret_key(settings)
        assert len(key) >= 48
        assert secret_key(settings) == key
        files = list((tmp_path / "data").iterdir())
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600]

    def test_many_who_start_at_once_agree_on_it(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "data")
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: secret_key(settings), range(32)))
        assert len(keys) == 1

    def test_the_operators_own_leaves_the_folder_alone(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "data", secret_key="correct horse battery")
        assert secret_key(settings) == "correct horse battery"
        assert not (tmp_path / "data").exists()

    def test_a_folder_that_cannot_be_made_is_a_bad_setting(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file")
        with pytest.raises(BadSetting, match=r"^FRONTIS_DATA_DIR: "):
            secret_key(Settings(data_dir=tmp_path / "data"))

    def test_an_empty_file_is_not_taken_for_a_key(self, tmp_path: Path) -> None:
        (tmp_path / "secret-key").touch()
        with pytest.raises(BadSetting, match="holds no key"):
            secret_key(Settings(data_dir=tmp_path))
