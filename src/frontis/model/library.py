"""Pictures that an account keeps: what is known of each, and how they are asked for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ImageKind(StrEnum):
    """What a stored picture is for."""

    OG = "og"
    BLOG_HERO = "blog_hero"
    ICON_SET = "icon_set"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a stored picture. width, height: in pixels, 0 for what is no picture."""

    name: str
    media_type: str
    size_bytes: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """The same, with its bytes."""

    name: str
    media_type: str
    data: bytes
    width: int = 0
    height: int = 0

    @property
    def asset(self) -> Asset:
        """What is known of it."""
        return Asset(self.name, self.media_type, len(self.data), self.width, self.height)


@dataclass(frozen=True, slots=True)
class Draft:
    """A picture that is to be kept.

    url: of the page that it was made from. choices: a digest of all that was chosen for it; the same page, kind and
    choices are the same picture. template: "" for what has none. source_title, source_description, source_icon: what
    the page told. files: the first is the picture, the others what comes with it.
    """

    url: str
    kind: ImageKind
    choices: str
    template: str
    source_title: str
    source_description: str
    source_icon: str
    files: tuple[Asset, ...]


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A picture that is kept.

    word: stands in its public address, and nobody can guess it. project: the public id of the project that it belongs
    to, and project_name its name. title, description: its owner's own words for it. updated_at: when it was drawn last,
    or its words were changed. drawn_at: when it was drawn last.
    """

    id: UUID
    word: str
    project: str
    project_name: str
    draft: Draft
    title: str
    description: str
    created_at: datetime
    updated_at: datetime
    drawn_at: datetime

    @property
    def picture(self) -> Asset:
        """Its first file."""
        return self.draft.files[0]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which of the pictures to tell, the newest first. What is "", () or None is not asked for.

    page: from 1. project: a public id. search: words in the page's address or in a title. templates: of any of these.
    since, until: when it was made.
    """

    page: int = 1
    limit: int = 20
    project: str = ""
    kind: ImageKind | None = None
    templates: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """The pictures of one page of a listing, and how many there are in all."""

    images: tuple[StoredImage, ...]
    total: int
    listing: Listing = field(default_factory=Listing)


@dataclass(frozen=True, slots=True)
class Generated:
    """A picture that is kept. seconds: how long it took to draw, or None where it was kept already."""

    image: StoredImage
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class BrowseWish:
    """A listing. Its outcome is a Listed."""

    listing: Listing


@dataclass(frozen=True, slots=True)
class FindWish:
    """One picture. Its outcome is a StoredImage."""

    number: UUID


@dataclass(frozen=True, slots=True)
class DownloadWish:
    """All files of a picture. Its outcome is a tuple of Files."""

    number: UUID


@dataclass(frozen=True, slots=True)
class DescribeWish:
    """Other words for a picture; None leaves them. Its outcome is a StoredImage."""

    number: UUID
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class DiscardWish:
    """Pictures to be deleted. Its outcome is how many were. is_one: it is one, and must be there."""

    numbers: tuple[UUID, ...]
    is_one: bool = False


@dataclass(frozen=True, slots=True)
class FileWish:
    """The bytes of a file, which whoever knows its address may have. Its outcome are the bytes."""

    word: str
    name: str


LibraryWish = BrowseWish | FindWish | DownloadWish | DescribeWish | DiscardWish | FileWish
