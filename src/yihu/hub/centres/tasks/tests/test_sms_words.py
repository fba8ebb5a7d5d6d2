"""What a reply says: the four words, the code, the reason, and nothing by guessing."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.hub.centres.tasks.choices import Verdict
from yihu.hub.centres.tasks.services.sms.words import ALPHABET, LENGTH, WORDS, Reply, read_reply

CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
REASONS = st.text(st.characters(whitelist_categories=("Lo", "Nd")), min_size=1, max_size=40)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Y 7K3Q9A", Reply(Verdict.AGREE, "7K3Q9A")),
        ("y7k3q9a", Reply(Verdict.AGREE, "7K3Q9A")),
        ("Ｙ　７Ｋ３Ｑ９Ａ", Reply(Verdict.AGREE, "7K3Q9A")),
        ("同意 7K3Q9A。", Reply(Verdict.AGREE, "7K3Q9A")),
        ("同意，7k3q9a！", Reply(Verdict.AGREE, "7K3Q9A")),
        ("N 7K3Q9A 材料不全", Reply(Verdict.REFUSE, "7K3Q9A", "材料不全")),
        ("n：7k3q9a：缺少 Contract A", Reply(Verdict.REFUSE, "7K3Q9A", "缺少 Contract A")),
        ("不同意 7K3Q9A 金额有误，请核", Reply(Verdict.REFUSE, "7K3Q9A", "金额有误,请核")),
        ("N 7K3Q9A", Reply(Verdict.REFUSE, "7K3Q9A")),
        ("Y", Reply(None)),
        ("好", Reply(None)),
        ("ok!", Reply(None)),
        ("同意。", Reply(None)),
        ("Y 7K3Q9", Reply(Verdict.AGREE)),
        ("Y 7K3Q9AB", Reply(Verdict.AGREE)),
        ("7K3Q9A", None),
        ("好 7K3Q9A", None),
        ("我同意 7K3Q9A", None),
        ("OK 7K3Q9A", None),
        ("退订", None),
        ("", None),
    ],
)
def test_examples(text: str, expected: Reply | None) -> None:
    assert read_reply(text) == expected


@given(
    code=CODES,
    word=st.sampled_from(sorted(WORDS)),
    wide=st.booleans(),
    lower=st.booleans(),
    gap=st.text(" 　,，:：", max_size=3),
)
def test_every_way_of_writing_says_the_same(code: str, word: str, wide: bool, lower: bool, gap: str) -> None:
    text = f"{word}{gap}{code}"
    text = text.lower() if lower else text
    found = read_reply(full_width(text) if wide else text)
    assert found == Reply(WORDS[word], code)


@given(code=CODES, reason=REASONS, word=st.sampled_from(["N", "不同意"]))
def test_the_reason_comes_whole(code: str, reason: str, word: str) -> None:
    import unicodedata

    found = read_reply(f"{word} {code} {reason}")
    assert found is not None
    assert (found.verdict, found.code) == (Verdict.REFUSE, code)
    assert found.reason == unicodedata.normalize("NFKC", reason).strip(" \t\r\n,.:;、。!")


@given(st.text(max_size=200))
def test_any_text_is_read_and_decides_only_with_word_and_code(text: str) -> None:
    found = read_reply(text)
    if found is not None and found.code:
        assert found.verdict is not None
        assert len(found.code) == LENGTH
        assert set(found.code) <= set(string.ascii_uppercase + string.digits)


@given(code=CODES, before=st.text(st.characters(whitelist_categories=("Lo",)), min_size=1, max_size=5))
def test_words_before_the_word_decide_nothing(code: str, before: str) -> None:
    found = read_reply(f"{before}Y {code}")
    assert found is None or not found.code
