"""Offices, posts and people from files: streamed into staging tables by COPY, judged and written set by set."""
