"""The web application: what officers work with."""
