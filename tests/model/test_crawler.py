"""Crawlers of social networks are known by their names, whatever else stands in a user agent, and quickly."""

import pytest

from frontis.model.crawler import LONGEST_AGENT, is_social_crawler, names, word_of


@pytest.mark.parametrize(
    "agent",
    [
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "facebookcatalog/1.0", "meta-externalagent/1.1", "Twitterbot/1.0", "WhatsApp/2.23.20.0 A",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slack-ImgProxy (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1)", "http.rb/5.2.0 (Mastodon/4.3.1; +https://example.social/)",
        "Google-Chat/1.0", "Googlebot-Image/1.0", "facebookexternalhit/1.1;line-poker/1.0",
        "Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)", "Pinterestbot/1.0",
        "Snap URL Preview Service; bot; snapchat", "Viber", "SkypeUriPreview Preview/0.5", "vkShare",
        "Embedly/0.2", "Iframely/1.3.1", "Lemmy/0.19.8; +https://example.social", "Misskey/13", "Pleroma 2.6",
        "ARENAUNFURLBOT/1.0",
    ],
)  # fmt: skip
def test_each_of_them_is_known(agent: str) -> None:
    assert is_social_crawler(agent)


@pytest.mark.parametrize(
    "agent",
    [
        "", "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "curl/8.5.0", "Googlebot/2.1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
        "a" * LONGEST_AGENT + "Twitterbot", "not an ArenaX", "\x00\xff", "\ud800",
    ],
)  # fmt: skip
def test_nobody_else_is(agent: str) -> None:
    assert not is_social_crawler(agent)


def test_no_expression_of_the_package_had_to_be_left_out() -> None:
    words, openings = names()
    assert len(words) + len(openings) >= 90
    assert all(words)


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("Twitterbot", "Twitterbot"), (r"pinterest\.com\/bot", "pinterest.com/bot"), (r"dbot\)", "dbot)"),
        ("(a+)+b", ""), (r"bot\d", ""), ("^a", ""), ("a|b", ""), ("a\\", ""),
    ],
)  # fmt: skip
def test_only_an_expression_that_is_one_text_is_looked_for(pattern: str, word: str) -> None:
    assert word_of(pattern) == word
