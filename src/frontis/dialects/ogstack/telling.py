"""OGStack's JSON for stored pictures and for templates."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from frontis.dialects.ogstack.bodies import AiBody
from frontis.model.dialect import Reply
from frontis.model.library import Asset, File, Generated, ImageKind, Listed, StoredImage

FOLDER = "/uploads/images"
ZIP_NAME = "favicons.zip"
_JSON = "application/json; charset=utf-8"
_NOT_KEPT = {"Cache-Control": "private, no-store"}
# As long ago as a ZIP can say, so that the same files are the same ZIP.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)

# Slug: name and category.
TEMPLATES = {
    "aurora": ("Aurora", "MINIMAL"),
    "billboard": ("Billboard", "MARKETING"),
    "blog_card": ("Magazine", "SOCIAL"),
    "changelog": ("Release Notes", "TECH"),
    "docs_page": ("Docs IDE", "DOCUMENTATION"),
    "editorial": ("Editorial", "MINIMAL"),
    "github_repo": ("Open Source", "TECH"),
    "minimal": ("Minimal", "MINIMAL"),
    "panorama": ("Panorama", "CREATIVE"),
    "product_launch": ("Launchpad", "MARKETING"),
    "showcase": ("Showcase", "CREATIVE"),
}


def tell_generated(generated: Generated, origin: str, ai: AiBody | None) -> Reply:
    """The answer to one that was asked for. ai: what was asked of a model; there is none, so it is drawn without."""
    image, seconds = generated.image, generated.seconds
    asked = {"enabled": False, "model": None, "prompt": ai.prompt, "fellBack": True} if ai else None
    return json_reply(
        {
            "id": str(image.id),
            "imageUrl": _address(image, image.picture, origin),
            "kind": image.draft.kind,
            "width": image.picture.width,
            "height": image.picture.height,
            "cached": seconds is None,
            "generationMs": None if seconds is None else round(seconds * 1000),
            "ai": asked,
            "source": {
                "title": image.draft.source_title or None,
                "description": image.draft.source_description or None,
                "favicon": image.draft.source_icon or None,
            },
            "assets": _assets(image, origin),
        }
    )


def tell_one(image: StoredImage, origin: str) -> Reply:
    """One picture of the library."""
    return json_reply(_item(image, origin))


def tell_listed(listed: Listed, origin: str) -> Reply:
    """One page of the library."""
    limit = listed.listing.limit
    pages = {
        "page": listed.listing.page,
        "limit": limit,
        "total": listed.total,
        "totalPages": -(-listed.total // limit),
    }
    return json_reply({"items": [_item(image, origin) for image in listed.images], "pagination": pages})


def tell_download(files: Sequence[File]) -> Reply:
    """A picture to be saved, or all files of an icon in one."""
    if len(files) == 1:
        return _saved(files[0].data, files[0].media_type, files[0].name)
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for file in files:
            # What is a PNG has been deflated already.
            kind = ZIP_STORED if file.name.endswith(".png") else ZIP_DEFLATED
            entry = ZipInfo(file.name, _LONG_AGO)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.data, kind)
    return _saved(out.getvalue(), "application/zip", ZIP_NAME)


def json_reply(body: object) -> Reply:
    """An answer for whoever asked, and no cache in between."""
    return Reply(200, json.dumps(body).encode(), _JSON, _NOT_KEPT)


def _saved(data: bytes, media_type: str, name: str) -> Reply:
    return Reply(200, data, media_type, {**_NOT_KEPT, "Content-Disposition": f'attachment; filename="{name}"'})


def _item(image: StoredImage, origin: str) -> dict[str, object]:
    draft = image.draft
    name, category = TEMPLATES.get(draft.template, ("", ""))
    return {
        "id": str(image.id),
        "sourceUrl": draft.url,
        "imageUrl": _address(image, image.picture, origin),
        "cdnUrl": None,
        "title": image.title or draft.source_title or None,
        "description": image.description or draft.source_description or None,
        "faviconUrl": draft.source_icon or None,
        "kind": draft.kind,
        "category": category or None,
        "template": {"slug": draft.template, "name": name} if name else None,
        "projectId": image.project,
        "projectName": image.project_name,
        "publicProjectId": image.project,
        "aiModel": None,
        "width": image.picture.width,
        "height": image.picture.height,
        "format": "PNG",
        "sizeBytes": sum(asset.size_bytes for asset in draft.files),
        "assets": _assets(image, origin),
        "createdAt": _written(image.created_at),
        "updatedAt": _written(image.updated_at),
    }


def _assets(image: StoredImage, origin: str) -> list[dict[str, object]] | None:
    if image.draft.kind is not ImageKind.ICON_SET:
        return None
    return [
        {
            "name": asset.name,
            "url": _address(image, asset, origin),
            "width": asset.width,
            "height": asset.height,
            "sizeBytes": asset.size_bytes,
        }
        for asset in image.draft.files
    ]


def _address(image: StoredImage, asset: Asset, origin: str) -> str:
    """Where a file is. What follows the question mark changes whenever the picture is drawn anew."""
    return f"{origin}{FOLDER}/{image.word}/{asset.name}?t={round(image.drawn_at.timestamp() * 1000)}"


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
