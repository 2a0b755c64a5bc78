"""DreamCraft3D stage by stage: which views, how much noise, what is optimised, what guides, and what the paper says of it."""

import math

from models import dreamcraft

from .kit import Control, Figure, Svg, percent

STAGES = ("volume", "surface", "mesh", "texture")
STEPS = (0, 100, 200, 1000, 2500, 4999)

WORDS = {
    "title": ("From a picture to an object, stage by stage", "从一张图到一个物体的各个阶段"),
    "caption": ("Schedules as the published configurations set them, worked out by this site for each step; the last row of the table is what the paper prints where it differs. The share of the picture that is left under the noise "
                "is computed from the noise schedule of the view-dependent prior.",
                "各项安排取自公开的配置文件，由本站逐步算出；表中最后一行是论文的说法。噪声下图像还剩多少，由视角条件先验的噪声表算出。"),
    "stage": ("Stage", "阶段"), "stage-volume": ("1 Volume", "1 体积"), "stage-surface": ("2 Surface", "2 曲面"), "stage-mesh": ("3 Mesh", "3 网格"), "stage-texture": ("4 Texture", "4 纹理"),
    "step": ("Step", "步数"),
    "picture": ("The stages, the viewpoints from above, the noise and the progress of the chosen stage", "各阶段，以及所选阶段的视角（俯视）、噪声和进度"),
    "box-image": ("Image", "参考图"), "box-volume": ("Volume", "体积"), "box-surface": ("Surface", "曲面"), "box-mesh": ("Mesh", "网格"), "box-texture": ("Texture", "纹理"),
    "paper-geometry": ("paper: geometry sculpting", "论文：几何雕刻"), "paper-texture": ("texture", "纹理增强"),
    "code-1": ("code: stage 1", "代码：阶段 1"), "code-2": ("stage 2", "阶段 2"), "code-3": ("stage 3", "阶段 3"),
    "above": ("Views from above", "俯视的视角范围"), "front": ("image", "参考图"),
    "views-front": ("only the image", "只有参考图"), "views": ("up to {angle} aside", "左右各 {angle}"), "views-all": ("all round", "一整圈"),
    "pixels": ("{n} pixels a side", "边长 {n} 像素"),
    "noise": ("Noise: 0 none, 1 nothing else", "噪声：0 为无噪声，1 为纯噪声"),
    "picture-prior": ("picture prior {low}–{high}", "图像先验 {low}–{high}"), "taught-prior": ("tuned prior {low}–{high}", "微调的先验 {low}–{high}"), "resting": ("tuned prior: being taught", "先验：正在微调"),
    "view-prior": ("view-dependent prior {low}–{high}", "视角条件先验 {low}–{high}"), "unused": ("view-dependent prior: not used", "视角条件先验：不用"),
    "left": ("leaves {few} to {many} of the picture", "图像还剩 {few} 到 {many}"), "lesson": ("pictures for tuning it {t}", "微调用图 {t}"), "lessons": ("last tuning pictures {t}", "最近的微调用图 {t}"), "no-lessons": ("no tuning of the prior", "不微调先验"),
    "progress": ("Step {step} of {steps}", "第 {step} 步，共 {steps} 步"), "teaching": ("hatched: the prior is tuned", "斜线：微调先验"),
    "in": ("In", "输入"), "optimised": ("Optimised", "优化对象"), "guide": ("Guides", "先验"), "held": ("Fitted to", "对齐"), "out": ("Out", "输出"), "paper": ("Paper", "论文"),
    "in-volume": ("the image, cut out, with estimated depth, and a prompt", "抠好的参考图、估计的深度图和一段提示词"),
    "optimised-volume": ("a radiance field: colour and density at every point", "神经辐射场：空间每一点的颜色和密度"),
    "guide-shape": ("{flat} and {view}, coefficients {a} and {b}", "{flat} 与 {view}，系数 {a} 与 {b}"),
    "held-depth": ("colour, outline and depth of the image", "参考图的颜色、轮廓、深度"), "held-colour": ("colour and outline of the image", "参考图的颜色、轮廓"),
    "out-volume": ("a rough form", "大致的形体"),
    "paper-volume": ("no such step is described; the same noise, lowered over some hundreds of steps; weights 1 and {mu}", "没有提到这一步；噪声安排相同，在数百步内降低；权重为 1 与 {mu}"),
    "in-surface": ("the result of stage 1", "阶段 1 的结果"), "optimised-surface": ("an implicit surface (NeuS)", "隐式曲面（NeuS）"), "out-surface": ("a form with a clear surface", "有明确表面的形体"),
    "paper-surface": ("NeuS comes first, from {start} to {end} in resolution; weights 1 and {mu}", "从 NeuS 开始，分辨率由 {start} 到 {end}；权重为 1 与 {mu}"),
    "in-mesh": ("the surface, turned into a mesh", "曲面转成的网格"), "optimised-mesh": ("a mesh of tetrahedra (DMTet, grid {grid}), on its surface directions and its colours", "四面体网格（DMTet，格点 {grid}），法线与颜色轮流优化"), "out-mesh": ("fine form, blurry texture", "精细的几何，模糊的纹理"),
    "paper-mesh": ("the same grid, rendered at {pixels}; weights 1 and {mu}", "格点相同，渲染分辨率 {pixels}；权重为 1 与 {mu}"),
    "in-texture": ("the mesh, whose form is frozen", "网格，几何冻结"), "optimised-texture": ("the texture; in the first 1/{fraction} of each round the prior itself", "纹理；每轮前 1/{fraction} 则微调先验"),
    "guide-texture": ("{model}, tuned on improved renderings of this object", "{model}，用本物体的渲染图（经加噪、去噪补出细节）微调"), "out-texture": ("the finished object", "完成的物体"),
    "paper-texture-row": ("{rounds} rounds in place of {found}; pictures noised at {first}, later at {last}", "{rounds} 轮，代码是 {found} 轮；微调用图的噪声先 {first} 后 {last}"),
    "finding-volume": ("Step {step}, {views}: the noise lies between {low} and {high} and leaves the view-dependent prior {few} to {many} of the picture’s variance.",
                       "第 {step} 步，视角{views}：噪声在 {low} 与 {high} 之间，视角条件先验看到的图像只剩方差的 {few} 到 {many}。"),
    "finding-surface": ("Step {step}: all views at once, noise between {low} and {high} from the first step to the last.", "第 {step} 步：一整圈视角同时训练，噪声自始至终在 {low} 与 {high} 之间。"),
    "finding-mesh": ("Step {step}: rendered at {pixels} pixels a side, {times} times as many pixels as the picture prior sees.", "第 {step} 步：渲染图边长 {pixels} 像素，像素数是图像先验所见的 {times} 倍。"),
    "finding-taught": ("Step {step}, round {round} of {rounds}: the diffusion model learns from renderings noised at {t} and cleaned again.", "第 {step} 步，{rounds} 轮中的第 {round} 轮：扩散模型正在学习，所用的图由渲染图加噪到 {t} 再去噪得到。"),
    "finding-texture": ("Step {step}, round {round} of {rounds}: the diffusion model, as taught, guides the texture with noise up to {t}.", "第 {step} 步，{rounds} 轮中的第 {round} 轮：微调过的扩散模型引导纹理，噪声最高 {t}。"),
    "views-column": ("Views aside, degrees", "视角，左右各（度）"), "low-column": ("Picture prior, from", "图像先验噪声，自"), "high-column": ("to", "至"), "pixels-column": ("Pixels a side", "边长像素"),
}


