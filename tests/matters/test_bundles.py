"""Every bundle of the folder: sound, drawn, and each of its cases played from application to result."""

from pathlib import Path

import pytest
from django.conf import settings

from yihu.hub.centres.matters.api import examined, play_bundle
from yihu.hub.centres.matters.catalogue.bundle import Bundle, read_bundle
from yihu.hub.centres.matters.services.loading import bundle_folders

FOLDERS = list(bundle_folders(settings.SHIPPED_MATTERS))
NAMES = [f"{folder.parent.name}/{folder.name}" for folder in FOLDERS]


def test_there_are_bundles() -> None:
    assert "office/leave" in NAMES


@pytest.fixture(params=FOLDERS, ids=NAMES)
def bundle(request: pytest.FixtureRequest) -> Bundle:
    folder: Path = request.param
    return read_bundle(folder)


@pytest.mark.django_db
def test_it_is_sound_for_the_program_as_it_runs(bundle: Bundle) -> None:
    assert [str(p) for p in bundle.problems] == []
    examined(bundle.files)
    assert "BPMNDiagram" in bundle.files["process.bpmn"], "yihu matters layout draws it"


@pytest.mark.django_db
def test_its_cases_go_as_they_say(bundle: Bundle) -> None:
    results = play_bundle(bundle=bundle)
    assert len(results) >= 3
    assert {r.file: r.trouble for r in results if not r.passed} == {}
