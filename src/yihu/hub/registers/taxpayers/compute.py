"""What the published snapshot says of registrations."""

from collections.abc import Iterator

from yihu.lens.backends.duck import connect, literal
from yihu.lens.home import Home
from yihu.lens.snapshots import shelf

Row = tuple[str, str, str, str, str, str]
PIECE = 10_000


def find_current() -> shelf.Kept | None:
    """The published snapshot, or None."""
    try:
        return shelf.current_snapshot(Home.from_env())
    except (shelf.NoSnapshotError, OSError, ValueError):
        return None


def read_registrations(kept: shelf.Kept) -> Iterator[Row]:
    """(number, household, name, office, division, status) of every registration; the place is its household's."""
    households, registrations = (literal(str(kept.path / f"{t}.parquet")) for t in ("households", "registrations"))
    cursor = connect(threads=1).execute(
        "SELECT r.registration_id, h.household_id, left(coalesce(r.name, ''), 300), coalesce(h.office_code, ''), "
        "coalesce(left(h.division_code, 12), ''), coalesce(r.status_code, '') "
        f"FROM read_parquet({registrations}) r JOIN read_parquet({households}) h USING (household_id) "
        "ORDER BY r.registration_id"
    )
    while piece := cursor.fetchmany(PIECE):
        yield from piece
