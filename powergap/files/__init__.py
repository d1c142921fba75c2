"""Reading that is bounded and writing that is whole or not at all; text, numbers and tables in files."""
