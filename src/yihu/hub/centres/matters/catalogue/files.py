"""The files of a bundle: which names there may be, how large, and the one digest over all of them."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from yihu.hub.centres.matters.catalogue.problems import Problem, UnreadableBundleError

NAMES = re.compile(
    r"matter\.yaml|form\.json|process\.bpmn|[a-z][a-z0-9_-]{0,40}\.dmn|letters/[a-z][a-z0-9_-]{0,40}\.txt"
    r"|cases/[a-z0-9][a-z0-9_-]{0,60}\.yaml"
)
NEEDED = ("matter.yaml", "form.json", "process.bpmn")
MOST_FILES, MOST_BYTES, MOST_TOTAL = 80, 256 * 1024, 2 * 1024 * 1024
Files = Mapping[str, str]


def read_folder(folder: Path) -> dict[str, str]:
    """
    Every file of a bundle by its name inside it, as text.

    :raises UnreadableBundleError: a foreign or needed file, a link, too much, or no UTF-8
    """
    problems: list[Problem] = []
    found: dict[str, str] = {}
    # Each level is walked by hand: a link that leads elsewhere is refused, never followed.
    for path in sorted(_entries(folder, problems)):
        name = path.relative_to(folder).as_posix()
        text = _text(path, name, problems)
        if text is not None:
            found[name] = text
    problems += check_files(found) if not problems else []
    if problems:
        raise UnreadableBundleError(problems)
    return found


def _entries(folder: Path, problems: list[Problem]) -> list[Path]:
    found: list[Path] = []
    for path in folder.iterdir():
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            problems.append(Problem("MTR-F05", name, "", "是一个链接"))
        elif path.is_dir() and name in {"letters", "cases"}:
            found += [p for p in path.iterdir() if not _is_link(p, folder, problems)]
        elif not path.name.startswith("."):
            found.append(path)
        if len(found) > MOST_FILES:
            problems.append(Problem("MTR-F03", "", "", f"文件超过 {MOST_FILES} 个"))
            return []
    return found


def _is_link(path: Path, folder: Path, problems: list[Problem]) -> bool:
    if path.is_symlink():
        problems.append(Problem("MTR-F05", path.relative_to(folder).as_posix(), "", "是一个链接"))
    return path.is_symlink()


def _text(path: Path, name: str, problems: list[Problem]) -> str | None:
    if not NAMES.fullmatch(name) or not path.is_file():
        problems.append(Problem("MTR-F01", name, "", "不是事项包里的文件"))
        return None
    if path.stat().st_size > MOST_BYTES:
        problems.append(Problem("MTR-F03", name, "", f"超过 {MOST_BYTES // 1024} KB"))
        return None
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        problems.append(Problem("MTR-F04", name, "", "不是 UTF-8 文本"))
        return None


def check_files(files: Files) -> list[Problem]:
    """What is wrong with the set of files, wherever it came from: names, sizes, what is missing."""
    problems = [Problem("MTR-F01", n[:80], "", "不是事项包里的文件") for n in files if not NAMES.fullmatch(n)]
    problems += [Problem("MTR-F02", n, "", "没有这个文件") for n in NEEDED if n not in files]
    sizes = {name: len(text.encode("utf-8", "surrogatepass")) for name, text in files.items()}
    problems += [
        Problem("MTR-F03", name, "", f"超过 {MOST_BYTES // 1024} KB") for name, n in sizes.items() if n > MOST_BYTES
    ]
    if len(files) > MOST_FILES or sum(sizes.values()) > MOST_TOTAL:
        problems.append(Problem("MTR-F03", "", "", f"超过 {MOST_FILES} 个文件或共 {MOST_TOTAL // 1024 // 1024} MB"))
    problems += [
        Problem("MTR-F04", name, "", "含有不可用的字符")
        for name, text in files.items()
        if "\0" in text or any(0xD800 <= ord(c) <= 0xDFFF for c in text)
    ]
    return problems


def digest_of(files: Files) -> str:
    """SHA-256 over names and contents in the order of names, each with its length, so that no two sets agree."""
    total = hashlib.sha256(b"yihu matter bundle 1\n")
    for name in sorted(files):
        for part in (name.encode(), files[name].encode()):
            total.update(len(part).to_bytes(8, "big"))
            total.update(part)
    return total.hexdigest()
