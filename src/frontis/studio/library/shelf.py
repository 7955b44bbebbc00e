"""The port Library of model/ports.py."""

import hashlib
import json
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from frontis.errors import ImageTaken, ImageUnknown, KeyUnknown, LibraryFull, ProjectUnknown, StudioUnavailable
from frontis.model.account import Holder, Project
from frontis.model.library import Asset, Draft, ImageKind, Listed, Listing, StoredImage
from frontis.studio.accounts.models import Account
from frontis.studio.accounts.models import Project as Row
from frontis.studio.database import in_database
from frontis.studio.library.models import Image, Leftover

MOST_IMAGES = 2_000
MOST_BYTES = 2_000_000_000
RESERVED_FOR = timedelta(minutes=15)
MOST_SWEPT = 100


class Shelf:
    """Pictures in the database. most_images, most_bytes: of one account."""

    def __init__(self, *, most_images: int = MOST_IMAGES, most_bytes: int = MOST_BYTES) -> None:
        self._most_images = most_images
        self._most_bytes = most_bytes

    async def reserve(self, holder: Holder, word: str) -> None:
        """Make room for one more, as model/ports.py has it."""
        await in_database(_reserve, holder.account, word, self._most_images, self._most_bytes)

    async def keep(self, holder: Holder, project: Project, word: str, draft: Draft) -> StoredImage:
        """Write a picture down, as model/ports.py has it."""
        return await in_database(_keep, holder.account, project, word, draft)

    async def find_same(self, project: Project, url: str, kind: ImageKind, choices: str) -> StoredImage | None:
        """The project's picture of that page and kind, as model/ports.py has it."""
        return await in_database(_find_same, project.number, _place(url, kind, choices))

    async def find(self, holder: Holder, number: UUID) -> StoredImage:
        """One picture, as model/ports.py has it."""
        return await in_database(_find, holder, number)

    async def browse(self, holder: Holder, listing: Listing) -> Listed:
        """Those that are asked for."""
        return await in_database(_browse, holder, listing)

    async def describe(self, holder: Holder, number: UUID, title: str | None, description: str | None) -> StoredImage:
        """Give a picture other words, as model/ports.py has it."""
        return await in_database(_describe, holder, number, {"title": title, "description": description})

    async def discard(self, holder: Holder, numbers: tuple[UUID, ...]) -> tuple[str, ...]:
        """Delete those that are the holder's."""
        return await in_database(_discard, holder, numbers)

    async def leftovers(self) -> tuple[str, ...]:
        """Some words whose bytes nobody needs any more."""
        return await in_database(_leftovers)

    async def forget(self, words: tuple[str, ...]) -> None:
        """These are deleted."""
        await in_database(lambda: Leftover.objects.filter(word__in=words).delete())


@transaction.atomic
def _reserve(account: int, word: str, most_images: int, most_bytes: int) -> None:
    # Of two that would each be the last, the second sees the first.
    if Account.objects.select_for_update(of=("self",)).filter(pk=account).first() is None:
        raise KeyUnknown
    now = timezone.now()
    kept = Image.objects.filter(account=account)
    if kept.count() + Leftover.objects.filter(account=account, due_at__gt=now).count() >= most_images:
        raise LibraryFull(f"{most_images:,} pictures")
    if (kept.aggregate(all=Sum("size_bytes"))["all"] or 0) >= most_bytes:
        raise LibraryFull(f"{most_bytes // 1_000_000:,} MB of pictures")
    Leftover.objects.create(word=word, account_id=account, due_at=now + RESERVED_FOR)


