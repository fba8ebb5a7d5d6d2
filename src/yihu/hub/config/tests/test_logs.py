"""What the logs may hold."""

import logging

import structlog

from yihu.hub.config.logs import WITHOUT_LOCALS, logging_settings


def test_a_traceback_in_the_log_holds_no_values_of_variables() -> None:
    formatter_settings = logging_settings("INFO")["formatters"]["json"]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=formatter_settings["foreign_pre_chain"], processors=formatter_settings["processors"]
    )
    id_number = "".join(["3399", "8919", "7208", "1392", "69"])

    def fail(person: str) -> None:
        raise RuntimeError(f"lookup failed for {len(person)} characters")

    try:
        fail(id_number)
    except RuntimeError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "broken", (), (type(error), error, error.__traceback__)
        )
    line = formatter.format(record)
    assert "lookup failed" in line
    assert id_number not in line
    assert WITHOUT_LOCALS in formatter_settings["processors"]
