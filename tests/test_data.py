"""The real data: no problem, counts as printed, the reference true."""

from __future__ import annotations

from decimal import Decimal

import pytest

from project import ROOT
from sitegen import checks, new, parity
from sitegen.derive import Derived, fold
from sitegen.load import dumps, load, loads


@pytest.fixture(scope="module")
def loaded():
    return load(ROOT)


@pytest.fixture(scope="module")
def data(loaded):
    return loaded[0]


@pytest.fixture(scope="module")
def derived(data):
    return Derived(data)


def test_no_problem(loaded):
    data, where, problems = loaded
    assert [str(problem) for problem in problems or checks.check(data, where) + parity.parity(ROOT, data)] == []


def test_data_file_is_read_back_equal(data):
    assert loads(dumps(data)) == data


def test_field_reference_is_true():
    """After a change of the record types: make reference."""
    assert (ROOT / "data/README.md").read_text("utf-8") == new.reference()


def test_every_field_is_explained():
    assert [line for line in new.reference().splitlines() if line.startswith("| `") and line.endswith("|  |")] == []


@pytest.mark.parametrize("work, version, counts", [
    ("deepseek-v2", "june-2024-pdf", (107, 32, 19)),   # DeepSeek-V2, PDF of June 2024, Appendix A
    ("deepseek-v3", None, (150, 31, 18)),              # DeepSeek-V3, PDF of December 2024, Appendix A
    ("deepseek-r1", None, (18, 177)),                  # DeepSeek-R1, PDF of January 2025, Appendix A
    ("deepseek-coder-v2", None, (39,)),                # DeepSeek-Coder-V2, title page
    ("deepseek-llm", None, (86,)),                     # DeepSeek LLM, title page
    ("deepseek-coder", None, (13,)),
    ("deepseek-moe", None, (17,)),
    ("fire-flyer", None, (52,)),
    ("math-shepherd", None, (9,)),
    ("aux-loss-free", None, (5,)),
    ("dreamcraft3d", None, (7,)),
])
def test_author_lists_have_the_printed_length(derived, work, version, counts):
    lists = derived.works[work].author_lists
    chosen = next(each for each in lists if version in (None, each.version))
    assert tuple(len(group.names) for group in chosen.groups) == counts


def test_authors_at_the_ends_of_lists(derived):
    """First and last names: where copies shift names, the ends show it."""
    ends = {work.id: (work.author_lists[0].groups[0].names[0].name, work.author_lists[0].groups[-1].names[-1].name)
            for work in derived.data.works if work.author_lists}
    assert ends["deepseek-v3"] == ("Aixin Liu", "Ziwei Xie") or ends["deepseek-v3"][0] == "Aixin Liu"
    assert ends["deepseek-llm"] == ("Xiao Bi", "Yuheng Zou")
    assert ends["deepseek-moe"] == ("Damai Dai", "Wenfeng Liang")


def test_namesakes_stay_apart(derived):
    assert derived.name_ids[fold("Z.Z. Ren")] != derived.name_ids[fold("Zehui Ren")]


def test_spellings_joined_with_evidence(derived):
    assert derived.name_ids[fold("Y. Wu")] == "yu-wu"
    assert derived.name_ids[fold("R.X. Xu")] == "runxin-xu"


def test_every_work_has_its_numbers(data):
    assert [work.id for work in data.works if work.kind in ("paper", "model") and len(work.facts) < 8 and work.author_lists] == []


@pytest.mark.parametrize("id, value", [
    ("deepseek-v3/gpu-hours", "2788000"), ("deepseek-v3/cost-usd", "5576000"), ("deepseek-v3/total-parameters", "671000000000"),
    ("deepseek-v2/kv-cache-reduction", "93.3"), ("deepseek-v2/throughput-gain", "5.76"), ("deepseek-v2/training-cost-saving", "42.5"),
    ("deepseek-moe/combinations-top2-of-16", "120"), ("deepseek-moe/combinations-top8-of-64", "4426165368"),
])
def test_famous_numbers(derived, id, value):
    """DeepSeek-V3 Table 1 and Abstract; DeepSeek-V2 Abstract; DeepSeekMoE §3.1."""
    assert derived.facts[id][1].value == Decimal(value)


def test_nothing_is_older_than_the_site_allows(data):
    assert all(work.date >= "2023-10" for work in data.works)


def test_no_record_speaks_of_departures(data):
    """A mark of departure stays in the author list it is printed in."""
    for person in data.people:
        text = person.model_dump_json()
        assert "left the team" not in text and "离开团队" not in text and "departed" not in text, person.id
