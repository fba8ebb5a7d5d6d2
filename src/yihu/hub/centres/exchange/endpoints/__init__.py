"""The API outside systems call, and what it says of itself."""
