"""What must be true of every scenario, asked of generated ones."""
