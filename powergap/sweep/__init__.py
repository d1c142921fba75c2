"""Many draws of uncertain inputs, every policy solved on each, and what the answers say together."""

from powergap.sweep.sweep import Sweep, read_sweep, sweep

__all__ = ["Sweep", "read_sweep", "sweep"]
