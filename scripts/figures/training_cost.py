"""What training runs cost, by GPU-hours, operations or rent, each with what the number leaves out."""

from decimal import Decimal

from models import training_cost as cost

from .kit import Control, Figure, percent

PRICES = ("1", "1.5", "2", "2.5", "3", "4")
RUNS = ("v3", "r1", "r1-base", "llama")

WORDS = {
    "title": ("Three measures of a training run", "衡量一次训练的三把尺"),
    "caption": ("GPU-hours as published. Operations are 6 × parameters used per token × tokens, for pre-training; rents are GPU-hours × the price chosen, the same for both chips. Both are computed by this site. Each line says what its number leaves out.",
                "GPU 小时取公布值。计算量为 6 × 每 token 参与计算的参数 × token 数，只计预训练；租金为 GPU 小时 × 所选单价，两种芯片同价。后两项为本站计算。每行注明数字不含什么。"),
    "measure": ("Measure", "按什么比"), "measure-hours": ("GPU-hours", "GPU 小时"), "measure-flop": ("operations (FLOP)", "计算量（FLOP）"), "measure-rent": ("rent (dollars)", "租金（美元）"),
    "price": ("Price, for the rent", "租金单价"),
    "run": ("Training run", "训练"), "value": ("Value", "数值"), "none": ("not published", "没有公布"),
    "v3": ("DeepSeek-V3", "DeepSeek-V3"), "r1": ("R1-Zero and R1", "R1-Zero 与 R1"), "r1-base": ("the same with V3-Base", "连同 V3-Base"), "llama": ("Llama 3.1 405B", "Llama 3.1 405B"),
    "v3-out": ("final run only; without earlier research, staff, data, machines", "仅正式训练；不含前期研究、人员、数据和设备"),
    "r1-out": ("without the base model and the trials on a smaller one", "不含基座模型，不含较小模型上的试验"),
    "r1-base-out": ("without earlier research, trials, staff, data, machines", "不含前期研究、试验、人员、数据和设备"),
    "llama-out": ("one of three sizes; whether post-training is in it is not said", "三个型号之一；是否含后训练没有说明"),
    "v3-out-flop": ("pre-training only; without attention over earlier tokens", "只计预训练；不含对先前 token 的注意力"),
    "llama-out-flop": ("pre-training only; without attention over earlier tokens", "只计预训练；不含对先前 token 的注意力"),
    "r1-out-flop": ("neither tokens generated nor tokens trained on are printed", "生成和训练的 token 数都没有公布"),
    "r1-base-out-flop": ("for the same reason", "原因同上"),
    "llama-out-rent": ("hours of one of three sizes; Meta names no price", "三个型号之一的用时；Meta 没有给出单价"),
    "finding-hours": ("Llama 3.1 405B took {llama}, DeepSeek-V3 {v3}: {times} times as many hours, on unlike chips and in unlike precision.",
                      "Llama 3.1 405B 用了 {llama}，DeepSeek-V3 用了 {v3}，前者是后者的 {times} 倍；两边芯片不同，精度也不同。"),
    "finding-flop": ("By this count Llama 3.1 405B took {llama}, DeepSeek-V3 {v3}: {times} times as many operations, the work left undone by using few parameters per token.",
                     "按此计，Llama 3.1 405B 为 {llama}，DeepSeek-V3 为 {v3}，前者是后者的 {times} 倍：每个 token 只用少量参数，省下的就是这部分计算。"),
    "finding-rent": ("At {price}, {note}, DeepSeek-V3 comes to {v3}, R1 adds {r1}, Llama 3.1 405B comes to {llama}: rents worked out from hours, not bills.",
                     "单价取{price}（{note}），DeepSeek-V3 合 {v3}，R1 再加 {r1}，Llama 3.1 405B 合 {llama}：都是按用时折算的租金，不是账单。"),
    "assumed": ("the price that DeepSeek's papers assume", "DeepSeek 论文所设的单价"), "other": ("a price of your choice", "自选单价"),
    "rent-column": ("Rent at {price}", "租金，{price}"), "flop-column": ("Operations, 6ND", "计算量，6ND"),
}


def _hours(fact):
    """GPU-hours of each run; V3-Base is pre-training and context extension."""
    base = fact("deepseek-v3/gpu-hours-pretraining") + fact("deepseek-v3/gpu-hours-context-extension")
    r1 = fact("deepseek-r1/gpu-hours")
    return {"v3": fact("deepseek-v3/gpu-hours"), "r1": r1, "r1-base": base + r1, "llama": fact("repo-llama-models/gpu-hours-405b")}


def _runs(fact):
    """The two runs whose parameters and tokens are published."""
    return (cost.Run(fact("deepseek-v3/activated-parameters"), fact("deepseek-v3/training-tokens"), fact("deepseek-v3/gpu-hours")),
            cost.Run(fact("repo-llama-models/parameters-405b"), fact("llama-3-herd-of-models/pretraining-tokens-405b"), fact("repo-llama-models/gpu-hours-405b")))


def _values(fact, measure, price):
    """The value of each run by a measure; None where it is not published."""
    if measure == "hours":
        return _hours(fact)
    if measure == "flop":
        v3, llama = _runs(fact)
        return {"v3": v3.flop, "r1": None, "r1-base": None, "llama": llama.flop}
    return {run: cost.rent(hours, Decimal(price)) for run, hours in _hours(fact).items()}


