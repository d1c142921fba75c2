"""Figures of a sweep beside a run: the gap over the draws, what moves it, and how far policies are from the best."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from powergap.report.charts import ACCENT, FAINT, by_policy, fitted, tips, x_of
from powergap.report.view import ReportView
from powergap.sweep import Sweep, answers

MUSD_PER_BUSD = 1000.0
ABOVE = {limit: f"above_{limit:g}_gw_percent" for limit in answers.LIMITS_GW}


def draws_table(view: ReportView, sweep: Sweep) -> pd.DataFrame:
    """Quantiles of the last year's gap over the draws, and in how many of a hundred it exceeds each limit."""
    gap = answers.gap_quantiles(sweep)
    beyond = answers.exceedance(sweep).pivot(index="policy", columns="limit_gw", values="probability")
    percent = (100 * beyond).rename(columns=ABOVE)
    return _in_every_case(view, gap[gap["year"] == sweep.years[-1]].join(percent, on="policy"))


def tornado_table(view: ReportView, sweep: Sweep) -> pd.DataFrame:
    """Last year's gap with one input moved, the widest swing first; inputs that move nothing are left out."""
    swings = answers.tornado(sweep)
    return _in_every_case(view, swings[swings["swing_gw"] > 0.05])


def regret_table(view: ReportView, sweep: Sweep) -> pd.DataFrame:
    """Cost beyond the best policy of the same draw."""
    regret = answers.regret(sweep)
    busd = {"mean_busd": regret["mean_regret_musd"], "most_busd": regret["max_regret_musd"]}
    regret = regret.assign(**{name: values / MUSD_PER_BUSD for name, values in busd.items()})
    for wins in ("wins_fraction", "wins_among_contenders_fraction"):
        regret[wins.replace("fraction", "percent")] = 100 * regret[wins]
    return _in_every_case(view, regret)


def _in_every_case(view: ReportView, table: pd.DataFrame) -> pd.DataFrame:
    """Draws belong to no case: they stand beside each. Policies that only the sweep has are left out."""
    known = table[table["policy"].isin(view.policies)]
    return pd.concat([known.assign(case=case) for case in view.cases], ignore_index=True)


def draws_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """A box each policy: nine of ten draws as a line, half of them as a bar, the middle and the scenario as points."""
    told = tips("policy", p05_gw="5%, GW", p50_gw="half below, GW", p95_gw="95%, GW", base_gw="baseline, GW")
    base = by_policy(view, table).encode(tooltip=told)
    title = f"gap at the end of {view.last_year}, GW"
    return fitted(
        alt.layer(
            base.mark_rule(strokeWidth=1.5, color=FAINT).encode(x=x_of("p05_gw", title), x2="p95_gw:Q"),
            base.mark_bar(color=ACCENT, height=13, opacity=0.6).encode(x="p25_gw:Q", x2="p75_gw:Q"),
            base.mark_tick(thickness=2, size=17, opacity=1).encode(x="p50_gw:Q"),
            base.mark_point(shape="diamond", filled=True, size=60, opacity=1, color="#d00000").encode(x="base_gw:Q"),
        )
    )


def tornado_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """A bar each input, from its 10% to its 90% quantile, about the gap as the scenario stands."""
    told = tips("policy", "input", low_gw="at its 10%, GW", high_gw="at its 90%, GW", base_gw="baseline, GW")
    order = list(dict.fromkeys(table.sort_values("swing_gw", ascending=False, kind="stable")["input"]))
    base = alt.Chart(alt.NamedData("rows")).encode(y=alt.Y("input:N", title=None, sort=order), tooltip=told)
    ends = alt.layer(
        base.mark_bar(color=ACCENT, height=13).encode(
            x=x_of("low_gw", f"gap at the end of {view.last_year}, GW", zero=False), x2="high_gw:Q"
        ),
        base.mark_point(filled=True, size=60, opacity=1, color="#d00000").encode(x="high_gw:Q"),
        base.mark_tick(thickness=1.5, size=19, opacity=1).encode(x="base_gw:Q"),
    )
    return fitted(ends.properties(height={"step": 26}))


def regret_chart(view: ReportView, table: pd.DataFrame) -> Any:
    """A bar each policy: the mean over the draws, and the worst of them as a line."""
    told = tips(
        "policy", mean_busd="mean, $ billion", most_busd="most, $ billion", wins_percent="costs least, % of draws"
    )
    base = by_policy(view, table).encode(tooltip=told)
    title = "cost beyond the draw's best policy, the gap at its price, $ billion discounted"
    return fitted(
        alt.layer(
            base.mark_bar(color=ACCENT, height=13).encode(x=x_of("mean_busd", title)),
            base.mark_rule(strokeWidth=1.5).encode(x="mean_busd:Q", x2="most_busd:Q"),
            base.mark_tick(thickness=1.5, size=9, opacity=1).encode(x="most_busd:Q"),
        )
    )
