"""The real data: no problem, counts as printed, the reference true."""

from __future__ import annotations

from decimal import Decimal

import pytest

from project import ROOT
from sitegen import checks, new, parity
from sitegen.derive import Derived
from sitegen.load import dumps, load, loads
from sitegen.names import fold


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
    assert [str(problem) for problem in problems or checks.check(data, where, parity.written(ROOT)) + parity.parity(ROOT, data)] == []


def test_data_file_is_read_back_equal(data):
    assert loads(dumps(data)) == data


def test_numbers_of_the_readme_are_true(data, derived):
    """What README.md counts: works, innovations, essays, claims, people of whom more is documented."""
    essays = {path for lang, path in parity.written(ROOT) if lang == "en" and path.startswith("essays/")}
    for count, what in ((len(data.works), "works with"), (len(data.innovations), "innovations"), (len(essays), "essays with figures"),
                        (len(data.claims), "checked claims"), (sum(person.known_for is not None for person in data.people), "people of whom more is documented")):
        assert f"{count} {what}" in (ROOT / "README.md").read_text("utf-8"), f"README.md: {count} {what}"


def test_field_reference_is_true():
    """After a change of the record types: make reference."""
    assert (ROOT / "data/README.md").read_text("utf-8") == new.reference()


def test_every_field_is_explained():
    assert [line for line in new.reference().splitlines() if line.startswith("| `") and line.endswith("|  |")] == []


@pytest.mark.parametrize("work, version, counts, first, last", [
    # as printed: where each list stands is cited in its record
    ("deepseek-v2", "june-2024-pdf", (107, 32, 19), "Aixin Liu", "Zhiniu Wen"),          # PDF of June 2024, Appendix A
    ("deepseek-v3", "v1", (150, 31, 18), "Aixin Liu", "Zhen Zhang"),                     # PDF of December 2024, Appendix A
    ("deepseek-r1", "v1", (18, 177), "Daya Guo", "Zhen Zhang"),                          # PDF of January 2025, Appendix A
    ("deepseek-r1", "arxiv-v2", (18, 177), "Daya Guo", "Zhen Zhang"),
    ("deepseek-v3-2", "arxiv-v1", (212, 27, 24), "Aixin Liu", "Zihua Qu"),
    ("deepseek-v4", "april-2026-pdf", (270, 48), "Anyi Xu", "Ziyi Wan"),
    ("deepseek-v4-1-flash", "september-2026-pdf", (465, 126), "Anyi Xu", "Ziyi Wan"),
    ("deepseek-coder-v2", "june-18-pdf", (39,), "Qihao Zhu", "Wenfeng Liang"),           # title page
    ("deepseek-llm", "v1", (86,), "Xiao Bi", "Yuheng Zou"),                              # title page
    ("deepseek-coder", "v2", (13,), "Daya Guo", "Wenfeng Liang"),
    ("deepseek-moe", "v1", (17,), "Damai Dai", "Wenfeng Liang"),
    ("deepseek-math", "v3", (11,), "Zhihong Shao", "Daya Guo"),
    ("deepseek-math", "readme", (9,), "Zhihong Shao", "Daya Guo"),
    ("deepseek-prover-v1", "v1", (9,), "Huajian Xin", "Xiaodan Liang"),
    ("deepseek-prover-v15", "v1", (17,), "Huajian Xin", "Chong Ruan"),
    ("deepseek-prover-v2", "april-2025", (18,), "Z.Z. Ren", "Chong Ruan"),
    ("fire-flyer", "v2", (52,), "Wei An", "Yuheng Zou"),
    ("math-shepherd", "arxiv", (9,), "Peiyi Wang", "Zhifang Sui"),
    ("aux-loss-free", "v1", (5,), "Lean Wang", "Damai Dai"),
    ("dreamcraft3d", "v2", (7,), "Jingxiang Sun", "Yebin Liu"),
    ("dspark", "v1", (33,), "Xin Cheng", "Wenfeng Liang"),
    ("deepseek-vl2", "arxiv-v1", (27,), "Zhiyu Wu", "Chong Ruan"),
    ("nsa", "v2", (15,), "Jingyang Yuan", "Wangding Zeng"),
    ("insights-deepseek-v3", "v2", (15,), "Chenggang Zhao", "Y.X. Wei"),
    ("mhc", "v1", (19,), "Zhenda Xie", "Wenfeng Liang"),
    ("mhc", "v2", (20,), "Zhenda Xie", "Wenfeng Liang"),
    ("engram", "v1", (14,), "Xin Cheng", "Wenfeng Liang"),
    ("deepseekmath-v2", "v1", (9,), "Zhihong Shao", "Xiaokang Zhang"),
])
def test_author_lists_are_as_printed(derived, work, version, counts, first, last):
    """Length of every group, and the names at the ends: where copies shift names, the ends show it."""
    chosen = next(each for each in derived.works[work].author_lists if each.version == version)
    assert tuple(len(group.names) for group in chosen.groups) == counts
    assert (chosen.groups[0].names[0].name, chosen.groups[-1].names[-1].name) == (first, last)


