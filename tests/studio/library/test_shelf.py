"""The shelf: whose pictures are seen by whom, how many fit, and that no bytes are forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TypeVar
from uuid import uuid4

import pytest
from django.utils import timezone

from frontis.errors import ImageTaken, ImageUnknown, KeyUnknown, LibraryFull, ProjectUnknown, StudioUnavailable
from frontis.model.account import Holder, KeyKind, Plan, account_mark
from frontis.model.account import Project as Site
from frontis.model.library import Asset, Draft, ImageKind, Listing, StoredImage
from frontis.studio.accounts import register
from frontis.studio.accounts.models import Account, Project
from frontis.studio.library.models import Image, Leftover
from frontis.studio.library.shelf import Shelf

pytestmark = pytest.mark.django_db(transaction=True)

FREE = Plan("free")
WORDS = (f"word{number}" for number in count())
T = TypeVar("T")


class Person:
    """An account with a project, and who its keys make of an asker."""

    def __init__(self, name: str) -> None:
        self.account = register.create_account(f"{name}@example.com", plan="pro")
        self.row = register.create_project(self.account, name=name)
        self.site = self.site_of(self.row)
        self.holder = Holder(self.account.pk, 1, KeyKind.OGSTACK, FREE)

    def site_of(self, row: Project) -> Site:
        return Site(row.pk, row.public_id, row.account_id, FREE)

    def bound_to(self, site: Site) -> Holder:
        return replace(self.holder, project=site)


@pytest.fixture
def alice() -> Person:
    return Person("alice")


@pytest.fixture
def bob() -> Person:
    return Person("bob")


def draft(url: str = "https://example.com/post", kind: ImageKind = ImageKind.OG, choices: str = "a") -> Draft:
    files = (Asset("picture.png", "image/png", 1000, 1200, 630), Asset("more.txt", "text/plain", 10))
    return Draft(url, kind, choices, "ogstack-editorial", "A post", "About something", "", files)


def run(work: Awaitable[T]) -> T:
    async def story() -> T:
        return await work

    return asyncio.run(story())


def kept(
    person: Person, what: Draft | None = None, *, site: Site | None = None, shelf: Shelf | None = None
) -> StoredImage:
    shelf = shelf or Shelf()
    word = next(WORDS)

    async def story() -> StoredImage:
        await shelf.reserve(person.holder, word)
        return await shelf.keep(person.holder, site or person.site, word, what or draft())

    return asyncio.run(story())


def refused(error: type[Exception], work: Awaitable[object]) -> None:
    with pytest.raises(error):
        run(work)


def test_a_picture_is_found_as_it_was_kept(alice: Person) -> None:
    image = kept(alice)
    assert image.draft == draft()
    assert image.picture == Asset("picture.png", "image/png", 1000, 1200, 630)
    assert (image.project, image.project_name) == (alice.site.public_id, "alice")
    assert run(Shelf().find(alice.holder, image.id)) == image
    row = Image.objects.get()
    assert (row.width, row.height, row.size_bytes) == (1200, 630, 1010)
    assert not Leftover.objects.exists()


def test_there_is_one_picture_of_a_page_and_a_kind_but_covers_by_their_choices(alice: Person) -> None:
    image = kept(alice)
    hero = draft(kind=ImageKind.BLOG_HERO)
    kept(alice, hero)
    kept(alice, replace(hero, choices="b"))
    kept(alice, draft("https://example.com/other"))
    with pytest.raises(ImageTaken):
        kept(alice, draft(choices="b"))
    # The bytes of the one that came too late are swept when its reservation is over.
    assert Leftover.objects.count() == 1
    shelf = Shelf()
    assert run(shelf.find_same(alice.site, "https://example.com/post", ImageKind.OG, "z")) == image
    assert run(shelf.find_same(alice.site, "https://example.com/post", ImageKind.ICON_SET, "a")) is None
    found = run(shelf.find_same(alice.site, "https://example.com/post", ImageKind.BLOG_HERO, "b"))
    assert found is not None
    assert found.draft.choices == "b"
    assert run(shelf.find_same(alice.site, "https://example.com/post", ImageKind.BLOG_HERO, "c")) is None


def test_one_that_is_drawn_anew_keeps_its_id_and_its_word(alice: Person) -> None:
    image = kept(alice)
    run(Shelf().describe(alice.holder, image.id, "Mine", None))
    again = run(Shelf().keep(alice.holder, alice.site, image.word, draft(choices="b")))
    assert (again.id, again.word, again.title) == (image.id, image.word, "Mine")
    assert again.draft.choices == "b"
    assert again.drawn_at > image.drawn_at
    assert again.created_at == image.created_at


class TestWhoSeesWhat:
    def test_bob_sees_nothing_of_alices(self, alice: Person, bob: Person) -> None:
        image = kept(alice)
        shelf = Shelf()
        refused(ImageUnknown, shelf.find(bob.holder, image.id))
        refused(ImageUnknown, shelf.describe(bob.holder, image.id, "Bob's", None))
        assert run(shelf.discard(bob.holder, (image.id,))) == ()
        assert run(shelf.browse(bob.holder, Listing())).total == 0
        assert run(shelf.browse(bob.holder, Listing(project=alice.site.public_id))).total == 0
        assert run(shelf.find(alice.holder, image.id)) == image

    def test_a_key_that_is_bound_to_a_project_sees_that_project_alone(self, alice: Person) -> None:
        other = alice.site_of(register.create_project(alice.account, name="Other"))
        image = kept(alice)
        bound = alice.bound_to(other)
        shelf = Shelf()
        refused(ImageUnknown, shelf.find(bound, image.id))
        refused(ImageUnknown, shelf.describe(bound, image.id, "Other's", None))
        assert run(shelf.discard(bound, (image.id,))) == ()
        assert run(shelf.browse(bound, Listing(project=alice.site.public_id))).total == 0
        theirs = kept(alice, site=other)
        assert [each.id for each in run(shelf.browse(bound, Listing())).images] == [theirs.id]
        assert run(shelf.browse(alice.holder, Listing())).total == 2

    def test_what_is_not_there_is_unknown(self, alice: Person) -> None:
        refused(ImageUnknown, Shelf().find(alice.holder, uuid4()))


class TestBrowsing:
    def test_the_newest_come_first_page_by_page(self, alice: Person) -> None:
        images = [kept(alice, draft(f"https://example.com/{at}")) for at in range(5)]
        first = run(Shelf().browse(alice.holder, Listing(limit=2)))
        assert [each.id for each in first.images] == [images[4].id, images[3].id]
        assert first.total == 5
        last = run(Shelf().browse(alice.holder, Listing(page=3, limit=2)))
        assert [each.id for each in last.images] == [images[0].id]
        beyond = run(Shelf().browse(alice.holder, Listing(page=4, limit=2)))
        assert (beyond.images, beyond.total) == ((), 5)

    def test_it_is_narrowed_by_whatever_is_asked_for(self, alice: Person) -> None:
        image = kept(alice)
        hero = kept(alice, draft("https://example.com/100%25", ImageKind.BLOG_HERO))
        run(Shelf().describe(alice.holder, hero.id, "Spring sale", None))
        noon = timezone.now()
        hour = timedelta(hours=1)

        def found(**wanted: object) -> set[object]:
            return {each.id for each in run(Shelf().browse(alice.holder, Listing(**wanted))).images}  # type: ignore[arg-type]

        assert found(kind=ImageKind.OG) == {image.id}
        assert found(search="SPRING") == {hero.id}
        assert found(search="/post") == {image.id}
        assert found(search="100%") == {hero.id}
        assert found(search="a post") == {image.id, hero.id}
        assert found(search="autumn") == set()
        assert found(templates=("ogstack-editorial",)) == {image.id, hero.id}
        assert found(templates=()) == set()
        assert found(since=noon - hour, until=noon + hour) == {image.id, hero.id}
        assert found(since=noon + hour) == found(until=noon - hour) == set()
        assert found(project=alice.site.public_id) == {image.id, hero.id}


class TestRoom:
    def test_an_account_keeps_so_many_and_no_more(self, alice: Person, bob: Person) -> None:
        shelf = Shelf(most_images=2)
        kept(alice, shelf=shelf)
        run(shelf.reserve(alice.holder, next(WORDS)))
        with pytest.raises(LibraryFull, match="holds 2 pictures"):
            run(shelf.reserve(alice.holder, next(WORDS)))
        kept(bob, shelf=shelf)

    def test_a_reservation_that_is_over_takes_no_room(self, alice: Person) -> None:
        shelf = Shelf(most_images=1)
        run(shelf.reserve(alice.holder, "late"))
        Leftover.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        refused(StudioUnavailable, shelf.keep(alice.holder, alice.site, "late", draft()))
        assert not Image.objects.exists()
        assert run(shelf.leftovers()) == ("late",)
        kept(alice, shelf=shelf)

    def test_bytes_are_counted_too(self, alice: Person) -> None:
        shelf = Shelf(most_bytes=2_000)
        kept(alice, shelf=shelf)
        kept(alice, draft("https://example.com/2"), shelf=shelf)
        with pytest.raises(LibraryFull, match="0 MB"):
            kept(alice, draft("https://example.com/3"), shelf=shelf)

    def test_of_many_at_once_exactly_so_many_get_in(self, alice: Person) -> None:
        shelf = Shelf(most_images=3)

        async def story() -> list[object]:
            asked = (shelf.reserve(alice.holder, next(WORDS)) for _ in range(12))
            return list(await asyncio.gather(*asked, return_exceptions=True))

        outcomes = asyncio.run(story())
        assert sum(outcome is None for outcome in outcomes) == 3
        assert {type(outcome) for outcome in outcomes if outcome} == {LibraryFull}

    def test_nobody_reserves_for_an_account_that_is_gone(self, alice: Person) -> None:
        register.delete_account(alice.account)
        refused(KeyUnknown, Shelf().reserve(alice.holder, next(WORDS)))


def _delete_image(person: Person, image: StoredImage) -> None:
    assert run(Shelf().discard(person.holder, (image.id, uuid4()))) == (image.word,)


def _delete_project(person: Person, _: StoredImage) -> None:
    register.delete_project(person.row)


def _delete_account(person: Person, _: StoredImage) -> None:
    register.delete_account(Account.objects.get(pk=person.account.pk))


@pytest.mark.parametrize("delete", [_delete_image, _delete_project, _delete_account])
def test_the_bytes_of_what_is_deleted_are_left_over_until_somebody_sweeps(
    alice: Person, bob: Person, delete: Callable[[Person, StoredImage], None]
) -> None:
    image, other = kept(alice), kept(bob)
    delete(alice, image)
    assert list(Image.objects.values_list("pk", flat=True)) == [other.id]
    shelf = Shelf()
    assert run(shelf.leftovers()) == ()
    Leftover.objects.update(due_at=timezone.now())
    left = {image.word, account_mark(alice.holder.account)} if delete is _delete_account else {image.word}
    assert set(run(shelf.leftovers())) == left
    run(shelf.forget((*left,)))
    assert run(shelf.leftovers()) == ()


def test_a_picture_whose_account_goes_in_between_is_not_kept(alice: Person) -> None:
    shelf = Shelf()
    run(shelf.reserve(alice.holder, "orphan"))
    register.delete_account(alice.account)
    refused(ProjectUnknown, shelf.keep(alice.holder, alice.site, "orphan", draft()))
    Leftover.objects.update(due_at=timezone.now())
    assert set(run(shelf.leftovers())) == {"orphan", account_mark(alice.holder.account)}
