"""YAML as a bundle may write it: plain data. No tags, anchors, aliases, merges or repeated keys; bounded depth."""

from typing import Any

import yaml
from yaml.constructor import ConstructorError

from yihu.hub.centres.matters.catalogue.problems import Problem

DEEPEST = 12


class _Plain(yaml.SafeLoader):
    """SafeLoader that refuses what a bundle has no use for."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ConstructorError(None, None, "不许使用锚点和引用", event.start_mark)
        if getattr(event, "tag", None):
            raise ConstructorError(None, None, "不许使用标签", event.start_mark)
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConstructorError(None, None, f"层次超过 {DEEPEST}", event.start_mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len({str(key) for key in keys}):
            raise ConstructorError(None, None, "同一项写了两次", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_yaml(name: str, text: str) -> tuple[dict[str, Any], list[Problem]]:
    """The mapping a file holds; empty with the problem when it is none."""
    try:
        value = yaml.load(text, Loader=_Plain)  # noqa: S506 (a SafeLoader with less)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return {}, [Problem("MTR-Y01", name, _place(error), _said(error))]
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        return {}, [Problem("MTR-Y01", name, "", "最外层应是“项: 值”")]
    return value, []


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"第 {mark.line + 1} 行" if mark else ""


def _said(error: Exception) -> str:
    said = getattr(error, "problem", None) or "写法不对"
    return said if any("一" <= c <= "鿿" for c in said) else f"YAML 写法不对（{said[:120]}）"
