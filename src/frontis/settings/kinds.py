"""What a variable's value may be, besides a number or a word."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

SHORTEST_SECRET = 8
NO_DATABASE = "none"
"""In place of a database's address: there are no accounts, and every asker is anonymous."""
_DATABASES = ("postgres", "postgresql", "sqlite")
_STORAGES = ("s3", "gs", "az")
_REDIS = ("redis", "rediss", "unix")


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


def _database(address: str) -> str:
    if address not in ("", NO_DATABASE) and urlsplit(address).scheme not in _DATABASES:
        raise ValueError(
            "must be an address such as postgresql://name:password@host/database or sqlite:////path/to/file, "
            f"or {NO_DATABASE}"
        )
    return address


def _redis(address: str) -> str:
    if address and urlsplit(address).scheme not in _REDIS:
        raise ValueError("must be an address such as redis://host:6379/0")
    return address


def _storage(address: str) -> str:
    parts = urlsplit(address)
    if address and (parts.scheme not in _STORAGES or not parts.netloc or parts.query or "@" in parts.netloc):
        raise ValueError("must be a bucket such as s3://bucket/folder, with its keys in variables of their own")
    return address


def _smtp(address: str) -> str:
    parts = urlsplit(address)
    if address and (parts.scheme not in ("smtp", "smtps") or not parts.hostname or not _has_good_port(address)):
        raise ValueError("must be an address such as smtp://name:password@mail.example.com:587")
    return address


def _has_good_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _networks(text: str) -> str:
    for each in filter(None, (part.strip() for part in text.split(","))):
        try:
            ip_network(each, strict=False)
        except ValueError:
            raise ValueError(f"must be networks or addresses, parted by commas, and {each!r} is neither") from None
    return text


Folder = Annotated[Path | None, AfterValidator(_folder)]
File = Annotated[Path | None, AfterValidator(_file)]
Origin = Annotated[str, AfterValidator(_origin)]
Secret = Annotated[str, AfterValidator(_long_enough)]
DatabaseAddress = Annotated[str, AfterValidator(_database)]
RedisAddress = Annotated[str, AfterValidator(_redis)]
StorageAddress = Annotated[str, AfterValidator(_storage)]
SmtpAddress = Annotated[str, AfterValidator(_smtp)]
Networks = Annotated[str, AfterValidator(_networks)]
