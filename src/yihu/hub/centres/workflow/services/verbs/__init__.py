"""What people do with their place in a step."""
