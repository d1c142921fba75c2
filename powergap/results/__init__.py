"""Solved plans as tidy tables, run folders and the audit that reads them back."""
