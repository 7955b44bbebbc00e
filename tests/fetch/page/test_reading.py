"""What is read from pages as the usual site generators write them, and from none that a person would write."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontis.fetch.page import read_page
from frontis.fetch.page.skeleton import MOST_CHARACTERS, skeleton
from frontis.model.page import Page

LINKED = '<script type="application/ld+json">'
URL = "https://www.example.com/blog/post"
SITES = Path(__file__).with_name("sites")


def read(text: str, url: str = URL) -> Page:
    return read_page(text.encode(), url=url)


def site(name: str, url: str) -> Page:
    return read_page((SITES / f"{name}.html").read_bytes(), url=url)


def test_a_post_of_wordpress_with_yoast() -> None:
    page = site("wordpress", "https://fieldnotes.example/2024/03/naming-things/")
    assert page == Page(
        url="https://fieldnotes.example/2024/03/naming-things/",
        title="The quiet craft of naming things",
        description="Why the best names are the ones that nobody notices — and how to find them.",
        site_name="Fieldnotes",
        author="Maya Lindqvist",
        avatar="https://secure.gravatar.example/avatar/1f?s=96&d=mm",
        published="2024-03-12",
        modified="2024-04-01",
        image="https://fieldnotes.example/wp-content/uploads/2024/03/names.jpg",
        icon="https://fieldnotes.example/wp-content/uploads/icon-192x192.png",
        is_icon_named=True,
        language="en-US",
        section="Craft",
        headings=("Names are promises", "When to rename"),
        points=("Say what it is", "Say it once"),
    )


def test_a_page_of_next_js() -> None:
    page = site("nextjs", "https://acme.example/")
    assert (page.title, page.site_name) == ("Acme – Ship faster", "Acme")
    assert page.description == "The deployment platform for teams that care."
    assert page.image == "https://acme.example/_next/static/og.3f2a.png"
    assert page.icon == "https://acme.example/apple-icon.png?v=2"
    assert page.theme_color == "#0f172a"


def test_a_page_of_hugo() -> None:
    page = site("hugo", "https://docs.example.org/guides/install/")
    assert (page.title, page.language) == ("Installieren & einrichten", "de")
    assert (page.published, page.modified) == ("2023-11-05", "2023-11-07")
    assert page.headings == ("Voraussetzungen", "Mit apt")
    assert page.icon == "https://docs.example.org/favicon.svg"


def test_a_page_of_docusaurus_has_no_markup_but_heads() -> None:
    page = site("docusaurus", "https://project.example/docs/intro")
    assert page.title == "Introduction | Project"
    assert page.description == "Get started in five minutes."
    assert page.image == "https://project.example/img/social.png"
    assert page.icon == "https://project.example/img/favicon.ico"
    assert page.theme_color == "#2e8555"


def test_a_repository_of_github_tells_its_numbers() -> None:
    page = site("github", "https://github.com/acme/rocket")
    assert (page.stars, page.forks, page.issues) == ("12,431", "842", "37")
    assert page.path == ("acme", "rocket")
    assert site("github", "https://elsewhere.example/").stars == ""


def test_an_old_page_in_an_old_encoding() -> None:
    page = read_page("<TITLE>Übersicht – 3 €</TITLE><META NAME=Description CONTENT='Größe'>".encode("cp1252"), url=URL)
    assert (page.title, page.description) == ("Übersicht – 3 €", "Größe")
    assert page.icon == "https://www.example.com/favicon.ico"
    assert not page.is_icon_named


def test_software_tells_its_version_language_and_licence() -> None:
    page = read(
        """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "SoftwareSourceCode",
        "name": "rocket", "softwareVersion": "2.4.1", "programmingLanguage": {"@type": "ComputerLanguage",
        "name": "Rust"}, "license": "https://opensource.org/licenses/MIT"}</script>"""
    )
    assert (page.title, page.version, page.code_language, page.license) == ("rocket", "2.4.1", "Rust", "MIT")


TITLES = [
    '<meta property="og:title" content="open graph">',
    '<meta name="twitter:title" content="twitter">',
    "<title>head</title>",
    '<script type="application/ld+json">{"@type":"Article","headline":"linked"}</script>',
    "<h1>heading</h1>",
]


@pytest.mark.parametrize(
    ("first", "title"),
    list(enumerate(["open graph", "twitter", "head", "linked", "heading", "example.com"])),
)
def test_the_title_is_the_first_that_there_is(first: int, title: str) -> None:
    assert read("".join(reversed(TITLES[first:]))).title == title


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ('<meta name="description" content="meta"><meta property="og:description" content="og">', "og"),
        ('<meta name="description" content="meta"><meta property="twitter:description" content="twitter">', "twitter"),
        ('<script type="application/ld+json">{"@type":"Product","description":"linked"}</script><p>x</p>', "linked"),
        ("<p>Too short.</p><p>This is the first paragraph that says more than a few words.</p>",
         "This is the first paragraph that says more than a few words."),
        (f"<p>The first sentence says it all. {'And then some more. ' * 40}</p>", "The first sentence says it all."),
        ("", ""),
    ],
)  # fmt: skip
def test_the_description_is_the_first_that_there_is(text: str, description: str) -> None:
    assert read(text).description == description


@pytest.mark.parametrize("name", ["name", "property"])
def test_twitter_and_open_graph_may_stand_in_either_attribute(name: str) -> None:
    page = read(f'<meta {name}="twitter:title" content="t"><meta {name}="og:image" content="/a.png">')
    assert (page.title, page.image) == ("t", "https://www.example.com/a.png")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("/a.png", "https://www.example.com/a.png"),
        ("a.png", "https://www.example.com/blog/a.png"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("a.png?x=1&amp;y=ü", "https://www.example.com/blog/a.png?x=1&y=%C3%BC"),
        ("https://bücher.example/a b.png", "https://xn--bcher-kva.example/a%20b.png"),
        ("data:image/png;base64,AAAA", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://user:secret@example.com/a.png", ""),
        ("http://[::1", ""),
        ("/" + "a" * 3000, ""),
        ("", ""),
    ],
)
def test_an_address_is_absolute_and_of_the_web_or_none(given: str, address: str) -> None:
    assert read(f'<meta property="og:image" content="{given}">').image == address


def test_addresses_begin_at_the_base() -> None:
    page = read('<base href="/assets/"><meta property="og:image" content="a.png"><link rel=icon href=i.png>')
    assert (page.image, page.icon) == ("https://www.example.com/assets/a.png", "https://www.example.com/assets/i.png")
    assert read('<base href="javascript:x"><link rel=icon href=/i.png>').icon == "https://www.example.com/i.png"


@pytest.mark.parametrize(
    ("links", "icon"),
    [
        ('<link rel="shortcut icon" href="/a.ico"><link rel="icon" sizes="32x32" href="/b.png">', "a.ico"),
        ('<link rel="icon" sizes="16x16 32x32" href="/a.png"><link rel="icon" sizes="96x96" href="/b.png">', "b.png"),
        ('<link rel="icon" href="/a.ico"><link rel="apple-touch-icon" href="/b.png">', "b.png"),
        ('<link rel="icon" type="image/svg+xml" href="/a.svg"><link rel="icon" href="/b.ico">', "a.svg"),
        ('<link rel="mask-icon" href="/a.svg"><link rel="icon" href="/b.ico">', "b.ico"),
        ('<link rel="icon" href="data:image/svg+xml,x"><link rel="icon" href="/b.ico">', "b.ico"),
        (
            '<link rel="icon" media="(prefers-color-scheme: dark)" href="/a.svg"><link rel="icon" href="/b.ico">',
            "b.ico",
        ),
    ],
)
def test_the_largest_icon_is_taken(links: str, icon: str) -> None:
    assert read(links).icon == f"https://www.example.com/{icon}"


@pytest.mark.parametrize(
    ("tags", "color"),
    [
        ('<meta name="theme-color" content="#10B981">', "#10b981"),
        ('<meta name="theme-color" content="rebeccapurple">', "#663399"),
        (
            "<meta name=theme-color media='(x: dark)' content=#000><meta name=theme-color content=#f60>",
            "#ff6600",
        ),
        ('<meta name="theme-color" content="var(--brand)">', ""),
        ('<meta name="theme-color" content="transparent">', ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_theme_colour_is_a_colour(tags: str, color: str) -> None:
    assert read(tags).theme_color == color


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2024-03-12T23:30:00+09:00", "2024-03-12"),
        ("2024-03-12", "2024-03-12"),
        ("20240312T101500Z", "2024-03-12"),
        ("Tue, 12 Mar 2024 10:15:00 GMT", "2024-03-12"),
        ("2024-13-40", ""),
        ("yesterday", ""),
        ("0000-00-00", ""),
    ],
)
def test_a_date_is_a_day_or_none(given: str, day: str) -> None:
    assert read(f'<meta property="article:published_time" content="{given}">').published == day


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ('<meta name="author" content="Ann &amp; Bob">', "Ann & Bob"),
        ('<meta property="article:author" content="Ann">', "Ann"),
        ('<meta property="article:author" content="https://facebook.com/ann">', ""),
        ('<script type="application/ld+json">{"@type":"Article","author":["Ann",{"name":"Bob"}]}</script>', "Ann, Bob"),
        (f'{LINKED}[{{"@type":["Article"],"author":{{"@id":"a"}}}},{{"@id":"a","name":"Ann"}}]</script>', "Ann"),
    ],
)  # fmt: skip
def test_the_author_is_a_name(head: str, author: str) -> None:
    assert read(head).author == author


@pytest.mark.parametrize(
    ("data", "charset", "title"),
    [
        ("<title>日本語</title>".encode("cp932"), "Shift_JIS", "日本語"),
        ("<meta charset=euc-jp><title>日本語</title>".encode("euc-jp"), "", "日本語"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>中文</title>'.encode("gbk"), "",
         "中文"),
        ("\ufeff<meta charset=latin1><title>é</title>".encode(), "windows-1252", "é"),
        ("\ufeff<title>é</title>".encode("utf-16-le"), "", "é"),
        ("<meta charset=latin1><title>é</title>".encode(), "utf-8", "é"),
        ("<title>é</title>".encode(), "", "é"),
        ("<title>é</title>".encode("latin1"), "", "é"),
        ("<meta charset=utf-16><title>é</title>".encode(), "", "é"),
        ("<title>é</title>".encode(), "punycode", "é"),
        ("<title>é</title>".encode() + "é".encode()[:1], "", "é"),
    ],
)  # fmt: skip
def test_a_page_is_read_in_its_encoding(data: bytes, charset: str, title: str) -> None:
    assert read_page(data, url=URL, charset=charset).title == title


def test_white_space_is_folded_and_texts_are_bounded() -> None:
    page = read(f"<title>\n One\t two \n</title><meta name=description content='{'word ' * 1000}'>")
    assert page.title == "One two"
    assert len(page.description) <= 600
    assert page.description.endswith("word…")


def test_what_is_no_text_of_the_page_is_not_read() -> None:
    page = read(
        "<nav><ul><li>Home</ul></nav><svg><title>Logo</title></svg><script>'<h1>no</h1>'</script><!-- <h1>no</h1> -->"
        "<template><h1>no</h1></template><h1>Yes <em>in</em>deed</h1><footer><ul><li>Imprint</ul></footer>"
    )
    assert (page.title, page.points) == ("Yes indeed", ())


@pytest.mark.parametrize(
    ("text", "points"),
    [
        (
            "<ul><li><a href=/>Home</a></li><li><a href=/x>About</a></ul><h1>x</h1><ul><li>One<li>Two</ul>",
            ("One", "Two"),
        ),
        ("<div><ul><li>Home<li>About</ul></div><h1>x</h1><ul><li>One</ul>", ("One",)),
        ("<h2>x</h2><ul><li><a href=/1>#1</a> Mended</li><li>\n<a href=/2>Imprint</a>\n</li></ul>", ("#1 Mended",)),
        ("<ul><li>One<li>One<li></ul>", ("One",)),
        ("<h1>x</h1>" + "<li>item {}</li>" * 50, ("item {}",)),
    ],
)
def test_points_are_items_that_say_something(text: str, points: tuple[str, ...]) -> None:
    assert read(text).points == points


@pytest.mark.parametrize(
    ("url", "title", "host", "path"),
    [
        ("https://www.example.com/blog/the-art-of-naming_things.html?x=1", "The Art of Naming Things", "example.com",
         ("blog", "the-art-of-naming_things.html")),
        ("https://example.com/posts/42/", "Posts", "example.com", ("posts", "42")),
        ("https://example.com/changelog/2-4-1", "Changelog", "example.com", ("changelog", "2-4-1")),
        ("https://example.com/iOS-tips-and-NASA", "iOS Tips and NASA", "example.com", ("iOS-tips-and-NASA",)),
        ("https://example.com/post-title-8f14e45fceea", "Post Title", "example.com", ("post-title-8f14e45fceea",)),
        ("https://example.com/%E8%A8%98%E4%BA%8B", "記事", "example.com", ("記事",)),
        ("https://xn--bcher-kva.example:8443/index.html", "bücher.example", "bücher.example", ("index.html",)),
        ("https://example.com", "example.com", "example.com", ()),
        ("https://[2001:db8::1]/", "2001:db8::1", "2001:db8::1", ()),
    ],
)  # fmt: skip
def test_an_address_alone_makes_a_page(url: str, title: str, host: str, path: tuple[str, ...]) -> None:
    page = Page.of_address(url)
    assert (page.title, page.host, page.path, page.is_read) == (title, host, path, False)


MEGABYTES = 2_000_000
HOSTILE = {
    "nested": "<dl>" * 500_000,
    "nested lists": "<ul><li>" * 250_000,
    "attributes": "<p " + " ".join(f"a{number:x}" for number in range(280_000)) + ">",
    "attributes of many metas": ("<meta " + " ".join(f"a{number:x}" for number in range(7000)) + ">") * 40,
    "formatting": "<p>" + "<a><b><i><u><s>" * 40_000 + "</p><p>x" * 60_000,
    "quotes": '<meta "' * 280_000,
    "quotes of both kinds": "<meta a='" * 100_000 + '<meta a="' * 120_000,
    "less-than": "<" * MEGABYTES,
    "open comments": "<!-- " * 400_000,
    "comments": "<!---->" * 285_000,
    "open everything": "<svg><nav><aside><style><select>" * 60_000,
    "headings in items": "<li><h1>" * 250_000,
    "metas": "<meta name=a content=b>" * 85_000,
    "entities": "<title>" + "&amp;" * 400_000,
    "spaces": "<title>" + " " * MEGABYTES,
    "linked data, deep": '<script type="application/ld+json">' + "[" * 200_000 + "</script>",
    "linked data, wide": '<script type="application/ld+json">[' + '{"@type":"Article"},' * 12_000 + "1]</script>",
    "linked data, spaces": '<script type="application/ld+json">' + "{ " + " " * 200_000 + "x</script>",
    "linked data, a number": '<script type="application/ld+json">' + "9" * 200_000 + "</script>",
    "linked data, itself": '<script type="application/ld+json">{"@id":"a","@type":"Article","author":{"@id":"a"}}',
    "paragraph": "<p>" + "word " * 400_000,
    "counters": 'id="repo-network-counter" ' * 80_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_page_takes_long(text: str) -> None:
    began = time.process_time()
    page = read_page(text[:MEGABYTES].encode(), url="https://github.com/a/b")
    assert time.process_time() - began < 3
    assert len(page.title) <= 300
    assert len(skeleton(text).markup) <= MOST_CHARACTERS


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.lists(
        st.sampled_from(["<", ">", "</", "meta", "title", "h1", "li", " ", "=", '"', "'", "og:title", "script",
                         "application/ld+json", "{", "}", "[", "@type", ":", "Article", "--", "!", "&", ";", "é"]),
        max_size=60,
    ).map(lambda words: "".join(words).encode()),
    st.sampled_from(["", "utf-8", "shift_jis", "zip", "\0"]),
)  # fmt: skip
def test_any_bytes_are_a_page(data: bytes, charset: str) -> None:
    page = read_page(data, url=URL, charset=charset)
    assert page.title
    assert page.title == " ".join(page.title.split())
