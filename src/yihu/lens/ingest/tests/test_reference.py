"""The page of sources says what the code does."""

from pathlib import Path

from yihu.lens.ingest.reference import SECTIONS, refreshed


def test_the_page_is_up_to_date() -> None:
    page = next(p for parent in Path(__file__).parents if (p := parent / "docs" / "sources.md").is_file())
    text = page.read_text(encoding="utf-8")
    assert all(f"<!-- generated: {name} -->" in text for name in SECTIONS)
    assert text == refreshed(text), "run: python -m yihu.lens.ingest.reference docs/sources.md"
