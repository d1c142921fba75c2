"""The command line. The only place that prints and exits; what is heavy is imported inside the commands."""

from powergap.cli.app import app, main

__all__ = ["app", "main"]
