"""Drawing with labels that fit: a canvas of 400 units that refuses a label too long for its place."""

from __future__ import annotations

import math
import re
from functools import cache
from html import escape

WIDTH = 400
SIZE = 13
"""Canvas width and text size in units: on a phone of 390 px a unit is about 0.87 px."""

_NARROW, _WIDE = set("iljtfrI.,:;'|!()[] ·-"), set("mwMW@%—")


@cache
def width_of(words: str, size: float = SIZE) -> float:
    """The width of a text in a system sans-serif, in units, a little too wide rather than too narrow."""
    words = re.sub(r"<[^>]+>", "", words)
    ems = sum(1.0 if ord(letter) > 0x2E7F else 0.33 if letter in _NARROW else 0.9 if letter in _WIDE else 0.7 if letter.isupper() else 0.58
              for letter in words)
    return ems * size


class Svg:
    """A drawing in the making. Every method adds something; `html()` returns the finished element.

    Classes give colours: 'on' is the subject (blue), 'soft' grey, 'dash' dashed. `Ink.element` makes parts that change with
    the state; pass them to `add`.
    """

    def __init__(self, ink, height: int, label: str, width: int = WIDTH):
        self.ink, self.width, self.height, self.label, self.parts = ink, width, height, label, []
        self.name = ink.figure.id

    def _fits(self, words: str, room: float, size: float) -> None:
        if width_of(words, size) > room:
            raise ValueError(f"figure {self.name}, {self.ink.lang}: the label “{words}” needs {width_of(words, size):.0f} units, its place has {room:.0f}; "
                             "shorten it, break it or make room")

    def add(self, markup: str) -> None:
        """Any SVG markup."""
        self.parts.append(markup)

    def text(self, x: int, y: int, words: str, anchor: str = "start", cls: str = "", size: float = SIZE, room: float | None = None, vary: bool | dict = False) -> None:
        """Words at x, y (their baseline); anchor start, middle or end; `room` is what they may take, by default up to the edge.
        With vary the words change with the state, and the attributes that it names."""
        edge = {"start": self.width - x, "end": x, "middle": 2 * min(x, self.width - x)}[anchor]
        self._fits(words, room if room is not None else edge, size)
        fixed = {"x": x, "y": y, "text_anchor": anchor if anchor != "start" else "", "cls": cls, "font_size": size if size != SIZE else ""}
        self.parts.append(self.ink.text(words, "text", vary=vary if isinstance(vary, dict) else None, **fixed) if vary else self.ink.element("text", escape(words, quote=False), **fixed))

    def box(self, x: int, y: int, width: int, height: int, label: str | list[str] = "", cls: str = "", size: float = SIZE, vary: dict | None = None) -> None:
        """A box with its label in the middle, in one or several lines; attributes in `vary` change with the state."""
        self.parts.append(self.ink.element("rect", vary=vary, x=x, y=y, width=width, height=height, rx=3, cls=("box " + cls).strip()))
        lines = [label] if isinstance(label, str) else label
        lines = [line for line in lines if line]
        step = size * 1.25
        if len(lines) * step > height + 2:
            raise ValueError(f"figure {self.name}, {self.ink.lang}: {len(lines)} lines “{lines[0]}…” need {len(lines) * step:.0f} units of height, the box has {height}")
        for place, line in enumerate(lines):
            baseline = round(y + height / 2 + size * 0.36 + (place - (len(lines) - 1) / 2) * step)
            self.text(round(x + width / 2), baseline, line, "middle", cls, size, room=width - 6)

    def rect(self, x, y, width, height, cls: str = "fill", vary: dict | None = None, **fixed) -> None:
        """A plain rectangle; attributes in `vary` change with the state."""
        self.parts.append(self.ink.element("rect", vary=vary, cls=cls, x=x, y=y, width=width, height=height, **fixed))

    def line(self, x1: int, y1: int, x2: int, y2: int, cls: str = "") -> None:
        """A straight line."""
        self.parts.append(f'<path class="{("line " + cls).strip()}" d="M{x1} {y1}L{x2} {y2}"/>')

    def path(self, d: str, cls: str = "line") -> None:
        """A path by its commands."""
        self.parts.append(f'<path class="{cls}" d="{d}"/>')

    def arrow(self, *points: tuple[int, int], cls: str = "") -> None:
        """A line through the points with a head at the last."""
        (x1, y1), (x2, y2) = points[-2:]
        angle = math.atan2(y2 - y1, x2 - x1)
        wing = lambda turn: f"{round(x2 - 7 * math.cos(angle + turn))} {round(y2 - 7 * math.sin(angle + turn))}"
        self.parts.append(f'<path class="{("line " + cls).strip()}" d="M{"L".join(f"{x} {y}" for x, y in points)}M{wing(0.5)}L{x2} {y2}L{wing(-0.5)}"/>')

    def circle(self, x: int, y: int, radius: int, cls: str = "", vary: dict | None = None) -> None:
        """A circle; attributes in `vary` change with the state."""
        self.parts.append(self.ink.element("circle", vary=vary, cx=x, cy=y, r=radius, cls=cls))

    def hatch(self, step: int = 5) -> str:
        """Defines a pattern of slanted lines once and returns its fill: colour alone must not tell things apart."""
        id = f"{self.name}-hatch"
        markup = (f'<defs><pattern id="{id}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
                  f'<path class="line" d="M0 0V{step}"/></pattern></defs>')
        if markup not in self.parts:
            self.parts.insert(0, markup)
        return f"url(#{id})"

    def html(self) -> str:
        """The drawing as one element."""
        return f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(self.label)}">{"".join(self.parts)}</svg>'


