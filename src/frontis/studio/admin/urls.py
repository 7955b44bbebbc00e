"""The admin with all its pages."""

from frontis.studio.admin import accounts, attempts, keys, log, plans, projects, usage
from frontis.studio.admin.site import site

__all__ = ["accounts", "attempts", "keys", "log", "plans", "projects", "site", "usage"]
