"""Every kind of mistake, and exactly what is said of it: `file:line:column key: message`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scenario_samples import VALID, catalog

from powergap.errors import InputError
from powergap.scenario import load, read_study
from powergap.scenario.read.renamed import KEYS

# what is replaced in the valid scenario, by what, and every line that is told
MISTAKES: list[tuple[str, str, list[str]]] = [
    (
        "title: A small study",
        "titel: A small study",
        [
            "s.yaml:2:1 titel: unknown key; did you mean `title`?",
        ],
    ),
    (
        "title: A small study",
        "title: 12",
        [
            "s.yaml:2:8 title: expected text, got 12",
        ],
    ),
    (
        "title: A small study",
        "title: A small study\ntitle: again",
        [
            "s.yaml:3:1 title: the key is repeated; first in line 2, column 1",
        ],
    ),
    (
        "name: small",
        "name: 'two words'",
        [
            "s.yaml:1:7 name: the text 'two words' is not a valid name; names contain letters, digits, `_`, `.` and "
            "`-`, and start with a letter or digit",
        ],
    ),
    (
        "name: small",
        "name: größe",
        [
            "s.yaml:1:7 name: the text 'größe' is not a valid name; names contain letters, digits, `_`, `.` and "
            "`-`, and start with a letter or digit",
        ],
    ),
    (
        "base_year: 2025",
        "base_year: 2024",
        [
            "s.yaml:3:12 base_year: the base year is the year before the first: expected 2025, got 2024",
        ],
    ),
    (
        "base_year: 2025\n",
        "",
        [
            "s.yaml:1:1 base_year: missing; expected a whole number "
            "(The year before the first; the gap is 0 at its end, and money is discounted to it)",
        ],
    ),
    (
        "base_year: 2025",
        "base_year: '2025'",
        [
            "s.yaml:3:12 base_year: expected a whole number, got the text '2025'",
        ],
    ),
    (
        "last: 2028",
        "last: 2025",
        [
            "s.yaml:4:28 years.last: the last year 2025 is before the first year 2026",
        ],
    ),
    (
        "last: 2028",
        "last: 2028.5",
        [
            "s.yaml:4:28 years.last: expected a whole number, got 2028.5",
        ],
    ),
    (
        "last: 2028",
        "last: 2029",
        [
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: no value for 2029; give every year "
            "2026 to 2029, or a rule such as `then: hold`",
        ],
    ),
    (
        "dollar_year: 2025",
        "dollar_year: 2015",
        [
            "s.yaml:5:14 dollar_year: the catalog knows no price level of 2015, only 2024 to 2026",
        ],
    ),
    (
        "      base_gw: 20\n",
        "",
        [
            "s.yaml:10:7 regions.pjm.demand.base_gw: missing; expected a number in GW (Energized fleet "
            "at the end of the base year)",
        ],
    ),
    (
        "base_gw: 20",
        "base_gww: 20",
        [
            "s.yaml:10:7 regions.pjm.demand.base_gw: missing; expected a number in GW (Energized fleet "
            "at the end of the base year)",
            "s.yaml:10:7 regions.pjm.demand.base_gww: unknown key; did you mean `base_gw`?",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: 20000",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: 20000 is outside 0 to 2000 GW; were megawatts meant?",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: '20'",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: expected a number in GW, got the text '20'",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: 1_000",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: expected a number in GW, got the text '1_000'; write 1000",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: .nan",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: `.nan` is not a finite number",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: [20]",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: expected a number in GW, got a list",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: 2026-01-01",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: `2026-01-01` is a date; write it in quotes if text is meant",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: !!python/object:os.system 20",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: the tag "
            "`tag:yaml.org,2002:python/object:os.system` is not allowed; write plain values",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: !!set {a, b}",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: the tag `tag:yaml.org,2002:set` is not allowed; "
            "write plain values",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: {from_catalog: bas}",
        [
            "s.yaml:10:31 regions.pjm.demand.base_gw.from_catalog: no quantity `bas` in the catalog; "
            "did you mean `base`?",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: {from_catalog: base, times: twice}",
        [
            "s.yaml:10:44 regions.pjm.demand.base_gw.times: `times` takes a number from 0 to 1,000,000, or one of "
            "the catalog",
        ],
    ),
    (
        "base_gw: 20",
        "base_gw: {from_catalog: wanted}",
        [
            "s.yaml:10:16 regions.pjm.demand.base_gw: expected a number in GW, got a year series (under case mid)",
        ],
    ),
    (
        "base_gw: 20",
        "\tbase_gw: 20",
        [
            "s.yaml:10:7: not valid YAML: a tab; YAML indents with spaces",
        ],
    ),
    (
        "additions_gw_per_year: {2026: 8, 2027: 9, 2028: 10}",
        "additions_gw_per_year: {2026: 8, 2027: 9}",
        [
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: no value for 2028; give every year "
            "2026 to 2028, or a rule such as `then: hold`",
        ],
    ),
    (
        "additions_gw_per_year: {2026: 8, 2027: 9, 2028: 10}",
        "additions_gw_per_year: {2026: 8, 2027: 9, 2028: ten}",
        [
            "s.yaml:11:55 regions.pjm.demand.additions_gw_per_year.2028: expected a number in GW/yr, "
            "got the text 'ten'",
        ],
    ),
    (
        "additions_gw_per_year: {2026: 8, 2027: 9, 2028: 10}",
        "additions_gw_per_year: {2026: 8, 2027: 9, twentyeight: 10}",
        [
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: 'twentyeight' is not a year",
        ],
    ),
    (
        "additions_gw_per_year: {2026: 8, 2027: 9, 2028: 10}",
        "additions_gw_per_year: {2026: 8, then: grow}",
        [
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: `then` is 'grow'; expected hold, "
            "{growth_fraction_per_year: ...} or {add_per_year: ...}",
        ],
    ),
    (
        "additions_gw_per_year: {2026: 8, 2027: 9, 2028: 10}",
        "additions_gw_per_year: plenty",
        [
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: expected a number for all years, or "
            "a map of year: value, got the text 'plenty'",
        ],
    ),
    (
        "additions_gw_per_year: {2026: 8, 2027: 9, 2028: 10}",
        "additions_gw_per_year: {}",
        [
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: a year series needs at least one year",
        ],
    ),
    (
        "firm: {2026: 3, then: hold}",
        "frim: {2026: 3, then: hold}",
        [
            "s.yaml:14:9 regions.pjm.grid.additions_gw_per_year.frim: unknown connection technology "
            "`frim`; did you mean `firm`?",
        ],
    ),
    (
        "firm: {2026: 3, then: hold}",
        "engine: {2026: 3, then: hold}",
        [
            "s.yaml:14:9 regions.pjm.grid.additions_gw_per_year.engine: `engine` is a generator, not a connection",
        ],
    ),
    (
        "      system_load: {summer_peak_gw: 160, winter_peak_gw: 145}\n",
        "",
        [
            "s.yaml:13:7 regions.pjm.grid.system_load: missing; `flexible` may draw only within the "
            "headroom of the region's own load (under policy build)",
        ],
    ),
    (
        "share_of_committed_deliveries_fraction: 0.6",
        "share_of_committed_deliveries_fraction: 0.5",
        [
            "s.yaml:8:3 regions: share_of_committed_deliveries_fraction of the regions adds up to 0.9, not "
            "1; it divides the national committed deliveries of engine",
        ],
    ),
    (
        "share_of_committed_deliveries_fraction: 0.6",
        "share_of_committed_deliveries_fraction: 60",
        [
            "s.yaml:17:45 regions.pjm.share_of_committed_deliveries_fraction: 60 is outside 0 to 1 "
            "fraction; was a percentage meant?",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "climate: {mean_degf: 59}",
        [
            "s.yaml:24:11 climate.mean_degf: unknown key; did you mean `mean_degc`?",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "gas_supply_limit_bcf_per_day: 3",
        [
            "s.yaml:24:31 gas_supply_limit_bcf_per_day: would count once per region (2 regions); give "
            "it under `regions.<name>`",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "fuel_price_adder_usd_per_mmbtu: {gass: 1}",
        [
            "s.yaml:24:34 fuel_price_adder_usd_per_mmbtu.gass: unknown fuel `gass`; did you mean `gas`?",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "build_limit_gw: {engin: 1}",
        [
            "s.yaml:24:17 build_limit_gw: would count once per region (2 regions); give it under `regions.<name>`",
            "s.yaml:24:18 build_limit_gw.engin: unknown technology `engin`; did you mean `engine`?",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "chronology: {kind: full, profiles: nowhere.csv}",
        [
            "s.yaml:24:36 chronology.profiles: no such file: nowhere.csv",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "chronology: {kind: fulll}",
        [
            "s.yaml:24:20 chronology.kind: the text 'fulll' is not allowed here; did you mean `full`?",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "readings: {demand: medium}",
        [
            "s.yaml:24:20 readings.demand: the text 'medium' is not allowed here; expected one of high, "
            "low, mid (under case mid)",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "foresight: {look_ahead_years: -1}",
        [
            "s.yaml:24:31 foresight.look_ahead_years: must be greater than or equal to 0, got -1",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "policy: wait",
        [
            "s.yaml:24:1 policy: unknown key",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "solver: {time_limit_seconds: 0}",
        [
            "s.yaml:24:30 solver.time_limit_seconds: must be greater than 0, got 0",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "extends: /etc/base.yaml",
        [
            "s.yaml:24:10 extends: give a path relative to this file; absolute paths break elsewhere",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "extends: s.yaml",
        [
            "s.yaml:24:10 extends: extends in a circle: s.yaml -> s.yaml",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "extends: t.yaml",
        [
            "s.yaml:24:10 extends: no file or bundled scenario `t.yaml`; did you mean `s.yaml`?",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "3: three",
        [
            's.yaml:24:1: the key `3` is neither text nor a year; write "3" in quotes',
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "fuels: {gas: {is_pipeline_gas: yes}}",
        [
            "s.yaml:24:32 fuels.gas.is_pipeline_gas: expected true or false, got the text 'yes'",
        ],
    ),
    (
        "  firm: {}\n",
        "  firn: {}\n",
        [
            "s.yaml:26:3 technologies.firn: no technology `firn` in the catalog; did you mean `firm`? "
            "(one of your own needs `kind` and all its values, or `like: another`)",
        ],
    ),
    (
        "  firm: {}\n",
        "  firm:\n",
        [
            "s.yaml:26:3 technologies.firm: nothing to delete; an empty value means delete, write `{}` "
            "for an entry without overrides",
        ],
    ),
    (
        "  firm: {}\n",
        "  firm: {kind: storage}\n",
        [
            "s.yaml:26:16 technologies.firm.kind: `firm` is of kind connection in the catalog; give "
            "your own another name",
        ],
    ),
    (
        "  firm: {}\n",
        "  firm: {base_connected_by_fleet: false}\n",
        [
            "s.yaml:26:3 technologies: no connection with `base_connected_by_fleet: true`; the "
            "base-year fleet must hang on one",
        ],
    ),
    (
        "  battery: {}",
        "  battery: {min_duration_h: 20}",
        [
            "s.yaml:29:29 technologies.battery.min_duration_h: the shortest duration 20 h exceeds the "
            "longest 12 h (under policy wait, build)",
        ],
    ),
    (
        "  battery: {}",
        "  battery: {max_durations_h: 20}",
        [
            "s.yaml:29:13 technologies.battery.max_durations_h: unknown key; did you mean "
            "`max_duration_h`? (under policy wait, build)",
        ],
    ),
    (
        "    lead_time_years: 1.5",
        "    lead_time_months: 18",
        [
            "s.yaml:28:5 technologies.engine.lead_time_months: unknown key; did you mean `lead_time_years`?",
        ],
    ),
    (
        "    lead_time_years: 1.5",
        "    forced_outage_fraction: 1",
        [
            "s.yaml:28:29 technologies.engine.forced_outage_fraction: forced and planned outage add up "
            "to more than 0.99; the machine would never run",
        ],
    ),
    (
        "    lead_time_years: 1.5",
        "    fuel: ~",
        [
            "s.yaml:28:5 technologies.engine.fuel: missing; a heat rate above 0 needs a fuel",
        ],
    ),
    (
        "    lead_time_years: 1.5",
        "    fuel: gaz",
        [
            "s.yaml:28:11 technologies.engine.fuel: unknown fuel `gaz`; did you mean `gas`?",
        ],
    ),
    (
        "    lead_time_years: 1.5",
        "    profile: solar",
        [
            "s.yaml:28:5 technologies.engine.capacity_factor_fraction: missing; a `solar` profile needs "
            "its yearly mean, a fraction, here or under `sun` of every region (not under pjm, ercot)",
        ],
    ),
    (
        "    lead_time_years: 1.5",
        "    title: {a: 1}",
        [
            "s.yaml:28:12 technologies.engine.title: expected text, got a map",
        ],
    ),
    (
        "    kind: generator",
        "    kind: genrator",
        [
            "s.yaml:31:11 technologies.own_cell.kind: no kind `genrator`; did you mean `generator`?",
        ],
    ),
    (
        "    kind: generator\n",
        "",
        [
            "s.yaml:30:3 technologies.own_cell: no technology `own_cell` in the catalog (one of your "
            "own needs `kind` and all its values, or `like: another`)",
        ],
    ),
    (
        "    unit_size_mw: 0.3\n",
        "",
        [
            "s.yaml:31:5 technologies.own_cell.unit_size_mw: missing; expected a number in MW "
            "(Capacity of one unit; with the outages it decides redundancy)",
        ],
    ),
    (
        "    fuel: gas\n",
        "",
        [
            "s.yaml:31:5 technologies.own_cell.fuel: missing; a heat rate above 0 needs a fuel",
        ],
    ),
    (
        "supply_chain: own_makers",
        "supply_chain: own_maker",
        [
            "s.yaml:42:19 technologies.own_cell.supply_chain: unknown supply chain `own_maker`; did you "
            "mean `own_makers`?",
        ],
    ),
    (
        "    heat_rate_mmbtu_per_mwh: 7\n",
        "",
        [
            "s.yaml:40:11 technologies.own_cell.fuel: missing; a machine that burns fuel needs a heat "
            "rate above 0 MMBtu/MWh",
        ],
    ),
    (
        "  own_makers: {title: Manufacturers, open",
        "  own_makers: {opens",
        [
            "s.yaml:44:3 supply_chains.own_makers: no supply chain `own_makers` in the catalog; did you "
            "mean `engine_makers`? (one of your own needs `title` and all its values, or `like: another`)",
        ],
    ),
    (
        "finance: *cheap",
        "finance: *chaep",
        [
            "s.yaml:45:10 finance: `*chaep` has no finished `&chaep` above it",
        ],
    ),
    (
        "discount_rate: 0.05, ",
        "discount_rate: 5, ",
        [
            "s.yaml:6:33 x-cheap.discount_rate: 5 is outside -0.05 to 0.5 fraction per year; was a percentage meant?",
        ],
    ),
    (
        "discount_rate: 0.05, ",
        "",
        [
            "s.yaml:6:10 x-cheap.discount_rate: missing; expected a number in fraction per year (Real, "
            "for comparing years)",
        ],
    ),
    (
        "value_of: {delayed_load_usd_per_kw_year: 5000, ",
        "value_of: {delayed_load_usd_per_kw_year: 5000, <<: 4, ",
        [
            "s.yaml:46:52 value_of: `<<` takes a map, or a list of maps",
        ],
    ),
    (
        "from_catalog: slots, times: 2",
        "from_catalog: slotz, times: 2",
        [
            "s.yaml:51:78 "
            "levers.more-slots.set.supply_chains.engine_makers.open_slots_gw_per_year.from_catalog: no "
            "quantity `slotz` in the catalog; did you mean `slots`?",
        ],
    ),
    (
        "from_catalog: slots, times: 2",
        "from_catalog: slots, time: 2",
        [
            "s.yaml:51:85 "
            "levers.more-slots.set.supply_chains.engine_makers.open_slots_gw_per_year.time: next to "
            "`from_catalog` only `times`, years and `then` are allowed",
        ],
    ),
    (
        "flexible: {}}}",
        "flexibel: {}}}",
        [
            "s.yaml:53:26 levers.flexible.set.technologies.flexibel: no technology `flexibel` in the "
            "catalog; did you mean `flexible`? (one of your own needs `kind` and all its values, or `like: another`)",
        ],
    ),
    (
        "{battery: ~}",
        "{batery: ~}",
        [
            "s.yaml:55:26 levers.no-battery.set.technologies.batery: nothing to delete; an empty value "
            "means delete, write `{}` for an entry without overrides; did you mean `battery`?",
        ],
    ),
    (
        "wait: {title: Wait}",
        "wait: {titel: Wait}",
        [
            "s.yaml:57:10 policies.wait.titel: unknown key; did you mean `title`?",
        ],
    ),
    (
        "    levers: [more-slots, flexible]",
        "    levers: [more-slot, flexible]",
        [
            "s.yaml:60:14 policies.build.levers.0: unknown lever `more-slot`; did you mean `more-slots`?",
        ],
    ),
    (
        "    levers: [more-slots, flexible]",
        "    levers: more-slots",
        [
            "s.yaml:60:13 policies.build.levers: expected a list, got the text 'more-slots'",
        ],
    ),
    (
        "{delayed_load_usd_per_kw_year: 3000}",
        "{delayed_load_usd_per_kw_year: lots}",
        [
            "s.yaml:63:52 policies.lean.set.value_of.delayed_load_usd_per_kw_year: expected a number in USD/kW-yr, "
            "got the text 'lots'",
        ],
    ),
    (
        "set: {value_of: {delayed_load_usd_per_kw_year: 3000}}",
        "set: {name: other}",
        [
            "s.yaml:63:11 policies.lean.set.name: cannot change between runs; set it at the top level of the file",
        ],
    ),
    (
        "set: {value_of: {delayed_load_usd_per_kw_year: 3000}}",
        "set: {years: {last: 2031}}",
        [
            "s.yaml:11:30 regions.pjm.demand.additions_gw_per_year: no value for 2029, 2030, 2031; give "
            "every year 2026 to 2031, or a rule such as `then: hold` (under policy lean)",
        ],
    ),
    (
        "reference_policy: wait",
        "reference_policy: wiat",
        [
            "s.yaml:64:19 reference_policy: unknown policy `wiat`; did you mean `wait`?",
        ],
    ),
    (
        "reference_policy: wait",
        "default_case: low",
        [
            "s.yaml:64:15 default_case: unknown case `low`; expected one of high, mid",
        ],
    ),
    (
        "mid: {}",
        "mid: {sets: {}}",
        [
            "s.yaml:66:9 cases.mid.sets: unknown key; did you mean `set`?",
        ],
    ),
    (
        "{readings: {demand: high, cost: high}}",
        "{readings: {demnd: high}}",
        [
            "s.yaml:67:27 cases.high.set.readings.demnd: unknown key; did you mean `demand`?",
        ],
    ),
    (
        "{readings: {demand: high, cost: high}}",
        "[1]",
        [
            "s.yaml:67:15 cases.high.set: expected a map of `key: value`, got a list",
        ],
    ),
    (
        "cases:",
        "---\ncases:",
        [
            "s.yaml:65:1: a second document starts here; one file holds one scenario",
        ],
    ),
    (
        "name: small",
        "%YAML 1.1\n---\nname: small",
        [
            "s.yaml:1:1: `%YAML 1.1` reads NO as false and 12:30 as 750; leave the line out",
        ],
    ),
    (
        "years: {first: 2026, last: 2028}",
        "years: {first: 2026, last: 2028",
        [
            "s.yaml:5:12: not valid YAML: while parsing a flow mapping expected ',' or '}', but got ':'",
        ],
    ),
    (
        "technologies:\n",
        "technologies: 5\ny:\n",
        [
            "s.yaml:25:15 technologies: expected a map of `key: value`, got 5 (under policy wait)",
            "s.yaml:26:1 y: unknown key",
            "s.yaml:56:26 levers.no-battery.set.technologies.battery: nothing to delete; an empty value "
            "means delete, write `{}` for an entry without overrides",
        ],
    ),
    (
        "regions:\n",
        "regions: {}\nx-y:\n",
        [
            "s.yaml:7:10 regions: needs at least one entry",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "catalog: {quantities: {a: {low: 1}}}",
        [
            "s.yaml:24:27 catalog.quantities.a.confidence: missing; expected seen or reported or "
            "derived or judgment or general_knowledge",
            "s.yaml:24:27 catalog.quantities.a.date: missing; expected text (Day the number was last "
            "checked against its source)",
            "s.yaml:24:27 catalog.quantities.a.group: missing; expected demand or grid or supply or "
            "lead_time or cost or fuel or performance or value (Which of the scenario's readings picks "
            "low, mid or high)",
            "s.yaml:24:27 catalog.quantities.a.high: missing; expected a map of `key: value`",
            "s.yaml:24:27 catalog.quantities.a.mid: missing; expected a map of `key: value`",
            "s.yaml:24:27 catalog.quantities.a.source: missing; expected a map of `key: value` (Keys of "
            "the sources file; `judgment` where none)",
            "s.yaml:24:27 catalog.quantities.a.unit: missing; expected text (For example USD/kW, GW/yr, "
            "fraction; empty only for ratios)",
        ],
    ),
    (
        "climate: {mean_degc: 15}",
        "catalog: {bundled: maybe}",
        [
            "s.yaml:24:20 catalog.bundled: expected true or false, got the text 'maybe'",
        ],
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "told"), MISTAKES, ids=[re.sub(r"[^\x20-\x7e]", "_", m[1])[:40] for m in MISTAKES]
)
def test_mistake_is_told_where_it_stands(tmp_path, monkeypatch, old, new, told):
    monkeypatch.chdir(tmp_path)
    assert old in VALID
    Path("s.yaml").write_text(VALID.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load("s.yaml", catalog=catalog())
    assert [str(problem) for problem in raised.value.problems] == told


def test_all_problems_are_told_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = VALID
    for old, new in [
        ("base_gw: 20", "base_gw: 20000"),
        ("  firm: {}", "  firn: {}"),
        ("wait: {title: Wait}", "wait: {titel: Wait}"),
        ("fuel: gas", "fuel: gaz"),
        ("base_year: 2025", "base_year: 2020"),
        ("{battery: ~}", "{batery: ~}"),
        ("{delayed_load_usd_per_kw_year: 3000}", "{delayed_load_usd_per_kw_year: lots}"),
    ]:
        assert old in text
        text = text.replace(old, new, 1)
    Path("s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load("s.yaml", catalog=catalog())
    lines = {problem.line for problem in raised.value.problems}
    assert {3, 10, 26, 40, 55, 57, 63} <= lines
    assert len(set(map(str, raised.value.problems))) == len(raised.value.problems)


def test_a_problem_of_one_policy_and_case_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = VALID.replace("base_gw: 20", "base_gw: {from_catalog: base, times: 40}")
    text = text.replace("levers: [no-battery]", "levers: [no-battery]", 1)
    Path("s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load("s.yaml", catalog=catalog())
    (problem,) = raised.value.problems
    assert problem.message == "2400 is outside 0 to 2000 GW; were megawatts meant? (under case high)"


def test_every_problem_has_a_place_and_no_python_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _, _, told in MISTAKES:
        for line in told:
            assert not re.search(r"pydantic|Input should|NoneType|dict_type|function-", line)
            assert re.match(r"s\.yaml:\d+:\d+|catalog ", line)


def test_two_faults_without_a_line_are_two():
    """Data from memory has no lines: where each stands is its key alone."""
    regions = {name: {"demand": {"base_gw": -5}} for name in ("east", "west")}
    with pytest.raises(InputError) as raised:
        read_study({"extends": "tiny/two-regions", "regions": regions})
    assert [one.key for one in raised.value.problems] == ["regions.east.demand.base_gw", "regions.west.demand.base_gw"]


@pytest.mark.parametrize(("old", "new"), [*KEYS.items()])
def test_a_key_of_before_is_told_its_new_name(old, new):
    """Whatever stands where: the same name is unknown as a key and in the catalog, and the new one is named."""
    with pytest.raises(InputError, match=f"unknown key; it is called `{new}` now"):
        read_study({"extends": "us-2030", old: 1})
    with pytest.raises(InputError, match=f"no quantity `{old}` in the catalog; it is called `{new}` now"):
        read_study({"extends": "us-2030", "finance": {"discount_rate": {"from_catalog": old}}})
