"""Where everything on the page stands: as the page sends it, and as a scenario file says it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, Strict

from powergap.catalog.schema import Reading
from powergap.scenario import Study
from powergap.serve.levers import SettingPath, Slider


class PageState(BaseModel):
    """What was chosen and moved.

    Attributes:
        policy: policy in detail.
        case: case that everything is shown in.
        readings: readings of the catalog that stand in for the case's, by group.
        moves: positions of levers by key; those the policy does not have are passed over.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: Annotated[str, Field(max_length=200)]
    case: Annotated[str, Field(max_length=200)]
    readings: Annotated[dict[str, Reading], Field(max_length=20)] = Field(default_factory=dict)
    moves: Annotated[dict[str, Annotated[FiniteFloat, Strict()]], Field(max_length=500)] = Field(default_factory=dict)

    @property
    def start(self) -> PageState:
        """The same policy and case with nothing moved."""
        return PageState(policy=self.policy, case=self.case)


def moved_levers(position: PageState, levers: Iterable[Slider]) -> list[tuple[Slider, float]]:
    """Levers that do not stand where the scenario has them, and where they stand."""
    at = [(lever, position.moves[lever.key]) for lever in levers if lever.key in position.moves]
    return [(lever, value) for lever, value in at if value != lever.base]


def document_of(study: Study, extends: str, position: PageState, levers: Iterable[Slider]) -> dict[str, Any]:
    """A scenario that extends the study's and holds what was moved, in the case that is shown and no other.

    A case is laid over everything else, so that is where a moved value holds. Only values of a technology stand under
    the policies that have it: under the case they would bring the technology to every policy.

    Args:
        study: the scenario as it stands, every policy and case of it.
        extends: how the document names it.
        position: what was moved.
        levers: those of the policy and case.
    """
    of_case: dict[str, Any] = {}
    of_policies: dict[str, Any] = {}
    for group, reading in position.readings.items():
        _put(of_case, ("readings", group), reading)
    for lever, at in moved_levers(position, levers):
        for path, value in lever.at(at).items():
            if path[0] != "technologies":
                _put(of_case, path, value)
                continue
            for policy in study.policies:
                if path[1] in study.run(policy, position.case).technologies:
                    _put(of_policies, (policy, "set", *path), value)
    others = dict.fromkeys(case for case in study.cases if case != position.case)
    document = {"extends": extends, "cases": {**others, position.case: {"set": of_case} if of_case else {}}}
    return document | ({"policies": of_policies} if of_policies else {}) | {"default_case": position.case}


def _put(tree: dict[str, Any], path: SettingPath, value: Any) -> None:
    *above, last = path
    for key in above:
        tree = tree.setdefault(key, {})
    tree[last] = value
