"""A policy under some of its levers: each subset is a policy of its own, loaded as a user would write it.

A lever may set anything in a scenario, so a subset is resolved from the document rather than carved out of the full
program; loading, building and compiling one takes some 30 ms, a tenth of its solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from powergap.explain.shapley import Subset
from powergap.scenario import Scenario, Study, read_study


@dataclass(frozen=True)
class Levers:
    """The levers of one policy under one case.

    Attributes:
        study: where they are from.
        scenario: the policy with all of them.
        names: the levers in the policy's order.
    """

    study: Study
    scenario: Scenario
    names: tuple[str, ...]

    @property
    def titles(self) -> list[str]:
        """What each lever is called."""
        return [self.study.levers[name].title or name for name in self.names]

    def scenarios(self, subsets: Sequence[Subset]) -> list[Scenario]:
        """The policy under each subset of its levers; the policy's own `set` stays.

        Raises:
            InputError: a lever does not stand without another, for example because it changes what that one adds.
        """
        if not subsets:
            return []
        document = self.study.resolved_document()
        policy = dict(document["policies"].get(self.scenario.policy) or {})
        names = [f"subset-{subset}" for subset in subsets]
        document["policies"] = {
            name: policy | {"levers": [lever for k, lever in enumerate(self.names) if subset >> k & 1]}
            for name, subset in zip(names, subsets, strict=True)
        }
        document["reference_policy"] = names[0]
        found = read_study(document, cases=[self.scenario.case])
        return [found.run(name, self.scenario.case) for name in names]


def levers_of(study: Study, scenario: Scenario) -> Levers:
    """The levers of a run's policy; none where the file has no policies."""
    choice = study.policies.get(scenario.policy)
    return Levers(study, scenario, choice.levers if choice else ())
