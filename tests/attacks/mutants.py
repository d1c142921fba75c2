"""Mutated scenario files, each known by a seed and a number: by structure, from the schema, and byte by byte."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from powergap.scenario import json_schema
from powergap.scenario.read.document import parse
from powergap.scenario.read.nodes import plain
from tests.attacks.traps import TRAPS
from tests.attacks.yaml_text import Pairs, Raw, pairs, places, written

SCENARIOS = Path(__file__).parents[2] / "scenarios"

WORDS_FOLDER = Path(__file__).parent
NUMBERS = [Raw(line) for line in (WORDS_FOLDER / "numbers.txt").read_text(encoding="utf-8").splitlines()]
NUMBERS += [Raw("9" * 400), Raw("9" * 5000), Raw("0." + "0" * 400 + "1"), Raw("1e" + "9" * 50)]
WORDS = [Raw(line) for line in (WORDS_FOLDER / "values.txt").read_text(encoding="utf-8").splitlines()]
TEXTS = [
    "", " ", "x" * 81, "x" * 10_000, "../../etc/passwd", "/etc/passwd", "/dev/zero", "C:\\x", "con", "nul", ".", "..",
    "-", "a/b", "a\\b", "a.b", "[a.b]", "a\0b", "\x1b[31mred", "\x9b31m", "\u202eevil", "\u200b", "\ufeff", "рjm",
    "ｕｓ", "é", "e\u0301", "<script>alert(1)</script>", "</script>", "javascript:alert(1)", "=1+1", "+1", "-1", "@x",
    "\t=1", "\r=1", "${x}", "{{7*7}}", "%s%n", "$(id)", "`id`", "'; drop", "\n", "a\nb", "🏭", "\U000e0041", "NaN",
    "null", "1", "2026",
]  # fmt: skip
SNIPPETS = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"\xc3\x28", b"\xed\xa0\x80", b"\x85", b"\xe2\x80\xa8", b"\t",
    b"\r", b"\n", b"\r\n", b": ", b"- ", b"? ", b"{", b"}", b"[", b"]", b",", b"#", b"&a ", b"*a", b"!!", b"!<", b"|",
    b">", b"|9", b">-2\n", b"'", b'"', b"\\", b'"\\x', b'"\\U00110000"', b'"\\ud800"', b"%", b"%YAML 9.9\n",
    b"%TAG ! x\n", b"---\n", b"...\n", b"<<: ", b"~", b"@", b"`", b"1e999", b".nan", b"2026: 1\n", b"=", b"x-a: &a\n",
    b"extends: ", b"\\\n", b"0x", b"0o8", b"  ", b"\xe2\x80\xae", b"\x1b[31m", b"x: 1\n",
]  # fmt: skip
SIZES = (2, 3, 5, 10, 10, 10, 30, 30, 100, 100, 1000, 5000)


@dataclass(frozen=True)
class Mutant:
    """A file to attack with, written beside `base`, so that what it extends is found, and other files with it."""

    number: int
    how: str
    base: str
    content: bytes
    beside: Mapping[str, bytes] = field(default_factory=dict)


@cache
def bases() -> dict[str, tuple[bytes, object]]:
    """Text and plain data of every bundled scenario, by its path below the folder of scenarios."""
    found = {}
    for path in sorted(SCENARIOS.rglob("*.yaml")):
        text = path.read_bytes()
        found[path.relative_to(SCENARIOS).as_posix()] = (text, plain(parse(text.decode(), path.name), keep_null=True))
    return found


@cache
def schema() -> dict:
    return json_schema()


def mutant(seed: int, number: int) -> Mutant:
    """The mutant of that number; the same every time."""
    chance = random.Random(f"{seed}:{number}")
    names = list(bases())
    # The tiny ones are solved in a tenth of a second, so most mutants are theirs; every eighth is of another.
    tiny = [name for name in names if name.startswith("tiny/")]
    base = chance.choice(tiny) if chance.random() < 0.88 else chance.choice(names)
    text, data = bases()[base]
    if chance.random() < 0.4:
        return Mutant(number, "bytes", base, _bytes(chance, text))
    document = pairs(data)
    hows, beside = [], {}
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name, change = chance.choice(CHANGES)
        change(chance, document)
        hows.append(name)
    if "profiles" in hows:
        beside["hours.csv"] = _hours(chance)
    if "projects" in hows:
        beside["projects.csv"] = _projects_file(chance)
    content = written(document).encode("utf-8", "surrogatepass")
    if chance.random() < 0.03:
        content = _encoded(chance, content)
        hows.append("encoding")
    return Mutant(number, "+".join(hows), base, content, beside)


def _value(chance: random.Random):
    kind = chance.random()
    if kind < 0.45:
        return chance.choice(NUMBERS)
    return chance.choice(WORDS) if kind < 0.8 else chance.choice(TEXTS)


def _leaf(chance, document):
    """A number or word becomes another of any type."""
    here = [one for one in places(document) if not isinstance(_get(*one[:2]), list)]
    if here:
        container, position, _ = chance.choice(here)
        _set(container, position, _value(chance))


def _branch(chance, document):
    """Anything, a whole section perhaps, becomes something else."""
    here = places(document)
    if here:
        container, position, _ = chance.choice(here)
        _set(container, position, _value(chance))


def _delete(chance, document):
    here = places(document)
    if here:
        container, position, _ = chance.choice(here)
        del container[position]


def _twice(chance, document):
    here = [one for one in places(document) if isinstance(one[0], Pairs)]
    if here:
        container, position, _ = chance.choice(here)
        container.insert(chance.randint(0, len(container)), list(container[position]))


def _rename(chance, document):
    here = [one for one in places(document) if isinstance(one[0], Pairs)]
    if here:
        container, position, _ = chance.choice(here)
        key = container[position][0]
        look_alike = str(key).replace("a", "\u0430").replace("e", "\u0435").replace("_", "\uff3f")
        container[position][0] = chance.choice(
            [
                look_alike,
                str(key)[:-1],
                str(key) + "\u200b",
                str(key).upper(),
                chance.choice(TEXTS),
                chance.choice(NUMBERS),
            ]
        )


def _graft(chance, document):
    """A part of one scenario stands elsewhere in another."""
    other = pairs(bases()[chance.choice(list(bases()))][1])
    donors, here = places(other), places(document)
    if donors and here:
        container, position, _ = chance.choice(here)
        _set(container, position, _get(*chance.choice(donors)[:2]))


def _from_schema(chance, document):
    """A key that the schema knows at that place, with a value at or beyond the edge of what it allows."""
    here, at = document, schema()
    for _ in range(chance.choice((1, 2, 3, 4, 5))):
        at = _one_form(chance, at)
        if at.get("properties") and (chance.random() < 0.8 or "additionalProperties" not in at):
            key, below = chance.choice(list(at["properties"].items()))
        elif isinstance(at.get("additionalProperties"), dict):
            key, below = chance.choice([*[str(one[0]) for one in here], "new"]), at["additionalProperties"]
        elif at.get("patternProperties"):
            key, below = chance.choice([2026, 2027, 2100]), next(iter(at["patternProperties"].values()))
        else:
            break
        found = next((one for one in here if one[0] == key), None)
        if found is None:
            here.append(found := [key, Pairs()])
        at = below
        if not isinstance(found[1], Pairs):
            break
        here = found[1]
    else:
        found = here[-1] if here else None
    if found is not None:
        found[1] = _edge(chance, _one_form(chance, at))


def _edge(chance, at):
    edges = [at[key] for key in ("minimum", "maximum", "exclusiveMinimum", "const", "default") if key in at]
    edges += at.get("enum", [])
    if edges and chance.random() < 0.7:
        value = chance.choice(edges)
        if isinstance(value, int | float) and not isinstance(value, bool) and chance.random() < 0.3:
            return value * chance.choice((-1, 1.0000001, 1e-9, 1000)) + chance.choice((0, 1, 1e-12))
        return pairs(value)
    if at.get("type") == "boolean":
        return chance.choice((True, False))
    return _value(chance)


def _one_form(chance, at):
    while True:
        if "$ref" in at:
            at = schema()["$defs"][at["$ref"].rsplit("/", 1)[-1]]
        elif "anyOf" in at:
            at = chance.choice(at["anyOf"])
        else:
            return at


def _deep(chance, document):
    """Nesting, aliases that double, merge keys that multiply, or very long text."""
    levels = chance.choice((5, 50, 99, 100, 101, 500))
    size = chance.choice((10, 1000, 1000, 1000, 10_000, 10_000, 1_000_000))
    bomb = ", ".join(f"a{n}: &b{n} [{f'*b{n - 1}, ' * 9 if n else 'x'}]" for n in range(chance.choice((4, 9, 30))))
    wide = ", ".join(f"k{n}: {n}" for n in range(chance.choice((10, 100, 100, 1000))))
    merged = (
        "{w: &w {" + wide + "}, " + ", ".join(f"m{n}: {{<<: *w}}" for n in range(chance.choice((10, 30, 300)))) + "}"
    )
    raw = Raw(
        chance.choice(
            (
                "[" * levels + "]" * levels, "{a: " * levels + "1" + "}" * levels, "[" * levels,
                "{" + bomb + "}", merged,
                '"' + "x" * size + '"', "[" + "1, " * min(size, 200_000) + "]", "x " * (size // 2), "1" * size,
            )
        )
    )  # fmt: skip
    if chance.random() < 0.5:
        document.insert(0, [chance.choice(("x-a", "regions", "set", "levers")), raw])
    else:
        container, position, _ = chance.choice(places(document) or [(document, 0, 0)])
        if container:
            _set(container, position, raw)


def _many(chance, document):
    """Thousands of regions, technologies, policies, cases, levers, years or list items."""
    sections = [one for one in document if isinstance(one[1], Pairs) and one[1] and isinstance(one[1][0][1], Pairs)]
    count = chance.choice(SIZES)
    section = chance.choice(("years", "policies", "cases", "levers", "copies", "copies", "copies"))
    if section == "years":
        _put(document, "years", Pairs([["first", chance.choice((1990, 2026))], ["last", chance.choice((2100, 2050))]]))
        _put(document, "base_year", chance.choice((1989, 2025)))
    elif section == "copies" and sections:
        part = chance.choice(sections)[1]
        part += [[f"copy{n}", part[0][1]] for n in range(count)]
    else:
        _put(document, section if section != "copies" else "policies", Pairs([f"p{n}", Pairs()] for n in range(count)))


def _extends(chance, document):
    name = chance.choice((*TRAPS, *TEXTS, "us-2030", "tiny/one-block", "one-block.yaml", "mutant.yaml"))
    value = [name, chance.choice(("tiny/one-block", name))] if chance.random() < 0.2 else name
    _put(document, "extends", value)


def _profiles(chance, document):
    name = chance.choice((*TRAPS, "hours.csv", "hours.csv", "hours.csv", *TEXTS))
    kind = chance.choice(("annual", "representative", "representative", "full"))
    value = Pairs([["kind", kind], ["profiles", name], ["typical_days", chance.choice((1, 2))]])
    _put(document, "chronology", value)


def _chronology(chance, document):
    value = Pairs(
        [
            ["kind", chance.choice(("annual", "representative", "full"))],
            ["typical_days", chance.choice((1, 2, 12, 364, 365))],
            ["stress_days", chance.choice((0, 1, 2, 20))],
            ["added_days", chance.choice(([], [1], [1, 1], [365], list(range(1, 366)), [0], [366]))],
        ]
    )
    _put(document, "chronology", value)


def _projects(chance, document):
    """Demand from a list of projects: a file, sound or not, or rows."""
    rows = [Pairs([[key, _value(chance) if chance.random() < 0.2 else value] for key, value in row.items()])
            for row in PROJECTS[: chance.randint(0, 3)]]  # fmt: skip
    listed = chance.choice(("projects.csv", "projects.csv", rows, chance.choice((*TRAPS, *TEXTS))))
    keys = [key for key in ("ramp_years", "repeats", "completion_fraction", "delay_years") if chance.random() < 0.1]
    values = [chance.choice((_value(chance), Pairs([["announced", _value(chance)]]))) for _ in keys]
    pipeline = [["projects", listed], *map(list, zip(keys, values, strict=True))]
    demand = [["base_gw", 1], ["additions_gw_per_year", Raw("~")], ["pipeline", Pairs(pipeline)]]
    _put(document, "demand", Pairs(demand))


PROJECTS = (
    {"name": "Alpha", "mw": 1000, "stage": "in_construction", "date": "2027-06"},
    {"name": "Beta", "region": "here", "mw": 900, "stage": "contracted", "date": 2026, "firm_fraction": 0.5},
    {"name": "Gamma", "mw": 3000, "stage": "announced", "date": "2028-01-31", "ramp_years": 4},
)


def _projects_file(chance: random.Random) -> bytes:
    """A list of projects, sound or broken in one of many ways."""
    columns = ["name", "region", "mw", "stage", "date", "firm_fraction", "ramp_years"]
    cells = [[str(row.get(key, "")) for key in columns] for row in PROJECTS] * chance.choice((1, 1, 3, 1000, 10_000))
    for _ in range(chance.choice((0, 0, 1, 5))):
        chance.choice(cells)[chance.randrange(len(columns))] = str(_value(chance))
    sound = "\n".join([",".join(columns), *map(",".join, cells)]).encode("utf-8", "surrogatepass") + b"\n"
    return chance.choice((*[sound] * 7, _bytes(chance, sound), b"", sound.replace(b",", b";"), b"," * 10**5))


CHANGES = (
    *[("leaf", _leaf)] * 8, *[("branch", _branch), ("delete", _delete)] * 3,
    *[("twice", _twice), ("rename", _rename), ("graft", _graft)] * 2,
    *[("schema", _from_schema)] * 14, ("deep", _deep), ("many", _many), *[("extends", _extends)] * 2,
    *[("profiles", _profiles)] * 2, ("chronology", _chronology), *[("projects", _projects)] * 2,
)  # fmt: skip


def _put(document: Pairs, key: str, value) -> None:
    document[:] = [one for one in document if one[0] != key]
    document.append([key, value])


def _get(container, position):
    return container[position][1] if isinstance(container, Pairs) else container[position]


def _set(container, position, value) -> None:
    if isinstance(container, Pairs):
        container[position][1] = value
    else:
        container[position] = value


def _bytes(chance: random.Random, text: bytes) -> bytes:
    """Flips, cuts, repeats and strange bytes."""
    content = bytearray(text)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randint(0, len(content))
        length = chance.choice((1, 2, 8, 40, 400))
        match chance.randint(0, 7):
            case 0:
                content[at : at + 1] = bytes([chance.randint(0, 255)])
            case 1:
                del content[at : at + length]
            case 2 | 3:
                content[at:at] = chance.choice(SNIPPETS)
            case 4:
                content[at:at] = content[at : at + length] * chance.choice((1, 2, 100))
            case 5:
                content[at : at + length] = chance.choice([str(one).encode() for one in NUMBERS + WORDS])
            case 6:
                start = chance.randint(0, len(content))
                content[at:at] = content[start : start + length]
            case 7:
                content = content[:at] if chance.random() < 0.3 else content + content[:at]
    return _encoded(chance, bytes(content)) if chance.random() < 0.03 else bytes(content)


def _encoded(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    form = chance.choice(("utf-16", "utf-16-be", "utf-32", "latin-1", "utf-8-sig", "utf-7", "cp037"))
    return text.encode(form, "replace")


@cache
def _sound_hours() -> bytes:
    rows = [f"{hour},{20 + hour % 24},{0.9 - hour % 24 / 240:.3f}" for hour in range(8760)]
    return ("hour,system_load_gw,load\n" + "\n".join(rows) + "\n").encode()


def _hours(chance: random.Random) -> bytes:
    """A file of hours, sound or broken in one of many ways."""
    sound = _sound_hours()
    header, body = sound.split(b"\n", 1)
    cell = chance.choice(
        (b"nan", b"inf", b"-1", b"1e308", b"", b"x", b"1e-308", b"\x00", b"\xff", b'"', b"9" * 5000, b"1e999")
    )
    cut = chance.randint(0, len(sound))
    return chance.choice(
        (
            sound, b"", b"\n", header, sound[:cut], sound[:cut] + cell + sound[cut + 2 :], b"\xff\xfe" + sound,
            header + header,
            body, sound.replace(b",", b";"), sound.replace(b"\n", b"\r"), sound + body[:30], b'"' + sound,
            b"," * 100_000 + b"\n", (b"a" * 200_000) + sound, sound.replace(b"load", chance.choice(TEXTS).encode(), 1),
            b"hour,load,load\n" + body, bytes(chance.randrange(256) for _ in range(500)),
            _bytes(chance, sound),
        )
    )  # fmt: skip
