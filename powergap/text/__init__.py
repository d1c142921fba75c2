"""Tables as text: pure functions from a run, a comparison or catalog rows to lines that fit a width."""
