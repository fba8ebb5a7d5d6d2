"""Shapes of the tables that resolution hands to this room."""

import pyarrow as pa

MEMBERS = pa.schema(
    [
        ("registration_id", pa.string()),
        ("household_id", pa.string()),
        ("weight", pa.float64()),
        ("evidence", pa.string()),
        ("decided_by", pa.string()),
    ]
)
PERSON_MEMBERS = pa.schema([("person_id", pa.string()), ("natural_person_id", pa.string())])
