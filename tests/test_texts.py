"""Numbers, dates and locators as each language writes them."""

from decimal import Decimal

import pytest

from sitegen import texts
from sitegen.records import Text, Unit


@pytest.mark.parametrize("value, scale, en, zh", [
    ("2788000", "words", "2.788M", "278.8 万"),
    ("671000000000", "words", "671B", "6710 亿"),
    ("14800000000000", "words", "14.8T", "14.8 万亿"),
    ("172800", "words", "172,800", "17.28 万"),
    ("712073", "words", "712,073", "712,073"),
    ("1966080", "words", "1,966,080", "1,966,080"),
    ("70272", "digits", "70,272", "70,272"),
    ("77.0", "words", "77.0", "77.0"),
    ("93.3", "digits", "93.3", "93.3"),
    ("0.001", "words", "0.001", "0.001"),
    ("3.29e24", "words", "3.29 × 10²⁴", "3.29 × 10²⁴"),
    ("0", "words", "0", "0"),
])
def test_number(value, scale, en, zh):
    assert texts.number(Decimal(value), "en", scale) == en
    assert texts.number(Decimal(value), "zh", scale) == zh


def test_unit_closes_up_after_wan():
    unit = Unit(id="parameters", en="{} parameters", zh="{} 参数")
    assert texts.with_unit("6710 亿", unit, "zh") == "6710 亿参数"
    assert texts.with_unit("9", unit, "zh") == "9 参数"
    assert texts.with_unit("671B", unit, "en") == "671B parameters"


@pytest.mark.parametrize("value, en, zh", [
    ("2024-05-06", "6 May 2024", "2024 年 5 月 6 日"), ("2024-05", "May 2024", "2024 年 5 月"), ("2024", "2024", "2024 年"),
])
def test_date(value, en, zh):
    assert texts.date(value, "en") == en
    assert texts.date(value, "zh") == zh


@pytest.mark.parametrize("plain, zh", [
    ("Table 2; §3.1", "表 2；§3.1"), ("Appendix A, page 28", "附录 A，第 28 页"), ("Abstract", "摘要"), ("Section 4", "§4"),
    ("title page", "首页"), ("README, “News, dated”", "README，“News, dated”"),
])
def test_locator(plain, zh):
    assert texts.locator_problem(plain) is None
    assert texts.locator(plain, "en") == plain
    assert texts.locator(plain, "zh") == zh


def test_locator_with_other_words_must_be_a_text():
    assert texts.locator_problem("Table 2, last line") == "last"
    assert texts.locator(Text(en="last line", zh="最后一行"), "zh") == "最后一行"


def test_references():
    text = "[[deepseek-v3]] used [[deepseek-v3/gpu-hours]], [[deepseek-v3/cost-usd#]] and [[grpo|the method]]"
    assert texts.references(text) == ["deepseek-v3", "deepseek-v3/gpu-hours", "deepseek-v3/cost-usd", "grpo"]


def test_a_chinese_amount_is_not_broken_from_its_unit():
    assert texts.unbroken("只花了 560 万美元（约 600 万美元）") == '只花了 <span class="nowrap">560 万美元</span>（约 <span class="nowrap">600 万美元</span>）'
    assert texts.unbroken("V3 has 671B parameters, R1 cost $294K") == "V3 has 671B parameters, R1 cost $294K"
