"""What an operator may set, as one table: every environment variable with its type, default and help."""

from frontis.settings.declared import Settings
from frontis.settings.kinds import NO_DATABASE
from frontis.settings.secret import SECRET_FILE, secret_key
from frontis.settings.table import Row, settings_table

__all__ = ["NO_DATABASE", "SECRET_FILE", "Row", "Settings", "secret_key", "settings_table"]
