"""Run folders that the tests of this package hand over."""

import pytest

from powergap.results.run_folder import write_run


@pytest.fixture(scope="session")
def folder_of(solved, tmp_path_factory):
    """`folder_of("tiny/one-block.yaml", "objective=least_gap")` gives the folder of a solved run."""

    def folder(path, *sets):
        target = tmp_path_factory.mktemp("runs") / "run"
        write_run(solved(path, *sets), target)
        return target

    return folder
