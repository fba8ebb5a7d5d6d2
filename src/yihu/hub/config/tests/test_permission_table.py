"""permission_matrix.yaml names every route with the permission it needs, and what the shipped duties hold."""

from pathlib import Path

import yaml

from yihu.hub.base.access import PUBLIC, SIGNED, declared
from yihu.hub.config.tests.test_routes import ROUTES
from yihu.hub.foundation.org.catalogue import shipped_holders

TABLE = yaml.safe_load(Path(__file__).with_name("permission_matrix.yaml").read_text("utf-8"))


def test_the_table_names_every_route_with_its_permission_and_nothing_else() -> None:
    listed = {address: line.split()[0] for address, line in TABLE["routes"].items()}
    asked = {address: declared(view) for address, view in ROUTES.items()}
    assert listed == asked, "add a line to permission_matrix.yaml for each route"


def test_the_shipped_duties_hold_what_the_table_says() -> None:
    for permission in {line.split()[0] for line in TABLE["routes"].values()} - {PUBLIC, SIGNED}:
        holders = {duty for duty, row in TABLE["duties"].items() if permission in row["holds"]}
        assert set(shipped_holders(permission)) == holders, permission
