"""Every environment variable, with its type, default and help."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from frontis.errors import BadSetting
from frontis.model.machine import usable_cores
from frontis.settings.kinds import (
    DatabaseAddress,
    File,
    Folder,
    Networks,
    Origin,
    RedisAddress,
    Secret,
    SmtpAddress,
    StorageAddress,
)

_OPENINGS = {"Value error, ": "", "Input should be ": "must be ", "String should have ": "must have "}


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
        description="Signs addresses, and guards keys and sessions. Without it, one is made and kept in the data "
        "folder.",
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
        "",
        alias="FRONTIS_WATERMARK",
        description="Words for the corner of every card, but of accounts whose plan spares them. Without it no card "
        "has any.",
        max_length=80,
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
        description="Cards drawn at one time in each process. 0: the cores, divided by the processes.",
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
        48,
        alias="FRONTIS_CACHE_MB",
        description="Memory for finished pictures in each process. 0: none.",
        ge=0,
        le=1_000_000,
    )
    store_mb: int = Field(
        2_000,
        alias="FRONTIS_STORE_MB",
        description="Room for finished pictures in the data folder or the bucket, in megabytes. 0: none are stored.",
        ge=0,
        le=100_000_000,
    )
    store_days: int = Field(
        30,
        alias="FRONTIS_STORE_DAYS",
        description="How long a stored picture is kept that nobody asks for.",
        ge=1,
        le=3_650,
    )
    originals_mb: int = Field(
        500,
        alias="FRONTIS_ORIGINALS_MB",
        description="Room for fetched pictures beside them, in megabytes. 0: they are kept in memory alone.",
        ge=0,
        le=100_000_000,
    )
    storage_url: StorageAddress = Field(
        "",
        alias="FRONTIS_STORAGE_URL",
        description="The bucket for stored pictures, such as s3://bucket/folder. Without it: the data folder.",
    )
    crawler_fallback: bool = Field(
        default=True,
        alias="FRONTIS_CRAWLER_FALLBACK",
        description="Where a card cannot be had, give social crawlers their last good picture, or a plain card, for a "
        "minute.",
    )
    access_log: bool = Field(default=True, alias="FRONTIS_ACCESS_LOG", description="Log one line for each request.")
    slow_seconds: float = Field(
        1,
        alias="FRONTIS_SLOW_SECONDS",
        description="A card that takes longer is explained in the log, stage by stage. 0: none is.",
        ge=0,
        le=600,
    )
    metrics_token: str = Field(
        "",
        alias="FRONTIS_METRICS_TOKEN",
        description="Shows /metrics to whoever sends it as a bearer token. Without it, only this machine sees them.",
        repr=False,
    )
    metrics_port: int = Field(
        0,
        alias="FRONTIS_METRICS_PORT",
        description="A port of its own for /metrics, open to whoever can reach it. 0: none.",
        ge=0,
        le=65_535,
    )
    metrics_host: str = Field(
        "127.0.0.1", alias="FRONTIS_METRICS_HOST", description="The address of that port.", max_length=255
    )

    # Accounts
    database_url: DatabaseAddress = Field(
        "",
        alias="FRONTIS_DATABASE_URL",
        description="Where accounts are kept, such as postgresql://name:password@host/database. Without it: SQLite, in "
        "the data folder. none: no accounts at all, every asker is anonymous.",
        repr=False,
    )
    redis_url: RedisAddress = Field(
        "",
        alias="FRONTIS_REDIS_URL",
        description="Redis or Valkey, for what several processes must know at once, such as redis://host:6379/0.",
        repr=False,
    )
    default_plan: Literal["free", "plus", "pro"] = Field(
        "free", alias="FRONTIS_DEFAULT_PLAN", description="The plan of a new account: free, plus or pro."
    )
    require_signature: bool = Field(
        default=False,
        alias="FRONTIS_REQUIRE_SIGNATURE",
        description="Refuse addresses of cards that are not signed.",
    )
    anonymous_per_minute: int = Field(
        0,
        alias="FRONTIS_ANONYMOUS_PER_MINUTE",
        description="Requests a minute of one client address that shows no key. 0: as many as it likes.",
        ge=0,
        le=1_000_000,
    )
    trusted_proxies: Networks = Field(
        "",
        alias="FRONTIS_TRUSTED_PROXIES",
        description="Networks and addresses of your own proxies, parted by commas. What they say in X-Forwarded-For "
        "and X-Forwarded-Proto is believed.",
    )
    daily_usage_limit: int = Field(
        1_000,
        alias="OSIG_DAILY_USAGE_LIMIT",
        description="Requests a day of one account at OSIG's addresses, where its plan says nothing else. 0: no limit.",
    )
    monthly_usage_limit: int = Field(10_000, alias="OSIG_MONTHLY_USAGE_LIMIT", description="The same, a month.")
    usage_warning_percent: float = Field(
        0.8,
        alias="OSIG_USAGE_WARNING_PERCENT",
        description="The part of a quota, 0 to 1, at which an account is warned.",
        ge=0,
        le=1,
    )
    keep_attempts_days: int = Field(
        30,
        alias="FRONTIS_KEEP_ATTEMPTS_DAYS",
        description="How long the record of each render is kept.",
        ge=1,
        le=3_650,
    )
    smtp_url: SmtpAddress = Field(
        "",
        alias="FRONTIS_SMTP_URL",
        description="The server that sends mail, such as smtp://name:password@mail.example.com:587. Without it, mail "
        "is printed in the log.",
        repr=False,
    )
    mail_from: str = Field(
        "Frontis <frontis@localhost>", alias="FRONTIS_MAIL_FROM", description="The sender of mail.", max_length=320
    )
    github_client_id: str = Field(
        "", alias="FRONTIS_GITHUB_CLIENT_ID", description="Sign-in with GitHub: the id of your OAuth application."
    )
    github_client_secret: str = Field("", alias="FRONTIS_GITHUB_CLIENT_SECRET", description="Its secret.", repr=False)
    google_client_id: str = Field(
        "", alias="FRONTIS_GOOGLE_CLIENT_ID", description="Sign-in with Google: the id of your OAuth client."
    )
    google_client_secret: str = Field("", alias="FRONTIS_GOOGLE_CLIENT_SECRET", description="Its secret.", repr=False)

    @field_validator("smtp_url")
    @classmethod
    def _has_an_origin_for_its_links(cls, address: str, info: ValidationInfo) -> str:
        # Else whoever asks for somebody's new password could say in the request where the link in that mail leads.
        if address and not info.data.get("public_url"):
            raise ValueError("needs FRONTIS_PUBLIC_URL, for the links in mails")
        return address

    def __init__(self, **values: object) -> None:
        try:
            super().__init__(**values)  # type: ignore[arg-type]  # pydantic refuses what is of a wrong type
        except ValidationError as error:
            complaints = [_complaint(str(each["loc"][0]), each["msg"], each["input"]) for each in error.errors()]
            raise BadSetting("\n".join(complaints)) from None

    @property
    def threads(self) -> int:
        """How many cards are drawn at one time."""
        return self.render_threads or usable_cores()

    def divided(self, processes: int) -> "Settings":
        """As each of so many processes has them: they share the cores, unless it is said how many threads each has."""
        return self.model_copy(update={"render_threads": self.render_threads or max(1, usable_cores() // processes)})


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
