"""Every rule has the smallest data that breaks it: tests/bad/<rule>/*.yml edits the toy project and names the exact messages."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
import yaml

from sitegen import checks
from sitegen.load import load

HERE = Path(__file__).parent
CASES = sorted((HERE / "bad").rglob("*.yml"))


def problems_of(case: dict) -> list[str]:
    """The messages for the toy project with this case's edits."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(HERE / "toy/data", root / "data")
        for file, edits in case.get("edit", {}).items():
            text = (root / file).read_text("utf-8")
            for edit in edits:
                assert edit["old"] in text, f"{file} has no {edit['old']!r}"
                text = text.replace(edit["old"], edit["new"], 1)
            (root / file).write_text(text, "utf-8")
        for file, text in case.get("add", {}).items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text, "utf-8")
        data, where, problems = load(root)
        return [str(problem) for problem in (sorted(problems) or checks.check(data, where))]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_bad_data_is_named(path):
    case = yaml.safe_load(path.read_text("utf-8"))
    assert case["expect"], "a case names its messages"
    assert problems_of(case) == case["expect"]


def test_the_toy_project_is_good():
    assert problems_of({}) == []


def test_every_rule_has_a_case_and_a_sentence():
    folders = {path.parent.name for path in CASES}
    for rule in checks.RULES:
        assert rule.__name__ in folders, f"tests/bad/{rule.__name__}/ is missing"
        assert rule.__doc__.startswith("Ensure "), rule.__name__
    assert folders <= {rule.__name__ for rule in checks.RULES} | {"form"}


def test_a_file_in_another_encoding_is_named(tmp_path):
    shutil.copytree(HERE / "toy/data", tmp_path / "data")
    record = tmp_path / "data/events/2023-toy-company.yml"
    record.write_bytes(record.read_bytes() + "# caf\u00e9\n".encode("latin-1"))
    line = record.read_bytes().count(b"\n")
    assert [str(problem) for problem in load(tmp_path)[2]] == [f"data/events/2023-toy-company.yml:{line}: not readable as UTF-8; save the file in this encoding"]
