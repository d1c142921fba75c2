"""The linear program: one file per idea, put together by `formulation.build`."""

from powergap.model.formulation import Formulation, build

__all__ = ["Formulation", "build"]
