"""
Commands about learned models: train, list, show, score, explain, drift.

Which model ranks is not decided here: that takes a second person, in the model centre.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yihu.cli.data import JsonFlag
from yihu.cli.output import not_found, print_json, print_table, progress, screen
from yihu.cli.wording import say, titles
from yihu.lens.home import Home
from yihu.lens.snapshots.shelf import find_snapshot

if TYPE_CHECKING:
    from yihu.lens.learning.cards import AmountHead, Figure, Measured, ModelCard
    from yihu.lens.learning.explaining import Explanation

app = typer.Typer(no_args_is_help=True)
Model = Annotated[str, typer.Argument(metavar="MODEL")]
On = Annotated[str | None, typer.Option("--snapshot", help=say("learn_snapshot"))]


@app.command("train", help=say("learn_train"))
def train_model(
    as_of: Annotated[list[str] | None, typer.Option("--as-of", help=say("learn_as_of"))] = None,
    until: Annotated[str, typer.Option(help=say("learn_until"))] = "",
    seed: Annotated[int, typer.Option()] = 1,
    capacity: Annotated[int, typer.Option(min=1, help=say("learn_capacity"))] = 100,
    method: Annotated[str, typer.Option(help="labelled | weighted | unlabelled | blended")] = "",
    as_json: JsonFlag = False,
) -> None:
    from yihu.lens.learning.selection import METHODS
    from yihu.lens.learning.training import METHOD, train
    from yihu.lens.snapshots.taught import past_snapshots

    if method and method not in METHODS:
        raise typer.BadParameter(f"--method: {' | '.join(METHODS)}")
    home, now = Home.from_env(), datetime.now(UTC)
    with progress() as report:
        card = train(
            home,
            past_snapshots(home, [_day(text) for text in as_of or ()], now=now, progress=report),
            now=now,
            seed=seed,
            until=_day(until) if until else None,
            capacity=capacity,
            method=method or METHOD,
            progress=report,
        )
    _print_card(card, as_json=as_json)


@app.command("list", help=say("learn_list"))
def list_all(as_json: JsonFlag = False) -> None:
    from yihu.lens.learning.in_force import read_in_force
    from yihu.lens.learning.kept import list_models

    home = Home.from_env()
    state = read_in_force(home)
    rows = [
        {
            "model": card.model_id,
            "state": _state(card.model_id, state.champion, state.challenger),
            "as_of": card.as_of,
            "made_at": card.made_at,
            "inspected": card.label_counts["inspected"],
            "average_precision": card.overall.measured[0].average_precision.value,
        }
        for card in list_models(home)
    ]
    if as_json:
        print_json(rows)
    else:
        head = titles("model", "state", "as_of", "built_at", "inspected", "average_precision")
        print_table(head, [list(row.values()) for row in rows])


@app.command("show", help=say("learn_show"))
def show_model(model: Model, as_json: JsonFlag = False) -> None:
    from yihu.lens.learning.kept import NoModelError, read_card

    try:
        card = read_card(Home.from_env(), model)
    except NoModelError:
        not_found(model, as_json=as_json)
    _print_card(card, as_json=as_json)


@app.command("score", help=say("learn_score"))
def score_snapshot(
    model: Model, out: Annotated[Path, typer.Option("--out")], snapshot: On = None, as_json: JsonFlag = False
) -> None:
    from yihu.lens.learning.kept import NoModelError
    from yihu.lens.learning.scoring import score

    home = Home.from_env()
    kept = find_snapshot(home, snapshot)
    try:
        with progress() as report:
            report(say("learn_scoring"), 0.0)
            made = score(home, model, kept.path)
    except NoModelError:
        not_found(model, as_json=as_json)
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, out)
    print_json({"path": str(out), "snapshot": kept.id}) if as_json else screen.print(say("made", out=out))


@app.command("explain", help=say("learn_explain"))
def explain_household(
    model: Model, reference: Annotated[str, typer.Argument()], snapshot: On = None, as_json: JsonFlag = False
) -> None:
    from yihu.lens.learning.explaining import explain
    from yihu.lens.learning.kept import NoModelError
    from yihu.lens.snapshots.reader import Snapshot

    home = Home.from_env()
    opened = Snapshot.open(home, snapshot)
    found = opened.find_household(reference)
    if found is None:
        not_found(reference, as_json=as_json)
    try:
        told = explain(home, model, opened.path, found)
    except NoModelError:
        not_found(model, as_json=as_json)
    print_json(asdict(told)) if as_json else _print_explanation(told)


@app.command("drift", help=say("learn_drift"))
def show_drift(model: Model, snapshot: On = None, as_json: JsonFlag = False) -> None:
    from yihu.lens.learning.drifting import calibration_since, drift
    from yihu.lens.learning.kept import NoModelError

    home = Home.from_env()
    kept = find_snapshot(home, snapshot)
    try:
        rows, since = drift(home, model, kept.path), calibration_since(home, model, kept.path)
    except NoModelError:
        not_found(model, as_json=as_json)
    if as_json:
        print_json({"snapshot": kept.id, "rows": [asdict(r) for r in rows], "since": asdict(since)})
        return
    print_table(
        titles("figure", "psi", "missing_before", "missing_now", "verdict"),
        [[r.zh, r.psi, r.missing_before, r.missing_now, say(f"learn_{r.verdict}")] for r in rows[:30]],
    )
    _print_measured([since])


def _print_card(card: "ModelCard", *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(card))
        return
    screen.print(
        say("learn_card", model=card.model_id, as_of=card.as_of, features=len(card.features), **card.label_counts),
        markup=False,
    )
    screen.print(card.selection.assumption, markup=False)
    for head in card.heads:
        screen.print(f"{head.zh}：{head.why_not or say('learn_head', n=head.positives)}", markup=False)
        _print_measured(head.measured)
    if card.amounts is not None:
        _print_amounts(card.amounts)
    for leak in card.leaks:
        screen.print(f"{leak.code} {leak.text}", markup=False)
    print_table(
        titles("dimension", "group", "count", "base_rate", "flagged_share", "precision", "false_positive_rate"),
        [
            [
                say(f"learn_{r.dimension}"), r.zh, r.n, r.base_rate, r.flagged_share, _figure(r.precision),
                _figure(r.false_positive_rate),
            ]
            for r in card.fairness
        ],
    )  # fmt: skip
    for limit in card.limits:
        screen.print(f"· {limit}", markup=False)


def _print_amounts(amounts: "AmountHead") -> None:
    if amounts.why_not:
        screen.print(amounts.why_not, markup=False)
        return
    screen.print(
        say(
            "learn_amounts", n=amounts.n, mean=f"{amounts.mean or 0:,.2f}", capacity=amounts.capacity,
            reached=_figure(amounts.reached), by_probability=_figure(amounts.reached_by_probability),
        ),
        markup=False,
    )  # fmt: skip


def _print_measured(measured: "Sequence[Measured]") -> None:
    if not measured:
        return
    print_table(
        titles("split", "count", "positives", "average_precision", "precision_at_capacity", "calibration_error"),
        [
            [
                say(f"learn_{m.split}"), m.n, m.positives, _figure(m.average_precision),
                _figure(m.precision_at_capacity), m.calibration_error,
            ]
            for m in measured
        ],
    )  # fmt: skip


def _print_explanation(told: "Explanation") -> None:
    screen.print(say("learn_told", household=told.household_id, probability=f"{told.probability:.1%}"), markup=False)
    for mark, reasons in (("↑", told.raises), ("↓", told.lowers)):
        for reason in reasons:
            screen.print(f"  {mark} {abs(100 * reason.contribution):4.1f}  {reason.sentence}", markup=False)
    for chance in told.schemes[:3]:
        screen.print(f"  {chance.zh}：{chance.probability:.1%}", markup=False)
    screen.print(told.counterfactual.text, markup=False)


def _figure(figure: "Figure") -> str:
    return "" if figure.value is None else f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _state(model: str, champion: str | None, challenger: str | None) -> str:
    return {champion: say("learn_champion"), challenger: say("learn_challenger")}.get(model, "")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(say("bad_day", text=text)) from error