def test_namesakes_stay_apart(derived):
    assert derived.name_ids[fold("Z.Z. Ren")] != derived.name_ids[fold("Zehui Ren")]


def test_spellings_joined_with_evidence(derived):
    assert derived.name_ids[fold("Y. Wu")] == "yu-wu"
    assert derived.name_ids[fold("R.X. Xu")] == "runxin-xu"


FIRST = ("deepseek-llm", "deepseek-coder", "deepseek-coder-v2", "deepseek-moe", "deepseek-math", "math-shepherd", "deepseek-v2", "deepseek-v3",
         "deepseek-prover-v1", "deepseek-prover-v15", "deepseek-r1", "fire-flyer", "aux-loss-free", "dreamcraft3d")


def test_every_work_has_its_numbers(data):
    """At least 8 facts in the works that made the name; 3 in every paper and model (of DualPath only the abstract could be read)."""
    counts = {work.id: len(work.facts) for work in data.works if work.kind in ("paper", "model")}
    assert [id for id in FIRST if counts[id] < 8] == []
    assert [id for id, count in counts.items() if count < 3] == []


def test_the_record_is_whole(data, derived):
    """What the record promises: works, ideas, terms, dated entries, checked claims."""
    assert len(data.works) >= 60 and len(data.innovations) >= 29 and len(data.glossary) >= 150 and len(data.claims) >= 81
    assert len(derived.timeline) >= 110
    assert {entry.kind for entry in derived.timeline} >= {"founding", "model", "paper", "software", "open-source", "product", "press", "policy", "award", "elsewhere"}
    assert any(event.also for event in data.events), "both dates where time zones split"


def test_continuity_adds_up(derived):
    """Names on both lists and on one only are the lists themselves."""
    assert [work.id for work in derived.major_reports] == ["deepseek-llm", "deepseek-v2", "deepseek-v3", "deepseek-r1", "deepseek-v3-2", "deepseek-v4", "deepseek-v4-1-flash"]
    for step in derived.continuity:
        before, after = ({derived.name_ids[fold(author.name)] for group in work.author_lists[0].groups for author in group.names} for work in (step.before, step.after))
        assert step.both + step.only_before == len(before) and step.both + step.only_after == len(after)
        assert 0 <= step.first_time <= step.only_after
    assert len(derived.on_all_reports) == sum(all(row) for _, row in derived.report_matrix)


@pytest.mark.parametrize("id, value", [
    ("deepseek-v3/gpu-hours", "2788000"), ("deepseek-v3/cost-usd", "5576000"), ("deepseek-v3/total-parameters", "671000000000"),
    ("deepseek-v2/kv-cache-reduction", "93.3"), ("deepseek-v2/throughput-gain", "5.76"), ("deepseek-v2/training-cost-saving", "42.5"),
    ("deepseek-v2/kv-cache-elements", "34560"), ("deepseek-v2/kv-cache-saving-by-elements", "82.2"), ("deepseek-v3/kv-cache-bytes", "70272"),
    ("repo-llama-models/kv-cache-bytes-405b", "516096"), ("insights-deepseek-v3/kv-cache-v3", "70272"),
    ("deepseek-moe/combinations-top2-of-16", "120"), ("deepseek-moe/combinations-top8-of-64", "4426165368"),
])
def test_famous_numbers(derived, id, value):
    """DeepSeek-V3 Table 1 and Abstract; DeepSeek-V2 Abstract; DeepSeekMoE §3.1; Insights into DeepSeek-V3 Table 1; computed ones equal printed ones."""
    assert derived.values[id] == Decimal(value)


def test_nothing_is_older_than_the_site_allows(data):
    assert all(work.date >= "2023-10" for work in data.works)


def test_no_record_speaks_of_departures(data):
    """A mark of departure stays in the author list it is printed in."""
    for person in data.people:
        text = person.model_dump_json()
        assert "left the team" not in text and "离开团队" not in text and "departed" not in text, person.id
