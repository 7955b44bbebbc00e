"""`/api/v1/icons` and `/api/v1/themes`: what a card can be made of, as JSON."""

import json
from typing import get_args
from urllib.parse import urlencode

from frontis.dialects.ogforge.checking import checked
from frontis.dialects.ogforge.params import IconsParameters, Layout, Pattern, Theme
from frontis.dialects.ogforge.parse import SIZES
from frontis.icons import names
from frontis.model.dialect import Reply
from frontis.model.query import Query

_HEADERS = {"Cache-Control": "public, max-age=86400"}
_DESCRIPTIONS = {
    "dark": "Near-black under one light in the accent colour.",
    "light": "A white sheet on a tinted desk.",
    "gradient": "Centred on a blend of two colours.",
    "cyberpunk": "Monospaced, with neon edges and scan lines.",
    "minimal": "A serif, much paper and one thin rule.",
    "bold": "A poster in the accent colour over a heavy bar.",
}


def icons(query: Query) -> Reply:
    """The icons whose name has `q` in it, those that begin with it first. Raises BadInput."""
    asked = checked(IconsParameters, dict(query.parameters))
    part = "-".join(asked.q.lower().replace("_", " ").replace("-", " ").split())
    found = sorted((name for name in names() if part in name), key=lambda name: (not name.startswith(part), name))
    shown = [{"name": name} for name in found[: asked.limit]]
    return _json({"icons": shown, "count": len(shown), "total": len(found)})


def themes(query: Query) -> Reply:
    """The themes with a picture of each, and all else that can be chosen by name."""
    listed = [
        {"name": name, "description": _DESCRIPTIONS[name], "preview": _preview(query, name)} for name in get_args(Theme)
    ]
    sizes = [{"name": name, "width": width, "height": height} for name, (width, height) in SIZES.items()]
    return _json(
        {
            "themes": listed,
            "count": len(listed),
            "patterns": get_args(Pattern),
            "layouts": get_args(Layout),
            "sizes": sizes,
        }
    )


def _preview(query: Query, theme: str) -> str:
    shown = {"title": theme.capitalize(), "subtitle": _DESCRIPTIONS[theme], "theme": theme, "icon": "palette"}
    return f"{query.origin}/api/v1/og?{urlencode(shown)}"


def _json(body: object) -> Reply:
    return Reply(200, json.dumps(body).encode(), "application/json", _HEADERS)
