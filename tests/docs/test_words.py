"""The pages use the field's standard terms in US English; a word that was given up does not come back."""

import re

import pytest

from tests.docs.pages import DOCS, NOTES, PAGES, ROOT

RETIRED = {
    "anew": "again",
    "asks?|asked|asking": "request, require",
    "comes? along": "bundled",
    "dear|dearer|dearest": "expensive, highest price",
    "faults": "failures",
    "gas machines?|on-site machines?": "generators",
    "guess|guessed|guesses": "initial point, extrapolated",
    "letters": "characters",
    "lie|lies|lied": "is, fall",
    "lived through|played through": "simulated",
    "makers?": "manufacturers",
    "marks?|marked": "character, flag, label",
    "numerical trouble": "unproven (numerical)",
    "placed (?:deliveries|orders)|orders? already placed|placed already": "committed orders",
    "promises?|promised": "target level, guarantee",
    "said|says of itself": "reported, stated",
    "shared columns?": "linking variables",
    "short sight": "short foresight",
    "told|tells?": "reported, explained, shown",
    "wanted|wants?": "demand",
    "wish|wished": "demand",
    "worth(?: of (?:hedging|knowing))?": "value; VSS, EVPI",
    r"(?:fav|col|neighb|lab)our\w*|licences?|model(?:led|ling)|catalogued|cancelling": "US spelling",
}  # fmt: skip
"""Patterns of retired words, with what stands in their place."""

ALLOWED = ("letters, digits",)
"""Uses in another sense: the letters of the alphabet that a name may hold."""

RENDERED = ("api.md", "formulation.md", "scenario-reference.md")
"""Pages whose text stands in the model and the schema."""


def prose(text: str) -> str:
    """A page without code and without the uses that are allowed."""
    text = re.sub(r"^```.*?^```$|^ {4,}[^\n]*$|`[^`\n]+`", "", text, flags=re.MULTILINE | re.DOTALL)
    for one in ALLOWED:
        text = text.replace(one, "")
    return text


@pytest.mark.parametrize("word", RETIRED)
def test_a_retired_word_is_on_no_page(word):
    pages = [page for page in [ROOT / "README.md", *PAGES, *NOTES] if page.name not in RENDERED]
    found = {
        f"{page.relative_to(ROOT)}: {line.strip()}"
        for page in pages
        for line in prose(page.read_text(encoding="utf-8")).splitlines()
        if re.search(rf"\b(?:{word})\b", line, re.IGNORECASE)
    }
    assert not sorted(found), f"write: {RETIRED[word]}"


def test_code_is_not_prose_and_prose_is_read():
    assert prose("```yaml\nmakers: 1\n```\n`linear_makers` are manufacturers\n") == "\n are manufacturers\n"
    assert "told" in prose((DOCS / "README.md").read_text(encoding="utf-8") + "told")
