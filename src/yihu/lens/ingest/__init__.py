"""Gathering: source files of any layout become immutable batches of canonical rows, every row accounted for."""
