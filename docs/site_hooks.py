"""What MkDocs needs to render these pages as a repository host does: equations as MathML, no links out of docs/.

Equations stand in ```math fences and between dollar signs; MathML needs no script and no network in the browser.
"""

from __future__ import annotations

import re
from typing import Any

from latex2mathml.converter import convert

FENCE = re.compile(r"^```math\n(?P<tex>.+?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<![\w$`\\])\$(?P<tex>[^$\n`]+?)(?<![\s\\])\$(?![\w$])")
CODE = re.compile(r"(```.*?^```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
OUTSIDE = r"\[(?P<text>[^\]]+)\]\((\.\./){{{up}}}[^)]*\)"


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put equations as MathML, and text in place of links to files outside the site."""
    outside = re.compile(OUTSIDE.format(up=page.file.src_uri.count("/") + 1))
    markdown = FENCE.sub(lambda found: convert(found["tex"].strip(), display="block"), markdown)
    parts = CODE.split(markdown)
    parts[::2] = [_prose(part, outside) for part in parts[::2]]
    return "".join(parts)


def _prose(part: str, outside: re.Pattern[str]) -> str:
    part = INLINE.sub(lambda found: convert(found["tex"]), outside.sub(r"\g<text>", part))
    return part.replace(r"\$", "&#36;")