def _price(ink, price):
    return ink.unit(price, "usd-per-gpu-hour", 2 if "." in price else None)


def _shown(ink, run, measure, value):
    unit = {"hours": "h100-gpu-hours" if run == "llama" else "h800-gpu-hours", "flop": "flops", "rent": "usd"}[measure]
    if measure == "rent" and value >= 10 ** 8:
        value = round(value, -6)  # three digits, which Chinese writes in 亿
    return ink.say("none") if value is None else ink.unit(value, unit)


def _left_out(ink, run, measure):
    return ink.say(f"{run}-out-{measure}" if f"{run}-out-{measure}" in WORDS else f"{run}-out")


def draw(ink, measure, price):
    values = _values(ink.fact, measure, price)
    widest = max(value for value in values.values() if value)
    shown = {run: _shown(ink, run, measure, value) for run, value in values.items()}
    rows = [(f"{ink.say(run)} <small>{_left_out(ink, run, measure)}</small>", ink.bar(shown[run], (values[run] or 0) / widest, "on" if run == "v3" else "")) for run in RUNS]
    finding = ink.say(f"finding-{measure}", v3=shown["v3"], llama=shown["llama"], r1=shown["r1"], price=_price(ink, price),
                      times=ink.number(values["llama"] / values["v3"], 2 if measure == "hours" else 1),
                      note=ink.say("assumed" if Decimal(price) == ink.fact("deepseek-v3/assumed-gpu-price") else "other"))
    return ink.pane(ink.table((ink.say("run"), ink.say("value")), rows)), finding


def table(ink):
    measures = [("hours", ""), ("flop", "")] + [("rent", price) for price in PRICES]
    names = {"hours": lambda price: ink.say("measure-hours"), "flop": lambda price: ink.say("flop-column"),
             "rent": lambda price: ink.say("rent-column", price=_price(ink, price))}
    cell = lambda value: ink.say("none") if value is None else ink.number(value)
    return ([ink.say("run"), *(names[measure](price) for measure, price in measures)],
            [[ink.say(run), *(cell(_values(ink.fact, measure, price)[run]) for measure, price in measures)] for run in RUNS])


def numbers(fact):
    v3, llama = _runs(fact)
    ratio, hours, price = cost.factors(llama, v3), _hours(fact), fact("deepseek-v3/assumed-gpu-price")
    pretraining, gpus = fact("deepseek-v3/gpu-hours-pretraining"), fact("deepseek-v3/cluster-gpus")
    counted = lambda per_token, tokens: fact(f"insights-deepseek-v3/{per_token}") * Decimal(10) ** 9 * tokens
    v3_counted, llama_counted = counted("compute-v3", v3.tokens), counted("compute-llama-405b", llama.tokens)
    per_trillion = cost.gpu_hours_of(Decimal(10) ** 12, fact("insights-deepseek-v3/training-speed-mpft"), fact("insights-deepseek-v3/gpus"))
    measured = cost.speed_per_gpu(v3_counted, pretraining)
    return {
        "hours-ratio": (ratio.gpu_hours, "times", 2), "flop-ratio": (ratio.flop, "times", 1), "parameters-ratio": (ratio.parameters, "times", 1),
        "tokens-ratio": (ratio.tokens, "times", 2), "speed-ratio": (ratio.speed, "times", 2),
        "v3-flop": (v3.flop, None), "llama-flop": (llama.flop, None), "v3-speed": (v3.tflops, None, 0), "llama-speed": (llama.tflops, None, 0),
        "counted-ratio": (llama_counted / v3_counted, "times", 1), "llama-counted": (llama_counted, "flops"),
        "llama-rent": (cost.rent(hours["llama"], price), "usd"),
        "v3-rent-at-1": (cost.rent(hours["v3"], Decimal(1)), "usd"), "v3-rent-at-4": (cost.rent(hours["v3"], Decimal(4)), "usd"),
        "pretraining-share": percent(pretraining / hours["v3"], 1),
        "r1-with-base-hours": (hours["r1-base"], "h800-gpu-hours"), "r1-with-base-rent": (cost.rent(hours["r1-base"], price), "usd"),
        "r1-zero-hours": (fact("deepseek-r1/gpus") * fact("deepseek-r1/r1-zero-hours"), "h800-gpu-hours"),
        "check-hours": (per_trillion, "gpu-hours-per-trillion-tokens", 0), "check-days": (cost.days(pretraining, gpus), "days", 0),
        "check-speed": (measured, "tflops", 0), "check-utilisation": (cost.utilisation(measured, fact("flashmla/nominal-peak")), "percent", 1),
    }


FIGURE = Figure(
    id="training-cost", words=WORDS, draw=draw, table=table, numbers=numbers,
    controls=(Control("measure", ("hours", "flop", "rent")), Control("price", PRICES, show=_price, default="2", slider=True)),
    citations=(("deepseek-v3", "Table 1; §1; §4.1"), ("deepseek-r1-arxiv-v2", "Table 7; Appendix B.4.4"),
               ("repo-llama-models", "`MODEL_CARD.md`, “Hardware and Software”"), ("llama-3-herd-of-models", "§1")))
