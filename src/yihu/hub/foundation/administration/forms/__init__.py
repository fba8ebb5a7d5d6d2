"""Forms of the workbench: what is asked for each act, with help beside the field."""
