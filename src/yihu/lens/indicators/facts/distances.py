"""How far two provinces lie apart, seat to seat along the great circle."""

from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

import pyarrow as pa
import yaml

EARTH_KM = 6371.0


def distances() -> pa.Table:
    """
    Every ordered pair of provinces.

    :returns: home_province, partner_province (two digits), km int64 (0 inside one)
    """
    seats: dict[str, list[float]] = yaml.safe_load(
        files(__package__).joinpath("provinces.yaml").read_text(encoding="utf-8")
    )
    pairs = [(a, b, round(great_circle(seats[a], seats[b]))) for a in seats for b in seats]
    homes, partners, km = zip(*pairs, strict=True)
    return pa.table({"home_province": list(homes), "partner_province": list(partners), "km": pa.array(km, pa.int64())})


def great_circle(here: list[float], there: list[float]) -> float:
    """Kilometres between two points given as [latitude, longitude] in degrees (haversine)."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (*here, *there))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
