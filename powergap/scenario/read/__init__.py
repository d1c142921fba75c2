"""Reading a scenario: YAML and what it extends, lists of projects, hours, levers and cases, checks; up to a `Study`."""
