"""What is asked: a scenario file, its levers, policies and cases, resolved into frozen `Scenario` objects."""

from powergap.scenario.dump import dump_yaml
from powergap.scenario.editor import json_schema
from powergap.scenario.futures import Future, Outlook, load_outlook
from powergap.scenario.read.compose import bundled_scenarios
from powergap.scenario.read.load import load, read_document, read_study
from powergap.scenario.resolved import read_resolved
from powergap.scenario.schema import Scenario
from powergap.scenario.starter import starter
from powergap.scenario.study import Choice, Study

__all__ = [
    "Choice",
    "Future",
    "Outlook",
    "Scenario",
    "Study",
    "bundled_scenarios",
    "dump_yaml",
    "json_schema",
    "load",
    "load_outlook",
    "read_document",
    "read_resolved",
    "read_study",
    "starter",
]
