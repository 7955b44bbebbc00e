"""What an operator may set, as one table: every environment variable with its type, default and help."""

import os
import secrets
from pathlib import Path
from typing import Annotated, NamedTuple, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from frontis.errors import BadSetting

SECRET_FILE = "secret-key"  # noqa: S105  (the name of a file)
SHORTEST_SECRET = 8
_OPENINGS = {"Value error, ": "", "Input should be ": "must be ", "String should have ": "must have "}


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise ValueError("must be a folder that can be read")
    return path


def _file(path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        raise ValueError("must be a file that can be read")
    return path


def _origin(address: str) -> str:
    parts = urlsplit(address)
    is_origin = (
        parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and "@" not in parts.netloc
    )
    if address and (not is_origin or parts.query or parts.fragment):
        raise ValueError("must be a scheme and a host, such as https://og.example.com")
    return f"{parts.scheme}://{parts.netloc}" if address else ""


def _long_enough(secret: str) -> str:
    if secret and len(secret) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
    return secret


Folder = Annotated[Path | None, AfterValidator(_folder)]
File = Annotated[Path | None, AfterValidator(_file)]
Origin = Annotated[str, AfterValidator(_origin)]
Secret = Annotated[str, AfterValidator(_long_enough)]


class Settings(BaseSettings):
    """The settings of one process, from the environment. What is passed, by field name, wins.

    The names of the fields are those of the variables in lower case, without FRONTIS_ or OSIG_.
    Raises BadSetting with one line for each variable that cannot be used.
    """

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, populate_by_name=True, extra="ignore")

    data_dir: Path = Field(
        Path("data"),
        alias="FRONTIS_DATA_DIR",
        description="The folder for everything that Frontis keeps. Made when missing.",
    )
    public_url: Origin = Field(
        "",
        alias="FRONTIS_PUBLIC_URL",
        description="Scheme and host under which the world reaches Frontis, for the addresses that it writes. "
        "Without it, what each visitor's browser says is used.",
    )
    secret_key: Secret = Field(
        "",
        alias="FRONTIS_SECRET_KEY",
        description="Signs addresses. Without it, one is made and kept in the data folder.",
        repr=False,
    )
    fonts_dir: Folder = Field(
        None,
        alias="FRONTIS_FONTS_DIR",
        description="A folder of your own fonts (TTF, OTF, TTC, WOFF, WOFF2). They win over those that Frontis brings.",
    )
    templates_dir: Folder = Field(
        None,
        alias="FRONTIS_TEMPLATES_DIR",
        description="A folder of your own templates. One with the id of a template that Frontis brings replaces it.",
    )
    fetch_allow: str = Field(
        "",
        alias="FRONTIS_FETCH_ALLOW",
        description="Networks, addresses and host names, parted by commas, from which pictures may be fetched "
        "although they are not public, such as 10.1.0.0/16.",
    )
    fetch_ca_file: File = Field(
        None,
        alias="FRONTIS_FETCH_CA_FILE",
        description="PEM certificates that are trusted, besides the system's own, when pictures are fetched.",
    )
    watermark: str = Field(
        "", alias="FRONTIS_WATERMARK", description="Words for the corner of every card.", max_length=80
    )
    render_max_attempts: int = Field(
        2,
        alias="OSIG_RENDER_MAX_ATTEMPTS",
        description="How often a fetch is tried that fails for a passing reason.",
        ge=1,
        le=10,
    )
    image_fetch_timeout_seconds: float = Field(
        8, alias="OSIG_IMAGE_FETCH_TIMEOUT_SECONDS", description="How long a card waits for its pictures.", gt=0, le=60
    )
    request_seconds: float = Field(
        10, alias="FRONTIS_REQUEST_SECONDS", description="After how long every request has its answer.", ge=1, le=120
    )
    render_threads: int = Field(
        0,
        alias="FRONTIS_RENDER_THREADS",
        description="Cards drawn at one time in each process. 0: one for each core.",
        ge=0,
        le=256,
    )
    render_queue: int = Field(
        128,
        alias="FRONTIS_RENDER_QUEUE",
        description="Cards that may wait to be drawn in each process. Those beyond are told to come back.",
        ge=1,
        le=100_000,
    )
    cache_mb: int = Field(
        64,
        alias="FRONTIS_CACHE_MB",
        description="Memory for finished pictures in each process. 0: none.",
        ge=0,
        le=1_000_000,
    )
    access_log: bool = Field(default=True, alias="FRONTIS_ACCESS_LOG", description="Log one line for each request.")

    def __init__(self, **values: object) -> None:
        try:
            super().__init__(**values)  # type: ignore[arg-type]  # pydantic refuses what is of a wrong type
        except ValidationError as error:
            complaints = [_complaint(str(each["loc"][0]), each["msg"], each["input"]) for each in error.errors()]
            raise BadSetting("\n".join(complaints)) from None

    @property
    def threads(self) -> int:
        """How many cards are drawn at one time."""
        if self.render_threads:
            return self.render_threads
        # A container may be given fewer cores than the machine has.
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Row(NamedTuple):
    """One variable of the table. default: as it would be written in the environment, "" where it is unset."""

    variable: str
    kind: str
    default: str
    help: str


def settings_table() -> list[Row]:
    """Every variable that Frontis reads, in the order of the table."""
    return [
        Row(str(field.alias), _kind(field), _default(field), str(field.description))
        for field in Settings.model_fields.values()
    ]


def secret_key(settings: Settings) -> str:
    """The key that signs: the operator's, else the one in the data folder, which is made at the first call.

    Raises BadSetting when the folder or the file cannot be used.
    """
    if settings.secret_key:
        return settings.secret_key
    file = settings.data_dir / SECRET_FILE
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _write_once(file, secrets.token_urlsafe(48))
        key = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"FRONTIS_DATA_DIR: {file} cannot be used ({error}). Set FRONTIS_SECRET_KEY, or mend it."
        ) from None
    if len(key) < SHORTEST_SECRET:
        raise BadSetting(f"FRONTIS_DATA_DIR: {file} holds no key. Delete it, and a new one is made.")
    return key


def _write_once(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all; leave one that is there."""
    if file.exists():
        return
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(descriptor)
        # A link, unlike a rename, fails when another process was quicker; then its key is the key.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _complaint(place: str, problem: str, given: object) -> str:
    field = next(field for name, field in Settings.model_fields.items() if place in (name, field.alias))
    shown = f", not {str(given)[:60]!r}" if field.repr else ""
    return f"{field.alias}: {_in_words(problem)}{shown}."


def _in_words(problem: str) -> str:
    """Pydantic's message as the end of a sentence that begins with the variable's name."""
    for opening, words in _OPENINGS.items():
        if problem.startswith(opening):
            return words + problem.removeprefix(opening).split(", unable to")[0]
    return problem[:1].lower() + problem[1:]


def _kind(field: FieldInfo) -> str:
    kinds = {Path: "path", str: "text", int: "whole number", float: "number", bool: "true or false"}
    annotation = next((each for each in get_args(field.annotation) if each in kinds), field.annotation)
    return kinds.get(annotation, "text") if isinstance(annotation, type) else "text"


def _default(field: FieldInfo) -> str:
    if field.default is None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
