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
OUTSIDE = re.compile(r"\[(?P<text>[^\]]+)\]\(\.\./[^)]*\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put equations as MathML, and text in place of links to files outside the site."""
    markdown = FENCE.sub(lambda found: convert(found["tex"].strip(), display="block"), markdown)
    parts = CODE.split(markdown)
    parts[::2] = [_prose(part) for part in parts[::2]]
    return "".join(parts)


def _prose(part: str) -> str:
    part = INLINE.sub(lambda found: convert(found["tex"]), OUTSIDE.sub(r"\g<text>", part))
    return part.replace(r"\$", "&#36;")
