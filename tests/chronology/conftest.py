"""Files of hours."""

import pytest


@pytest.fixture
def table(tmp_path):
    def write(header, rows=8760, value=lambda hour: 0.5):
        path = tmp_path / "hours.csv"
        columns = len(header.split(","))
        lines = [",".join([str(value(hour))] * columns) for hour in range(rows)]
        path.write_text("\n".join([header, *lines]) + "\n")
        return path

    return write
