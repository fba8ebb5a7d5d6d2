"""Gathering: source files of any layout become immutable batches, every row accounted for."""
