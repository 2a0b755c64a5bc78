"""Essays: no number typed by hand, formulas, and what an essay must have."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from project import ROOT
from sitegen import essays, maths, parity


@pytest.mark.parametrize("text, found", [
    ("saves 93.3 percent", ["93.3 percent"]), ("saves 93 % of it", ["93 %"]), ("rose from 71.0", ["71.0"]), ("costs $5 or 6 million", ["$5"]),
    ("cost 5 美元", ["5 美元"]), ("2,048 of them", ["2,048"]), ("2048 张", ["2048"]), ("needs 80 GB", ["80 GB"]), ("256 experts", ["256 experts"]),
    ("278.8 万", ["278.8"]), ("省下 57 倍", ["57 倍"]), ("after 10400 updates", ["10400"]),
    ("an H800, DeepSeek-V3.2, Qwen2.5-72B, Llama 3.1 405B, E4M3, 1F1B", []), ("in 2024, and from 2019–2021, 2024 年 5 月 6 日", []),
    ("a tile of 1×128, blocks of 128 × 128", []), ("`2788000` and $C(64, 8) = 4426165368$", []), ("[[deepseek-v3/gpu-hours]] and [[@deepseek-v3: §3.3.2; Table 1]]", []),
    ("two experts, 8 of them", []), ("## Heading {: #how-2000 }", []),
])
def test_bare_numbers(text, found):
    assert [number.strip() for _, number in parity.bare_numbers(text)] == found


def test_formulas_are_set_at_build():
    inline, display = "the cache $d_c + d_h^R$ per layer", "$$\nc_t = W^{DKV} h_t\n$$"
    assert maths.FORMULA.search(inline)["inline"] == "d_c + d_h^R"
    assert maths.FORMULA.search(display)["display"].strip() == "c_t = W^{DKV} h_t"
    assert not maths.FORMULA.search("from $5 to $6") and not maths.FORMULA.search("5$ and 6$")
    made = maths.html(ROOT, "c_t = W^{DKV} h_t", False)
    assert made.startswith('<span class="katex">') and "<math" in made and "\n" not in made
    with pytest.raises(ValueError, match=r"the formula \\frac\{1\}: KaTeX parse error"):
        maths.html(ROOT, r"\frac{1}", False)


def test_no_line_begins_with_the_mark_after_a_formula():
    page = SimpleNamespace(prose=lambda text: text)
    made = essays._prose(page, "权重是 $k$，其余 $x$ 靠\n\n$$\ny\n$$\n")
    assert made.count('<span class="nowrap"><span class="katex">') == 1 and "</span>，</span>其余" in made


def test_length_counts_words_and_characters():
    assert essays.length("---\ntitle: x\n---\nTwo words [[a/b]] and [[c|three more words]].[[@a: §1]]\n[[figure:x]]", "en") == 7
    assert essays.length("---\ntitle: 题\n---\n注意力 [[a/b]]，三个。", "zh") == 5


def test_what_an_essay_lacks_is_named():
    messages = [message for _, message in parity.essay_problems("## A {: #problem }\n\nSaves 93.3 %.\n", {}, "en", True)]
    assert messages == [
        "sections must be, in this order: problem, idea, how, example, evidence, limits, questions; here: problem",
        "a line [[record]] must say once where credit, ancestors and uses stand",
        "0 questions with answers (lines Q: and A:); five are promised",
        "the head has no `minutes`, the time to read",
        "3 words; an essay has 900 to 1600",
        "“93.3 %” is typed by hand; take it from a fact [[work/fact]] or a model [[figure:result]]"]
