# ruff: noqa: E501 - tables of exact messages
"""Whatever is typed, the only error is an InputError with located problems."""

from __future__ import annotations

import contextlib
import copy
import random

from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_samples import VALID, catalog

from powergap.errors import InputError
from powergap.scenario import load, read_study
from powergap.scenario.read.document import parse
from powergap.scenario.read.nodes import plain

SCRAPS = [
    "", " ", "\n", "  ", "\t", ":", ": ", "-", "- ", "{", "}", "[", "]", ",", "#", "&a", "*a", "*cheap", "~", "null",
    "0", "-1", "1e400", "9" * 30, ".nan", "'", '"', "|", ">", "!", "!!set", "%YAML 1.1", "---", "...", "<<: ", "<<: *cheap",
    "2026", "2026-01-01", "true", "yes", "x", "größe", "🏭", "\x00", "\x85", "from_catalog: wanted", "{from_catalog: }",
    "then: hold", "times: 0", "technologies: ", "regions: 1", "levers: []", "policies: ~", "cases: x", "set: 3", "extends: s.yaml",
    "catalog: {bundled: false}", "kind: storage", "finance: {}", "2020: 1",
]  # fmt: skip


@st.composite
def mutated(draw) -> str:
    text = VALID
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 0, 1, 3, 10, 40]))
        text = text[:at] + draw(st.sampled_from(SCRAPS) | st.text(max_size=3)) + text[at + length :]
    return text


@settings(max_examples=250)
@given(mutated())
def test_mutated_text_raises_nothing_but_input_errors(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "s.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        study = load(path, catalog=catalog())
    except InputError as error:
        assert error.problems
        assert all(problem.file and problem.message for problem in error.problems)
    else:
        assert study.runs


VALUES = [
    None,
    0,
    -1,
    1e9,
    "x",
    "",
    [],
    {},
    [1],
    {"a": 1},
    True,
    {2026: 1},
    {"then": "hold"},
    {"from_catalog": "slots"},
    {"from_catalog": None},
]


@settings(max_examples=250)
@given(st.integers(0, 2**32))
def test_replaced_values_raise_nothing_but_input_errors(seed):
    chance = random.Random(seed)
    document = plain(parse(VALID, "f"), keep_null=True)
    for _ in range(chance.randint(1, 3)):
        here = document
        while True:
            key = chance.choice(list(here))
            if not isinstance(here[key], dict) or not here[key] or chance.random() < 0.25:
                break
            here = here[key]
        if chance.random() < 0.3:
            here[chance.choice(["x", 2026, "title", "set", "levers"])] = copy.deepcopy(chance.choice(VALUES))
        else:
            here[key] = copy.deepcopy(chance.choice(VALUES))
    with contextlib.suppress(InputError):
        read_study(document, catalog=catalog())


@settings(max_examples=60)
@given(
    st.sampled_from(
        [
            "regions.pjm",
            "technologies",
            "levers.flexible.set",
            "policies",
            "cases.mid",
            "x",
            "worth.2026",
            "catalog",
        ]
    ),
    st.sampled_from(SCRAPS),
)
def test_any_set_raises_nothing_but_input_errors(tmp_path_factory, path, value):
    file = tmp_path_factory.getbasetemp() / "v.yaml"
    file.write_text(VALID, encoding="utf-8")
    with contextlib.suppress(InputError):
        load(file, sets=[f"{path}={value}"], catalog=catalog())
