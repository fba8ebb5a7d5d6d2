"""The way into every page that shows the published snapshot."""
