"""Text from anybody: numbers, and tables in CSV files whose every cell has a place."""
