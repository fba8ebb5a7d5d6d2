"""The pages; every one declares who may open it, and only what is mounted here of allauth is reachable."""
