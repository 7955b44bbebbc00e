"""What a page's address tells, and what its title says twice."""

import pytest

from frontis.model.page import Page, in_words, without_site


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Hello | Example", "Example", "Hello"),
        ("Hello – Example", "Example", "Hello"),
        ("Hello: Example", "Example", "Hello: Example"),
        ("Hello : Example", "Example", "Hello"),
        ("Co-Example", "Example", "Co-Example"),
        ("Example", "Example", "Example"),
        ("| Example", "Example", "| Example"),
        ("Hello | Example", "", "Hello | Example"),
        ("Hello | Other", "Example", "Hello | Other"),
        ("A week with Example", "Example", "A week with Example"),
    ],
)
def test_a_title_is_told_without_the_site_that_stands_beside_it(title: str, site: str, expected: str) -> None:
    assert without_site(title, site) == expected


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("the-art_of-naming.html", "The Art of Naming"),
        ("post.html", "Post"),
        ("v1.2", "V1 2"),
        ("index.php", ""),
        ("8f14e45fceea167a", ""),
    ],
)
def test_a_part_of_a_path_in_words(segment: str, expected: str) -> None:
    assert in_words(segment) == expected


def test_a_page_of_an_address_is_named_by_the_last_part_that_says_something() -> None:
    assert Page.of_address("https://www.example.com/guides/how-to-name.html").title == "How to Name"
    assert Page.of_address("https://www.example.com/").title == "example.com"
