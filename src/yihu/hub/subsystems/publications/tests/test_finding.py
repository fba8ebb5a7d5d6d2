"""Found by any words of it, in any order; what does not hold them is not found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yihu.hub.subsystems.publications.choices import Kind
from yihu.hub.subsystems.publications.selectors.shelf import list_readable, list_similar, search
from yihu.hub.subsystems.publications.selectors.words import pieces
from yihu.hub.subsystems.publications.services.publishing import Text
from yihu.hub.subsystems.publications.tests.conftest import NOW, put


@given(st.text(max_size=60), st.text("税务增值发票 abc2026", min_size=1, max_size=8), st.text(max_size=60))
def test_what_stands_in_a_text_is_found_by_it(before: str, word: str, after: str) -> None:
    whole = set(pieces(f"{before} {word} {after}"))
    assert set(pieces(word)) <= whole


def test_pieces_of_chinese_latin_and_full_width() -> None:
    assert pieces("增值税") == ["增值", "值税"]
    assert pieces("ＯＦＤ发票 3%") == ["ofd", "发票", "3%"]
    assert pieces("税") == ["税"]
    assert pieces("，。！") == []


@pytest.mark.django_db
def test_search_ranks_the_title_first_and_leaves_out_what_lacks_a_word(author: Any, chief: Any) -> None:
    answer = put(author, chief).publication
    other = put(
        author,
        chief,
        Text(title="数电票红冲怎么办", body="小规模纳税人开具红字发票的步骤，与起征点无关。"),
        kind=Kind.ARTICLE,
    ).publication
    found = lambda text: [p.code for p in search(list_readable(author, NOW.date()), text)]  # noqa: E731
    assert found("起征点") == [answer.code, other.code]
    assert found("红字 发票") == [other.code]
    assert found("起征点 月销售额") == [answer.code]
    assert found("出口退税") == []
    assert found("，") == []
    assert found("票") == [other.code]


@pytest.mark.django_db
def test_similar_shares_half_of_the_title(author: Any, chief: Any) -> None:
    first = put(author, chief).publication
    near = put(author, chief, Text(title="小规模纳税人季度销售额未超过起征点", question="？", body="免征增值税。"))
    put(author, chief, Text(title="车辆购置税怎样申报", question="？", body="六十日内。"))
    assert [p.code for p in list_similar(author, near.publication)] == [first.code]
