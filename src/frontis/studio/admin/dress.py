"""The admin in our dress: the mark, the colours, and what stands in its sidebar."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

_ACCENT = "#f0f3ff #e2e7ff #c9d2ff #a3b4ff #8ea0fb #7c90f8 #2f4bd8 #2840b8 #243694 #213076 #151d48"
_GREY = "#fafaf9 #f2f3f5 #e3e4e8 #cdd0d7 #a2a9b6 #676e7b #565c69 #3a3f4a #272b33 #14161b #0b0d10"
_WEIGHTS = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")


def _may_view(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _entry(title: str, icon: str, app: str, model: str) -> dict[str, Any]:
    link = reverse_lazy(f"admin:{app}_{model}_changelist")
    return {"title": title, "icon": icon, "link": link, "permission": _may_view(f"{app}.view_{model}")}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Frontis",
    "SITE_HEADER": "Frontis",
    "SITE_SUBHEADER": "Admin",
    "SITE_ICON": lambda _: static("studio_admin/mark.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("studio_admin/mark.svg")},
    ],
    "STYLES": [lambda _: static("studio_admin/admin.css")],
    "BORDER_RADIUS": "8px",
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "base": dict(zip(_WEIGHTS, _GREY.split(), strict=True)),
        "primary": dict(zip(_WEIGHTS, _ACCENT.split(), strict=True)),
    },
    "SIDEBAR": {
        "navigation": [
            {
                "title": "People",
                "items": [
                    _entry("Accounts", "group", "accounts", "account"),
                    _entry("Plans", "sell", "accounts", "plan"),
                    _entry("Keys", "key", "accounts", "key"),
                    _entry("Projects", "web", "accounts", "project"),
                ],
            },
            {
                "title": "Service",
                "items": [
                    _entry("Profile usage", "bar_chart", "studio", "profileusage"),
                    _entry("Render attempts", "monitoring", "metering", "renderattempt"),
                    _entry("Audit log", "history", "accounts", "auditentry"),
                ],
            },
        ],
    },
}
