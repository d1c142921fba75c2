"""Many draws of uncertain inputs, every policy solved on each, and what the answers say together."""
