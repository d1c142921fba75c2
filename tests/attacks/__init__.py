"""Attacks: broken and hostile scenario files, faults while files are written, and names that carry code."""
