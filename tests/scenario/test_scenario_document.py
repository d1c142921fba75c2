"""Reading YAML: what is refused and where, values by YAML 1.2, places in flow maps, anchors and merge keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from powergap.errors import InputError
from powergap.scenario.read.document import FileReading, parse
from powergap.scenario.read.nodes import Map, find, plain


def told(text: str) -> str:
    with pytest.raises(InputError) as raised:
        parse(text, "f.yaml")
    return str(raised.value)


def place(text: str, *path: str | int) -> tuple[int, int]:
    node = find(parse(text, "f.yaml"), path)
    assert node is not None
    return node.place.line, node.place.column


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("12:30", "12:30"),
        ("1e5", 100000.0),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("017", 17),
        ("0x1f", 31),
        ("0o17", 15),
        ("yes", "yes"),
        ("True", True),
        ("null", None),
        ("", None),
        ("'12'", "12"),
        ('"é\\n"', "é\n"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        ("größe 🏭", "größe 🏭"),
        ("-3", -3),
        ("+1.5e-3", 0.0015),
    ],
)
def test_values_are_read_by_yaml_1_2(text, value):
    read = plain(parse(f"a: {text}\n", "f.yaml"), keep_null=True)["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: {c: 1, c: 2}", "f.yaml:2:11 b.c: the key is repeated; first in line 2, column 5"),
        ("a: 1\n'a': 2", "f.yaml:2:1 a: the key is repeated; first in line 1, column 1"),
        ("true: 1", 'f.yaml:1:1: the key `true` is neither text nor a year; write "true" in quotes'),
        ("1.5: 1", 'f.yaml:1:1: the key `1.5` is neither text nor a year; write "1.5" in quotes'),
        ("? [a]\n: 1", "f.yaml:1:3: a key must be text or a year"),
        ("a: -.inf", "f.yaml:1:4 a: `-.inf` is not a finite number"),
        ("a: 1e999", "f.yaml:1:4 a: `1e999` is too large a number"),
        ("a: 99999999999999999999999", "f.yaml:1:4 a: `99999999999999999999999` is too large a number"),
        ("a: &x [*x]", "f.yaml:1:8 a.0: `*x` has no finished `&x` above it"),
        (
            "a: 2026-11-23T10:00:00",
            "f.yaml:1:4 a: `2026-11-23T10:00:00` is a date; write it in quotes if text is meant",
        ),
        ("a: !mine 3", "f.yaml:1:4 a: the tag `!mine` is not allowed; write plain values"),
        (
            "a: 'open",
            "f.yaml:1:9: not valid YAML: while scanning a quoted scalar found unexpected end of stream",
        ),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document starts here; one file holds one scenario"),
        (
            "%YAML 1.1\n---\na: NO",
            "f.yaml:1:1: `%YAML 1.1` reads NO as false and 12:30 as 750; leave the line out",
        ),
    ],
)
def test_refused(text, said):
    assert told(text) == said


def test_control_characters_and_broken_escapes_are_input_errors():
    for text in (
        "a: \x00",
        "a: \x01b",
        'a: "\\q"',
        "a: b: c",
        "- a\nb: 1",
        "&a &b c",
        "{",
        "]",
        "%TAG",
        "a: *",
        "!",
    ):
        assert "f.yaml" in told(text)


def test_alias_bombs_are_counted_not_expanded():
    lines = ["x0: &x0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "holds more than 100,000 values once its aliases are followed" in told("\n".join(lines))


def test_depth_is_limited_also_through_aliases():
    assert "nested deeper than 100 levels" in told("a: " + "[" * 101 + "]" * 101)
    assert parse("a: " + "[" * 90 + "]" * 90, "f.yaml")
    lines = ["x0: &x0 [[[[[[[[[[1]]]]]]]]]]"] + [f"x{n}: &x{n} [[[[[[[[[[*x{n - 1}]]]]]]]]]]" for n in range(1, 12)]
    assert "nested deeper than 100 levels" in told("\n".join(lines))


def test_dates_are_text_where_a_date_is_wanted():
    assert plain(parse("q: {date: 2026-11-23}", "f")) == {"q": {"date": "2026-11-23"}}


def test_an_empty_text_is_an_empty_map():
    assert plain(parse("", "f")) == {}
    assert plain(parse("# only a comment\n", "f")) == {}


def test_places_of_keys_and_values_in_flow_maps():
    text = "a:\n  b: {c: 1, d: {e: [x, y]}}\n"
    assert place(text, "a", "b", "c") == (2, 10)
    assert place(text, "a", "b", "d", "e") == (2, 20)
    members = find(parse(text, "f"), ("a", "b")).members
    assert (members["d"].key_place.line, members["d"].key_place.column) == (2, 13)


def test_values_behind_anchors_keep_the_anchors_place_and_key():
    text = "x-a: &a {b: 1}\nc: *a\nd: {<<: *a, e: 2}\n"
    tree = parse(text, "f")
    for path in (("c", "b"), ("d", "b")):
        node = find(tree, path)
        assert (node.place.line, node.place.column, node.place.path) == (1, 13, ("x-a", "b"))
    assert place(text, "d", "e") == (3, 16)


def test_merge_keys_let_written_keys_win_and_earlier_maps_win():
    text = "a: &a {p: 1, q: 1}\nb: &b {q: 2, r: 2}\nc: {<<: [*a, *b], r: 3}\n"
    assert plain(parse(text, "f"))["c"] == {"p": 1, "q": 1, "r": 3}


def test_unicode_columns_count_characters():
    assert place("größe: {ä: 1}\n", "größe", "ä") == (1, 12)
    assert isinstance(parse("größe: 1", "f"), Map)


def read_error(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        FileReading().text(path)
    return str(raised.value).replace(str(path), "PATH")


def test_files_that_cannot_be_read(tmp_path):
    assert read_error(tmp_path) == "PATH: is a folder; give the YAML file in it"
    assert read_error(tmp_path / "none.yaml") == "PATH: no such file"
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("title: größe".encode("latin-1"))
    assert read_error(latin) == "PATH: is not UTF-8 text (byte 9); save it as UTF-8"
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 5_000_001)
    assert read_error(large) == "PATH: is larger than 3 MB; put hourly data in a CSV file"


def test_links_in_a_circle_and_to_nothing(tmp_path):
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    try:
        one.symlink_to(two)
        two.symlink_to(one)
    except OSError:
        pytest.skip("no symbolic links here")
    assert "PATH" in read_error(one)
    gone = tmp_path / "gone.yaml"
    gone.symlink_to(tmp_path / "nowhere.yaml")
    assert "is a link to a file that does not exist" in read_error(gone)


def test_a_byte_order_mark_is_dropped(tmp_path):
    file = tmp_path / "bom.yaml"
    file.write_bytes(b"\xef\xbb\xbfname: x\n")
    assert FileReading().text(file) == "name: x\n"
