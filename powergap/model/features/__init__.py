"""What the linear program is made of: each file declares variables and terms, then adds rows; none knows another."""