def _schedule(fact, stage: str, step: int) -> dict:
    """All that one step sets: angle, ends of the noise for both priors (None: not used), pixels, round, whether the prior is tuned."""
    of = lambda key: fact("dreamcraft3d/" + key)
    number = lambda key: float(of(key))
    ramp = lambda first, last, end: dreamcraft.Ramp(0, number(first), number(last), int(end)).at(step)
    steps = int(of("annealing-steps"))
    until, calm = int(of("view-steps")) if stage == "volume" else 0, (number("shape-noise-last-low"), number("shape-noise-last-high"))
    found = {"angle": dreamcraft.view_range(step if until else max(step, 1), until, -number("azimuth-limit"), number("azimuth-limit"))[1], "picture": calm, "view": calm, "round": 1, "taught": False}
    if stage == "volume":
        found["picture"] = found["view"] = (ramp("shape-noise-first-low", "shape-noise-last-low", steps), ramp("shape-noise-first-high", "shape-noise-last-high", steps))
        found["pixels"] = int(of("nerf-resolution-start" if step < of("resolution-switch") else "nerf-resolution"))
    elif stage == "surface":
        found["pixels"] = int(of("neus-resolution"))
    else:
        found["pixels"] = int(of("refinement-resolution"))
    if stage == "mesh":
        found["picture"] = (number("mesh-noise-low"), calm[1])
    if stage == "texture":
        cycle = int(of("teaching-cycle"))
        found["round"], found["taught"] = dreamcraft.turn(step, cycle, cycle // int(of("teaching-fraction")))
        noise = dreamcraft.Ramp(0, number("texture-noise-first-code"), number("texture-noise-last-code"), int(of("steps-per-configuration")))
        found["picture"], found["view"] = (number("texture-noise-low-code"), noise.at(step)), None
        found["lesson"] = noise.at(min(step, (found["round"] - 1) * cycle + cycle // int(of("teaching-fraction")) - 1))
    return found


def _signal(fact, t: float) -> float:
    of = lambda key: fact("dreamcraft3d/" + key)
    return dreamcraft.remaining_signal(t, int(of("noise-steps")), float(of("noise-beta-first")), float(of("noise-beta-last")))


def _views(ink, angle: float) -> str:
    return ink.say("views-front") if angle == 0 else ink.say("views-all") if angle >= 179.5 else ink.say("views", angle=ink.unit(angle, "degrees", 0))


def _left(ink, ends) -> dict:
    """What remains of the picture at both ends of the noise, in percent."""
    few, many = sorted(_signal(ink.fact, t) for t in ends)
    return {"few": ink.unit(*percent(few)), "many": ink.unit(*percent(many))}


def _picture(ink, stage: str, step: int) -> str:
    now, two = _schedule(ink.fact, stage, step), lambda value: ink.number(value, 2)
    svg = Svg(ink, 372, ink.say("picture"))
    # the stages
    places = (2, 85, 168, 251, 334)
    for x, key in zip(places, ("image", *STAGES)):
        svg.box(x, 6, 64, 32, ink.say("box-" + key), vary={"cls": "box on" if key == stage else "box"} if key != "image" else None, cls="off" if key == "image" else "")
    for x in places[:-1]:
        svg.arrow((x + 64, 22), (x + 82, 22))
    for left, right, y, key in ((85, 315, 50, "paper-geometry"), (334, 398, 50, "paper-texture"), (85, 232, 76, "code-1"), (251, 315, 76, "code-2"), (334, 398, 76, "code-3")):
        svg.path(f"M{left} {y - 4}V{y}H{right}V{y - 4}")
        svg.text((left + right) // 2, y + 14, ink.say(key), "middle", "soft", 12, room=right - left + 10)
    # the viewpoints, seen from above
    x, y, radius = 68, 192, 52
    turn = math.radians(min(now["angle"], 179.9))
    end = lambda side: f"{round(x + side * radius * math.sin(turn))} {round(y + radius * math.cos(turn))}"
    svg.text(2, 122, ink.say("above"), cls="soft")
    svg.circle(x, y, radius, "line faint")
    arc = f"{end(-1)}A{radius} {radius} 0 {int(turn > math.pi / 2)} 0 {end(1)}"
    svg.add(ink.element("path", vary={"d": f"M{x} {y}L{arc}Z" if 0 < now["angle"] < 179.5 else f"M{x} {y - radius}a{radius} {radius} 0 1 0 1 0Z" if now["angle"] else f"M{x} {y}v{radius}"}, cls="fill tint"))
    svg.add(ink.element("path", vary={"d": f"M{x} {y - radius}a{radius} {radius} 0 1 0 1 0Z" if now["angle"] >= 179.5 else "M" + arc if now["angle"] else f"M{x - 3} {y + radius}h6"}, cls="line on"))
    svg.box(x - 9, y - 9, 18, 18)
    svg.path(f"M{x} {y + radius}l-6 10h12Z", "dot on")
    svg.text(x + 12, y + radius + 11, ink.say("front"), cls="on", size=12)
    svg.text(2, 278, _views(ink, now["angle"]), vary=True, room=150)
    svg.text(2, 296, ink.say("pixels", n=ink.number(now["pixels"])), vary=True, room=150)
    # the noise
    left, width = 168, 226
    svg.text(left, 122, ink.say("noise"), cls="soft")
    low, high = now["picture"]
    words = ink.say("resting") if now["taught"] else ink.say("taught-prior" if stage == "texture" else "picture-prior", low=two(low), high=two(high))
    seen = ink.say("view-prior", low=two(now["view"][0]), high=two(now["view"][1])) if now["view"] else ink.say("unused")
    tracks = ((150, words, None if now["taught"] else now["picture"]), (200, seen, now["view"]))
    for top, label, ends in tracks:
        svg.text(left, top, label, vary=True)
        svg.box(left, top + 6, width, 10, cls="off")
        low, high = ends or (0, 0)
        svg.rect(left, top + 6, width, 10, "box on", vary={"x": left + round(width * low), "width": round(width * (high - low))})
    svg.text(left, 232, ink.say("left", **_left(ink, now["view"])) if now["view"] else "", cls="soft", size=12, vary=True)
    svg.text(left, 262, ink.say("lesson" if now["taught"] else "lessons", t=two(now["lesson"])) if stage == "texture" else ink.say("no-lessons"), vary=True)
    svg.box(left, 268, width, 10, cls="off")
    svg.rect(left, 268, width, 10, "box on", vary={"x": left + round(width * now.get("lesson", 0)) - 2, "width": 5 if stage == "texture" else 0})
    for value, words in ((0, "0"), (0.5, "0.5"), (1, "1")):
        svg.text(left + round(width * value), 294, words, {0: "start", 0.5: "middle", 1: "end"}[value], "soft", 12)
    # the progress
    steps, cycle = int(ink.fact("dreamcraft3d/steps-per-configuration")), int(ink.fact("dreamcraft3d/teaching-cycle"))
    taught = cycle // int(ink.fact("dreamcraft3d/teaching-fraction"))
    at = lambda value: 2 + round(390 * value / steps)
    svg.text(2, 330, ink.say("progress", step=ink.number(step), steps=ink.number(steps)), vary=True, room=200)
    svg.text(398, 330, ink.say("teaching") if stage == "texture" else "", "end", "soft", 12, vary=True)
    svg.box(2, 342, 390, 12, cls="off")
    rounds = "".join(f"M{at(first)} 342h{at(taught) - at(0)}v12h-{at(taught) - at(0)}Z" for first in range(0, steps, cycle)) if stage == "texture" else "M2 342"
    svg.add(ink.element("path", vary={"d": rounds}, fill=svg.hatch()))
    svg.add(ink.element("path", vary={"d": f"M{at(step)} 338v20"}, cls="line on"))
    svg.circle(at(step), 362, 4, "dot on", vary={"cx": at(step)})
    return svg.html()


def _table(ink, stage: str) -> str:
    of = lambda key: ink.fact("dreamcraft3d/" + key)
    derived = int(of("steps-per-configuration")) // int(of("teaching-cycle"))
    values = {"a": ink.number(of("weight-2d-code")), "b": ink.number(of("weight-3d-code")), "mu": ink.number(of("view-prior-weight")), "grid": ink.number(of("mesh-grid")), "pixels": ink.number(of("mesh-resolution")),
              "start": ink.number(of("surface-resolution-start")), "end": ink.number(of("surface-resolution-end")), "rounds": ink.number(of("bootstrapping-rounds")), "found": ink.number(derived), "fraction": ink.number(of("teaching-fraction")),
              "first": ink.number(of("texture-noise-first")), "last": ink.number(of("texture-noise-last")), "flat": "DeepFloyd IF", "view": "stable-zero123", "model": "Stable Diffusion 2.1"}
    keys = {"in": "in-" + stage, "optimised": "optimised-" + stage, "guide": "guide-texture" if stage == "texture" else "guide-shape", "held": "held-depth" if stage in ("volume", "surface") else "held-colour",
            "out": "out-" + stage, "paper": "paper-texture-row" if stage == "texture" else "paper-" + stage}
    rows = [(f'<span class="nowrap">{ink.say(key)}</span>', f"<td>{ink.say(words, **values)}</td>") for key, words in keys.items()]
    return ink.pane(ink.table((), rows, "states"))


def draw(ink, stage, step):
    """The stages with views, noise and progress, what goes in and out, and the finding."""
    now, two = _schedule(ink.fact, stage, step), lambda value: ink.number(value, 2)
    low, high = now["picture"]
    rounds = int(ink.fact("dreamcraft3d/steps-per-configuration")) // int(ink.fact("dreamcraft3d/teaching-cycle"))
    times = dreamcraft.picture_samples(now["pixels"], int(ink.fact("dreamcraft3d/prior-2d-resolution")))
    values = {"step": ink.number(step), "low": two(low), "high": two(high), "t": two(high), "views": _views(ink, now["angle"]), "round": ink.number(now["round"]), "rounds": ink.number(rounds),
              "pixels": ink.number(now["pixels"]), "times": ink.number(times, 0), **(_left(ink, now["view"]) if now["view"] else {})}
    return _picture(ink, stage, step) + _table(ink, stage), ink.say("finding-taught" if now["taught"] else "finding-" + stage, **values)


def table(ink):
    """One row per stage and step: views, noise and size of the picture."""
    columns = [ink.say(key) for key in ("stage", "step", "views-column", "low-column", "high-column", "pixels-column")]
    rows = []
    for stage in STAGES:
        for step in STEPS:
            now = _schedule(ink.fact, stage, step)
            rows.append([ink.say("stage-" + stage), ink.number(step), ink.number(now["angle"], 0), *(ink.number(end, 2) for end in now["picture"]), ink.number(now["pixels"])])
    return columns, rows


def numbers(fact):
    """What the noise leaves at the ends of the schedules, the rounds of teaching, and what the printed scores mean."""
    of = lambda key: fact("dreamcraft3d/" + key)
    middle = _schedule(fact, "volume", int(of("annealing-steps")) // 2)
    cycle, steps = int(of("teaching-cycle")), int(of("steps-per-configuration"))
    taught = cycle // int(of("teaching-fraction"))
    return {
        "signal-start-low": percent(_signal(fact, float(of("shape-noise-first-high")))), "signal-start-high": percent(_signal(fact, float(of("shape-noise-first-low")))),
        "signal-end-low": percent(_signal(fact, float(of("shape-noise-last-high")))), "signal-end-high": percent(_signal(fact, float(of("shape-noise-last-low")))),
        "half-step": (int(of("annealing-steps")) // 2, "steps"), "half-low": (middle["picture"][0], None, 2), "half-high": (middle["picture"][1], None, 2), "half-angle": (middle["angle"], "degrees", 0),
        "lesson-signal-first": percent(_signal(fact, float(of("texture-noise-first")))), "lesson-signal-last": percent(_signal(fact, float(of("texture-noise-last")))),
        "last-lesson": (_schedule(fact, "texture", steps - cycle + taught - 1)["lesson"], None, 2),
        "view-share": percent(dreamcraft.guidance_shares(float(of("view-prior-weight")))[1]),
        "code-rounds": (steps // cycle, "iterations"), "teaching-steps": (taught, "steps"), "texture-steps": (cycle - taught, "steps"),
        "all-steps": (len(STAGES) * steps, "steps"),
        "error": percent(dreamcraft.typical_error(float(of("psnr"))), 1), "error-magic123": percent(dreamcraft.typical_error(float(of("psnr-magic123"))), 1), "error-make-it-3d": percent(dreamcraft.typical_error(float(of("psnr-make-it-3d"))), 1),
        "responses": (of("user-study-participants") * of("user-study-pairs"), None),
    }


FIGURE = Figure(
    id="dreamcraft3d", words=WORDS, draw=draw, table=table, numbers=numbers,
    controls=(Control("stage", STAGES), Control("step", STEPS, default=100, slider=True)),
    citations=(("dreamcraft3d", "§4; §5.1; Appendix A.1"), ("repo-dreamcraft3d", "`configs/`; `stable_diffusion_bsd_guidance.py`; `sd-objaverse-finetune-c_concat-256.yaml`")))
