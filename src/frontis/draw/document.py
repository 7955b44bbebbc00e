"""The page around a template's HTML: what every card has, and what every template may rely on."""

import re
from collections.abc import Callable
from typing import Final

from frontis.model.markup import SLOT_CLOSE, SLOT_OPEN, Markup
from frontis.model.output import Size

_PIXELS_IN_A_REM: Final = 16

WATERMARK_STRIP: Final = 2.25
"""The height in rem that a watermark takes away from the words at the foot of the card."""

# The reset comes first, so that a template's own rules win. Inline tags get the little style that their names promise.
BASE_CSS = """
*{box-sizing:border-box;margin:0;padding:0}
div,p,h1,h2,h3,h4,h5,h6,ul,ol,li,main,section,article,header,footer,figure,blockquote{display:block}
html,body{display:block;width:100%;height:100%}
body{position:relative;overflow:hidden;line-height:1.2}
b,strong{font-weight:700}
em,i{font-style:italic}
img{display:block}
.mask{display:block;width:100%;height:100%;background:currentColor;mask-size:contain;mask-repeat:no-repeat;
mask-position:center}
.backdrop{position:absolute;left:0;top:0;width:100%;height:100%}
.card{position:absolute;left:0;top:0;width:100%}
.fit,.line{display:block;white-space:pre}
.fit,.probe-words,.probe-piece{letter-spacing:var(--tracking)}
.probe{display:block;width:100%}
.probe-width{display:block;width:100%;height:0;font-size:0;line-height:0}
.probe-words{display:block;position:absolute;width:1px;line-height:0.001;text-align:left}
.probe-clusters{word-break:break-all}
.probe-piece{display:block;position:absolute;white-space:pre;line-height:0.001;text-align:left}
.watermark{position:absolute;right:1.25rem;bottom:1rem;height:1.75rem;padding:0 0.75rem;border-radius:0.875rem;
background:rgba(10,10,12,0.72);color:#fff;font-size:0.875rem;line-height:1.75rem;font-weight:500;letter-spacing:0.01em;
white-space:nowrap;max-width:60%;overflow:hidden;text-overflow:ellipsis}
"""

# What would end a name in a style attribute. A family that has such a sign in its name is found by the chain of fonts.
_UNQUOTED = re.compile("[^\\w .-]")
_SLOT = re.compile(f"{SLOT_OPEN}(\\d+){SLOT_CLOSE}")
_STYLE = re.compile(' style="[^"<>]*"')
# As `Color.css` writes them. What stands in quotes, or begins an address, is none.
_COLOR = re.compile(r"(?<=[:,( ])(?<!url\()(?:#[0-9a-f]{6}|rgba\([0-9.,]+\))(?=[;,\") ])")


def rem(size: Size) -> float:
    """Pixels in a rem: 16 on a 1200x630 card, and in proportion to the card's scale on others."""
    return _PIXELS_IN_A_REM * size.scale


def page(markup: Markup, *, backdrop: str, content: str, watermark: str = "") -> str:
    """The whole HTML of a card. The root's font size makes every rem of the template scale with the card."""
    size = markup.size
    family = ", ".join(f"'{_UNQUOTED.sub('', name)}'" for name in markup.families)
    side, direction = ("right", "rtl") if markup.rtl else ("left", "ltr")
    style = f"font-size:{rem(size):.4f}px;font-family:{family};text-align:{side}"
    height = f"calc(100% - {WATERMARK_STRIP}rem)" if markup.watermark else "100%"
    return (
        f'<html dir="{direction}" style="{style}"><body class="{size.outline}">{backdrop}'
        f'<div class="card" style="height:{height}">{content}</div>{watermark}</body></html>'
    )


def layer(html: str) -> str:
    """The backdrop's own box."""
    return f'<div class="backdrop">{html}</div>' if html else ""


def fill_slots(content: str, filling: Callable[[int], str]) -> str:
    """The content with each slot replaced by what `filling` gives for its number."""
    return _SLOT.sub(lambda slot: filling(int(slot[1])), content)


def without_colors(content: str) -> str:
    """The content, the same for all colours in its style attributes: none of them can move a glyph.

    The engine has no selector that asks for a style, so no style sheet can give room by a colour either.
    """
    return _STYLE.sub(lambda style: _COLOR.sub("#", style[0]), content)
