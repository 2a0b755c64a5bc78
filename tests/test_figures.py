"""Every figure in both languages: all states drawn, words whole, labels that fit, weight, and the numbers as CSV."""

from __future__ import annotations

import csv
import gzip
import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest

import figures
from figures import balance, cross_node, dualpipe, fp8_accumulation, kit, kv_cache, multi_token_prediction, process_supervision
from figures.kit import Control, Figure, FigureError, Ink, csv_of, states
from figures.svg import Svg, width_of
from sitegen import essays, parity, render, texts
from sitegen.load import load
from sitegen.page import Page

from project import ROOT


@pytest.fixture(scope="module")
def view():
    data, _, problems = load(ROOT)
    assert not problems
    return render.View(data, render.Site("https://example.org/"), parity.written(ROOT))


EVERY = [pytest.param(id, lang, id=f"{lang} {id}") for id in figures.IDS for lang in ("en", "zh")]


@pytest.mark.parametrize("id, lang", EVERY)
def test_figure_is_whole_and_light(view, id, lang):
    figure, page = figures.load(id), Page("/innovations/x/", lang, view)
    html = essays.figure(page, id)
    assert len(gzip.compress(html.encode(), 9)) <= 30_000
    assert not re.search("\x00|\\{\\w*\\}|None", re.sub(r"<script.*?</script>", "", html, flags=re.S)), "a place or word is left open"
    drawn = states(figure, page)
    findings = [values[-1] for values in drawn.states.values()]
    assert all(finding.rstrip()[-1] in ".。" for finding in findings), "a finding is a sentence"
    assert len(drawn.states) == 1 or len(set(findings)) > 1
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) and all(each == id or each.startswith((f"f-{id}", id + "-")) for each in ids)
    assert not re.search(r'(?:fill|stroke|color)="(?!none|url)', html), "colours come from classes"


@pytest.mark.parametrize("id", figures.IDS)
def test_figure_says_the_same_in_both_languages(view, id):
    """The same states, and the same numbers in the table."""
    figure = figures.load(id)
    both = [states(figure, Page("/innovations/x/", lang, view)) for lang in ("en", "zh")]
    assert list(both[0].states) == list(both[1].states)
    assert all(en and zh and en.count("{") == zh.count("{") for en, zh in figure.words.values())
    rows = [list(csv.reader(io.StringIO(csv_of(figure, Page("/", lang, view))))) for lang in ("en", "zh")]
    assert [len(row) for row in rows[0]] == [len(row) for row in rows[1]] and len({len(row) for row in rows[0]}) == 1 and len(rows[0]) > 1


def test_figures_and_models_know_nothing_of_the_site():
    """One direction: the site imports figures, figures import models."""
    for folder, foreign in (("models", "sitegen|figures"), ("figures", "sitegen")):
        found = [path.name for path in (ROOT / "scripts" / folder).glob("*.py") if re.search(rf"^\s*(from|import) ({foreign})\b", path.read_text("utf-8"), re.M)]
        assert found == []


def test_every_figure_stands_in_an_essay(view):
    assert set(view.figures()) == set(figures.IDS)


def test_the_published_saving_of_v2_needs_six_bits(view):
    """93.3 % (DeepSeek-V2, arXiv 2405.04434, abstract and §3.2.3) comes out at six bits and at no other choice."""
    found = {key: values[-1] for key, values in states(figures.load("kv-cache"), Page("/", "en", view)).states.items() if key.startswith("claim~")}
    assert {key.rpartition("~")[2] for key, finding in found.items() if "as the report prints" in finding} == {"6"}
    assert all(("93.3% less" in finding) == key.endswith("~6") for key, finding in found.items()) and len(found) == 15


@pytest.mark.parametrize("id", figures.IDS)
def test_every_result_is_printed_and_every_word_said(view, id, monkeypatch):
    """No page needs what a figure computes or says beyond that."""
    printed = {reference for text in view.pages_written.values() for reference in texts.references(text)}
    assert {f"{id}:{name}" for name in view.numbers(id)} - printed == set()
    said = set()

    class Noted(dict):
        def __getitem__(self, key):
            said.add(key)
            return super().__getitem__(key)

    figure = figures.load(id)
    monkeypatch.setattr(figures, "load", lambda _: replace(figure, words=Noted(figure.words)))
    monkeypatch.setattr(kit, "_MADE", {})
    essays.figure(Page("/innovations/x/", "en", view), id)
    assert set(figure.words) - said == set()


def test_choices_are_those_of_the_papers(view):
    """Stops of controls stand in addresses and are written out: those that a paper gives are held against its facts."""
    fact = view.derived.values
    assert [(speed, fact[id]) for speed, id in balance.SPEEDS.items() if id] == [(speed, Decimal(speed)) for speed, id in balance.SPEEDS.items() if id]
    assert max(cross_node.LIMITS) == fact["deepseek-v3/expert-parallel-nodes"] and cross_node.LIMIT.default == fact["deepseek-v3/node-limit"]
    assert multi_token_prediction.LONGEST == fact["dspark/block-size-offline"] and min(multi_token_prediction.LENGTHS) == fact["deepseek-v3/mtp-depth"]
    assert {fact[f"deepseek-v3/mtp-acceptance-{end}"] for end in ("low", "high")} <= set(map(Decimal, multi_token_prediction.RATES))
    assert fact["deepseek-v3/fp8-accumulation-interval"] in fp8_accumulation.INTERVALS and str(fact["deepseek-v2/kv-cache-bits"]) in kv_cache.BITS
    assert fact["deepseek-v3/pipeline-parallelism"] in dualpipe.RANKS and fact["math-shepherd/completions-per-step"] in process_supervision.COUNTS


def test_curves_of_sums_end_at_the_length_of_the_report(view):
    """The points of the figure are whole numbers of instructions, and the last is the length K of the report's test."""
    width, length = (int(view.derived.values[id]) for id in ("insights-deepseek-v3/fp8-products-per-step", "deepseek-v3/fp8-accumulation-test-length"))
    for many in (length, length // 2, 3 * length // 2):
        found = fp8_accumulation.points(width, many)
        assert found[0] == width and found[-1] == many and found == sorted(set(found)) and not any(point % width for point in found)


def test_spreadsheets_read_the_numbers():
    assert [kit._plain(cell) for cell in ("2,113,929,216", "−0.38", "3.286 × 10²⁴", "–", "71.0%", "<b>V3</b>")] == ["2113929216", "-0.38", "3.286e24", "", "71.0%", "V3"]


def test_a_label_that_does_not_fit_stops_the_build(view):
    svg = Svg(Ink(figures.load("kv-cache"), Page("/", "en", view)), 100, "a drawing")
    svg.box(0, 0, 60, 30, "short")
    with pytest.raises(ValueError, match=r"figure kv-cache, en: the label “a label far too long” needs \d+ units, its place has 54; shorten it, break it or make room"):
        svg.box(0, 0, 60, 30, "a label far too long")
    with pytest.raises(ValueError, match="3 lines “a…” need 49 units of height, the box has 30"):
        svg.box(0, 0, 60, 30, ["a", "b", "c"])
    assert width_of("注意力") == 39


def test_states_that_differ_in_unmarked_places_are_named(view):
    figure = Figure("odd", {"title": ("T", "题")}, lambda ink, n: (f"<p>{n}</p>", "One."), lambda ink: ([], []), (), (Control("n", ("1", "2")),))
    with pytest.raises(FigureError, match="figure odd, en: the states 1 and 2 differ in more than marked places"):
        states(figure, Page("/", "en", view))
