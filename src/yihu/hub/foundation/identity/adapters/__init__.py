"""The hooks by which allauth follows the rules of the house; named in the settings, imported by nobody."""
