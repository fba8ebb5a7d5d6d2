"""The language of what the start, stop and doctor commands print."""

import os


def in_language(chinese: str, english: str) -> str:
    """Chinese unless the locale names another language; a bare C locale counts as Chinese."""
    value = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    language = value.split(".")[0].split("_")[0].lower()
    return chinese if language in {"", "c", "posix", "zh"} else english
