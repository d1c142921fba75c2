"""`python -m powergap`."""

from powergap.cli import main

if __name__ == "__main__":
    main()