@transaction.atomic
def _keep(account: int, project: Project, word: str, draft: Draft) -> StoredImage:
    now = timezone.now()
    facts = {
        "url": draft.url,
        "kind": draft.kind.value,
        "template": draft.template,
        "choices": draft.choices,
        "place": _place(draft.url, draft.kind, draft.choices),
        "width": draft.files[0].width,
        "height": draft.files[0].height,
        "size_bytes": sum(each.size_bytes for each in draft.files),
        "files": [asdict(each) for each in draft.files],
        "source_title": draft.source_title,
        "source_description": draft.source_description,
        "source_icon": draft.source_icon,
        "updated_at": now,
        "drawn_at": now,
    }
    row = Row.objects.filter(pk=project.number, account=account).first()
    if row is None:
        raise ProjectUnknown
    image = Image.objects.select_for_update(of=("self",)).filter(word=word, project=row).first()
    if image is None:
        # Its bytes may be deleted already where this comes too late.
        if not Leftover.objects.filter(word=word, account=account, due_at__gt=now).delete()[0]:
            raise StudioUnavailable
        image = Image(account_id=account, project=row, word=word, created_at=now)
    for name, value in facts.items():
        setattr(image, name, value)
    try:
        with transaction.atomic():
            image.save()
    except IntegrityError:
        raise ImageTaken from None
    return _told(image, row)


def _find_same(project: int, place: str) -> StoredImage | None:
    image = Image.objects.select_related("project").filter(project=project, place=place).first()
    return _told(image, image.project) if image is not None else None


def _find(holder: Holder, number: UUID) -> StoredImage:
    image = _found(holder, number)
    return _told(image, image.project)


def _browse(holder: Holder, listing: Listing) -> Listed:
    images = _seen(holder)
    if listing.project:
        images = images.filter(project__public_id=listing.project)
    if listing.kind is not None:
        images = images.filter(kind=listing.kind.value)
    if listing.templates is not None:
        images = images.filter(template__in=listing.templates)
    if listing.since is not None:
        images = images.filter(created_at__gte=listing.since)
    if listing.until is not None:
        images = images.filter(created_at__lte=listing.until)
    if listing.search:
        words = listing.search
        images = images.filter(Q(url__icontains=words) | Q(title__icontains=words) | Q(source_title__icontains=words))
    start = (listing.page - 1) * listing.limit
    some = images.order_by("-created_at", "-id")[start : start + listing.limit]
    return Listed(tuple(_told(each, each.project) for each in some), images.count(), listing)


@transaction.atomic
def _describe(holder: Holder, number: UUID, words: dict[str, str | None]) -> StoredImage:
    image = _found(holder, number)
    wanted = {name: text for name, text in words.items() if text is not None}
    for name, text in wanted.items():
        setattr(image, name, text)
    if wanted:
        image.updated_at = timezone.now()
        image.save(update_fields=[*wanted, "updated_at"])
    return _told(image, image.project)


@transaction.atomic
def _discard(holder: Holder, numbers: tuple[UUID, ...]) -> tuple[str, ...]:
    # One by one, so that each is noticed.
    found = list(_seen(holder).filter(pk__in=numbers))
    for image in found:
        image.delete()
    return tuple(image.word for image in found)


def _leftovers() -> tuple[str, ...]:
    due = Leftover.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    return tuple(due.values_list("word", flat=True)[:MOST_SWEPT])


def _seen(holder: Holder) -> QuerySet[Image]:
    """The pictures that a holder may see."""
    images = Image.objects.filter(account=holder.account).select_related("project")
    return images if holder.project is None else images.filter(project=holder.project.number)


def _found(holder: Holder, number: UUID) -> Image:
    image = _seen(holder).filter(pk=number).first()
    if image is None:
        raise ImageUnknown
    return image


def _place(url: str, kind: ImageKind, choices: str) -> str:
    what = [url, kind.value, choices if kind is ImageKind.BLOG_HERO else ""]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def _told(image: Image, project: Row) -> StoredImage:
    draft = Draft(
        url=image.url,
        kind=ImageKind(image.kind),
        choices=image.choices,
        template=image.template,
        source_title=image.source_title,
        source_description=image.source_description,
        source_icon=image.source_icon,
        files=tuple(Asset(**each) for each in image.files),
    )
    return StoredImage(
        id=image.pk,
        word=image.word,
        project=project.public_id,
        project_name=project.name,
        draft=draft,
        title=image.title,
        description=image.description,
        created_at=image.created_at,
        updated_at=image.updated_at,
        drawn_at=image.drawn_at,
    )
