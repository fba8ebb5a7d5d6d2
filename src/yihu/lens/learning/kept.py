"""
Models on the shelf.

A model is a directory `home.models/<model_id>/` that never changes: card.json, one LightGBM text file a head
(`head-<scheme>.txt`), amounts.txt where amounts were learned, calibration.json and reference.parquet. Its name ends in
a digest of the card, which holds the digests of the other files, so nothing of it can be changed unseen. It is written
aside and becomes visible in one step.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from yihu.lens.home import Home, publish_directory
from yihu.lens.learning.cards import CARD, ModelCard

CARD_FILE = "card.json"
AMOUNTS_FILE = "amounts.txt"
NAME = re.compile(r"M\d{8}-[0-9a-f]{12}")


class ModelError(ValueError):
    """A model cannot be used; the message is Chinese and begins with its code."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code} {text}")
        self.code = code


class NoModelError(LookupError):
    """No such model is on the shelf."""


def publish_model(home: Home, staged: Path, card: ModelCard) -> ModelCard:
    """Put a model's finished files on the shelf under the name its contents give it; the card with that name."""
    card = replace(card, files=_digests(staged), model_id="")
    card = replace(card, model_id=f"M{card.as_of.replace('-', '')}-{_digest(_plain(card))}")
    (staged / CARD_FILE).write_bytes(_text(_plain(card)))
    publish_directory(staged, home.models / card.model_id)
    return card


def list_models(home: Home) -> list[ModelCard]:
    """The cards of all models, the newest first; damaged ones are left out (`read_card` says what is wrong)."""
    cards = []
    for path in home.models.glob("M*") if home.models.is_dir() else ():
        try:
            cards.append(read_card(home, path.name))
        except (ModelError, NoModelError):
            continue
    return sorted(cards, key=lambda c: (c.made_at, c.model_id), reverse=True)


def read_card(home: Home, model_id: str) -> ModelCard:
    """
    The card of a model, after every file was compared with its digest.

    :raises NoModelError: it is not on the shelf
    :raises ModelError: MODEL-002, a file was changed, is missing or cannot be read
    """
    path = model_path(home, model_id)
    written = (path / CARD_FILE).read_bytes()
    try:
        card = CARD.validate_json(written)
    except ValidationError as error:
        raise ModelError("MODEL-002", f"模型 {model_id} 的说明卡读不出来，请恢复备份或重新训练") from error
    # Of what is written, not of what this program would write: cards of before have fewer fields.
    told = _digest({**json.loads(written), "model_id": ""})
    changed = [] if card.model_id == model_id and model_id.endswith(told) else [CARD_FILE]
    found = _digests(path)
    changed += sorted(n for n in {*found, *card.files} if found.get(n) != card.files.get(n))
    if changed:
        raise ModelError("MODEL-002", f"模型 {model_id} 的文件被改动或缺失：{'、'.join(changed)}，拒绝使用")
    return card


def model_path(home: Home, model_id: str) -> Path:
    """:raises NoModelError: it is not on the shelf"""
    path = home.models / model_id
    if not NAME.fullmatch(model_id) or not (path / CARD_FILE).is_file():
        raise NoModelError(f"没有模型 {model_id}")
    return path


def _digests(path: Path) -> dict[str, str]:
    files = sorted(p for p in path.iterdir() if p.name != CARD_FILE)
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _digest(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(_text(plain)).hexdigest()[:12]


def _plain(card: ModelCard) -> dict[str, Any]:
    return dict(CARD.dump_python(card, mode="json"))


def _text(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode()