class Plot:
    """Axes on a drawing: data coordinates to units. `xs`, `ys` are the ends of the axes; log for logarithmic axes."""

    def __init__(self, svg: Svg, x: int, y: int, width: int, height: int, xs: tuple, ys: tuple, log_x: bool = False, log_y: bool = False):
        self.svg, self.x, self.y, self.width, self.height = svg, x, y, width, height
        self.log_x, self.log_y = log_x, log_y
        self.xs, self.ys = (tuple(math.log(end) if log else float(end) for end in ends) for ends, log in ((xs, log_x), (ys, log_y)))

    @staticmethod
    def _share(value, ends, log: bool) -> float:
        low, high = ends
        return ((math.log(value) if log else float(value)) - low) / (high - low)

    def px(self, value) -> int:
        """The unit of a value on the horizontal axis."""
        return round(self.x + self.width * self._share(value, self.xs, self.log_x))

    def py(self, value) -> int:
        """The unit of a value on the vertical axis."""
        return round(self.y + self.height * (1 - self._share(value, self.ys, self.log_y)))

    def axes(self, x_ticks=(), y_ticks=(), x_label: str = "", y_label: str = "") -> None:
        """Axes with ticks [(value, words)], fine lines across, labels at their ends."""
        for value, words in y_ticks:
            self.svg.line(self.x, self.py(value), self.x + self.width, self.py(value), "faint")
            self.svg.text(self.x - 5, self.py(value) + 4, words, "end", "soft", 11)
        self.svg.line(self.x, self.y + self.height, self.x + self.width, self.y + self.height)
        for value, words in x_ticks:
            self.svg.line(self.px(value), self.y + self.height, self.px(value), self.y + self.height + 4)
            self.svg.text(self.px(value), self.y + self.height + 17, words, "middle", "soft", 11)
        if x_label:
            self.svg.text(self.x + self.width, self.y + self.height + 33, x_label, "end", "soft", 12)
        if y_label:
            self.svg.text(2, self.y - 9, y_label, "start", "soft", 12)

    def d(self, points) -> str:
        """The commands of a line through points in data coordinates."""
        return "M" + "L".join(f"{self.px(x)} {self.py(y)}" for x, y in points)

    def line(self, points, cls: str = "", vary: bool = False) -> None:
        """A line through points; with vary it changes with the state."""
        cls = ("line " + cls).strip()
        self.svg.add(self.svg.ink.element("path", vary={"d": self.d(points)}, cls=cls) if vary else f'<path class="{cls}" d="{self.d(points)}"/>')

    def dot(self, x, y, cls: str = "dot", vary: bool = False) -> None:
        """A point; with vary it moves with the state."""
        place = {"cx": self.px(x), "cy": self.py(y)}
        self.svg.add(self.svg.ink.element("circle", vary=place if vary else None, r=4, cls=cls, **place))
