"""The key that signs: the operator's, else one of our own making."""

import os
import secrets
from pathlib import Path

from frontis.errors import BadSetting
from frontis.settings.declared import Settings
from frontis.settings.kinds import SHORTEST_SECRET

SECRET_FILE = "secret-key"  # noqa: S105  (the name of a file)


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
