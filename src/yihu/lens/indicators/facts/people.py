"""People behind the household and what ties it to others: `people_*`, `tied_*`."""

from typing import Any

from yihu.lens.indicators.facts.inputs import Inputs, tally
from yihu.lens.indicators.facts.pairs import traits
from yihu.lens.indicators.facts.sides import YEAR
from yihu.lens.indicators.window import month_number_of

LEGAL = "LEGAL_REPRESENTATIVE"
OFFICERS = (LEGAL, "FINANCE_OFFICER", "TAX_HANDLER", "INVOICE_HANDLER")
HANDLERS = ("TAX_HANDLER", "INVOICE_HANDLER")
TIES = ("PERSON", "PHONE", "ADDRESS", "AGENT", "DEVICE")


def people(inputs: Inputs) -> Any:
    """
    Officers in post on the last day. `people_officer_posts` counts the kinds of post that are filled, and
    `people_legal_firms` the households the legal representative represents.
    """
    roles = inputs.table("roles")
    as_of = inputs.window.as_of
    serving = (roles.end_on.isnull() | (roles.end_on >= as_of)) & (roles.start_on.isnull() | (roles.start_on <= as_of))
    posts = roles.filter(serving).select("household_id", "natural_person_id", "role_code").distinct()
    legal = posts.filter(posts.role_code == LEGAL)
    firms = legal.group_by("natural_person_id").agg(firms=tally(legal))
    busiest = legal.join(firms, "natural_person_id").group_by("household_id")
    spread = inputs.table("persons").select("natural_person_id", households="household_count")
    widest = posts.join(spread, "natural_person_id").group_by("household_id")
    sums = posts.group_by("household_id").agg(
        people_officers=posts.natural_person_id.nunique(where=posts.role_code.isin(OFFICERS)).cast("float64"),
        people_officer_posts=posts.role_code.nunique(where=posts.role_code.isin(OFFICERS)).cast("float64"),
        people_handlers=posts.natural_person_id.nunique(where=posts.role_code.isin(HANDLERS)).cast("float64"),
    )
    sums = sums.left_join(busiest.agg(people_legal_firms=lambda t: t.firms.max()), "household_id")
    sums = sums.drop("household_id_right")
    widest_firms = widest.agg(people_widest_firms=lambda t: t.households.max().cast("float64"))
    return sums.left_join(widest_firms, "household_id").drop("household_id_right")


def changes(inputs: Inputs) -> Any:
    """`changed_officers` appointed in the last 12 months, later than 30 days after registration."""
    rows = _appointments(inputs)
    return rows.group_by("household_id").agg(
        changed_officers=rows.natural_person_id.nunique(where=(rows.age >= 0) & (rows.age < YEAR)).cast("float64")
    )


def _appointments(inputs: Inputs) -> Any:
    """Officers who came after the founding, with `age` and `started` in months."""
    roles = inputs.table("roles")
    roles = roles.filter(roles.role_code.isin(OFFICERS))
    founded = inputs.table("households").select("household_id", "registered_on")
    rows = roles.join(founded, "household_id")
    rows = rows.filter(rows.start_on.delta(rows.registered_on, unit="day") > 30)
    started = month_number_of(rows.start_on)
    return rows.mutate(started=started, age=inputs.window.month - started)


def takeovers(inputs: Inputs) -> Any:
    """
    Sales around the last change of legal representative of the last 15 months.

    `takeover_after` the month of the change and the 2 that follow, `takeover_before` the 3 before.
    """
    rows = _appointments(inputs)
    rows = rows.filter((rows.role_code == LEGAL) & (rows.age >= 0) & (rows.age < YEAR + 3))
    last = rows.group_by("household_id").agg(started=rows.started.max())
    months = inputs.partials["seller"].join(last, "household_id")
    since = months.month - months.started
    return months.group_by("household_id").agg(
        takeover_after=months.blue_amount.sum(where=(since >= 0) & (since < 3)).cast("float64").fill_null(0),
        takeover_before=months.blue_amount.sum(where=(since >= -3) & (since < 0)).cast("float64").fill_null(0),
    )


def ties(inputs: Inputs) -> Any:
    """How many other households are tied by each kind of link, and how many of all those are of ill repute."""
    links = inputs.table("links").select("household_id", "other_household_id", "link_code").distinct()
    known = traits(inputs).select("closed", "abnormal", "proven", other_household_id="household_id")
    rows = links.join(known, "other_household_id")
    bad = rows.closed | rows.abnormal
    other = rows.other_household_id
    counts = {f"tied_{code.lower()}": tally(rows, rows.link_code == code) for code in TIES}
    return rows.group_by("household_id").agg(
        tied_all=other.nunique().cast("float64"),
        tied_bad=other.nunique(where=bad).cast("float64"),
        tied_false=other.nunique(where=rows.proven).cast("float64"),
        **counts,
    )
