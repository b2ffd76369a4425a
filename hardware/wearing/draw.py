"""Draws the wearing pictures as SVG: python -m hardware.wearing.draw."""

import math
from collections.abc import Sequence
from pathlib import Path

from hardware.wearing import anatomy
from hardware.wearing.anatomy import Point

FOLDER = Path(__file__).resolve().parent / "pictures"
SIDES = ("right", "left")
_INK, _SKIN, _BONE, _SITE, _POD, _TACTOR, _STRAP = (
    "#222",
    "#f3e3d3",
    "#fffaf2",
    "#1f6fb2",
    "#2a7d3f",
    "#b3382c",
    "#6b6b6b",
)
# right half of the outline seen from behind, from the neck round the arm to the hip; the left half is its mirror image
_BODY = [
    (46, -118),
    (48, -78),
    (62, -44),
    (112, -14),
    (176, 6),
    (222, 26),
    (246, 74),
    (256, 140),
    (262, 220),
    (264, 300),
    (214, 302),
    (208, 240),
    (196, 176),
    (182, 118),
    (178, 150),
    (172, 210),
    (160, 290),
    (156, 350),
    (170, 420),
]
_SCAPULA = [
    anatomy.SUPERIOR_ANGLE,
    anatomy.TRIGONUM,
    anatomy.INFERIOR_ANGLE,
    (112, 150),
    (150, 96),
    (168, 66),
    (120, 40),
]


def _smooth(points: Sequence[tuple[float, float]], closed: bool = False) -> str:
    """A Catmull-Rom curve through `points` as an SVG path."""
    ring = [points[-1], *points, points[0], points[1]] if closed else [points[0], *points, points[-1]]
    path = f"M{ring[1][0]:.1f},{ring[1][1]:.1f}"
    for p0, p1, p2, p3 in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        c1 = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        c2 = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        path += f" C{c1[0]:.1f},{c1[1]:.1f} {c2[0]:.1f},{c2[1]:.1f} {p2[0]:.1f},{p2[1]:.1f}"
    return path


class _Drawing:
    """Collects SVG elements; x is mirrored for the left side and for front views, text never."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self.width, self.height = width, height
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" '
            f'font-family="DejaVu Sans, Arial, sans-serif">',
            f"<title>{title}</title>",
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>',
        ]
        self.origin: Point = (0.0, 0.0)
        self.sign = 1.0
        self.scale = 1.0  # of the labels
        self.boxes: list[tuple[float, float, float, float]] = []

    def at(self, point: Point) -> Point:
        return self.origin[0] + self.sign * point[0], self.origin[1] + point[1]

    def path(
        self,
        points: Sequence[tuple[float, float]],
        fill: str,
        stroke: str = _INK,
        width: float = 1.5,
        closed: bool = True,
        dash: str = "",
    ) -> None:
        data = _smooth([self.at(p) for p in points], closed) + ("Z" if closed else "")
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path d="{data}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"{extra} stroke-linejoin="round"/>'
        )

    def line(self, one: Point, other: Point, stroke: str = _INK, width: float = 1.2, dash: str = "") -> None:
        (x1, y1), (x2, y2) = self.at(one), self.at(other)
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{stroke}" stroke-width="{width}"{extra}/>'
        )

    def dot(self, point: Point, radius: float, fill: str, stroke: str = _INK, width: float = 1.2) -> None:
        x, y = self.at(point)
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'
        )

    def box(self, centre: Point, size: Point, fill: str, angle_deg: float = 0.0, radius: float = 4.0) -> None:
        x, y = self.at(centre)
        turn = f' transform="rotate({self.sign * angle_deg:.1f} {x:.1f} {y:.1f})"' if angle_deg else ""
        self.parts.append(
            f'<rect x="{x - size[0] / 2:.1f}" y="{y - size[1] / 2:.1f}" width="{size[0]}" height="{size[1]}" '
            f'rx="{radius}" '
            f'fill="{fill}" stroke="{_INK}" stroke-width="1"{turn}/>'
        )

    def arrow_up(self, centre: Point, length: float = 20.0) -> None:
        x, y = self.at(centre)
        top = y - length / 2
        self.parts.append(
            f'<path d="M{x},{y + length / 2} V{top + 5} M{x - 5},{top + 6} L{x},{top} L{x + 5},{top + 6}" '
            f'fill="none" stroke="white" stroke-width="2.4"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 13.0,
        anchor: str = "start",
        fill: str = _INK,
        bold: bool = False,
    ) -> None:
        """Text at absolute coordinates; its box is kept so that a test can see overlaps."""
        wide = 0.62 * size * len(words)
        left = x - (wide if anchor == "end" else wide / 2 if anchor == "middle" else 0)
        self.boxes.append((left, y - 0.8 * size, left + wide, y + 0.25 * size))
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{weight}>'
            f"{words}</text>"
        )

    def label(self, target: Point, column: float, y: float, head: str, words: str, colour: str) -> None:
        """A leader from `target` to a two-line label in the margin at absolute x `column`."""
        x, ty = self.at(target)
        rightwards = column > x
        end = column - 6 if rightwards else column + 6
        bend = end - 14 if rightwards else end + 14
        self.parts.append(
            f'<polyline points="{x:.1f},{ty:.1f} {bend:.1f},{y - 4:.1f} {end:.1f},{y - 4:.1f}" '
            f'fill="none" stroke="{colour}" stroke-width="1"/>'
        )
        anchor = "start" if rightwards else "end"
        self.text(column, y, head, 14 * self.scale, anchor, colour, bold=True)
        for i, line in enumerate(words.split("\n") if words else []):
            self.text(column, y + (16 + 15 * i) * self.scale, line, 12 * self.scale, anchor)

    def svg(self) -> str:
        return "\n".join([*self.parts, "</svg>"]) + "\n"


def _body(drawing: _Drawing, front: bool = False) -> None:
    drawing.path(_BODY + [(-x, y) for x, y in reversed(_BODY)], _SKIN, closed=False)
    if not front:
        drawing.line((0, -30), (0, 410), "#c9b49c", 2.0, "7 5")


def _bones(drawing: _Drawing) -> None:
    for mirror in (1.0, -1.0):
        drawing.path([(mirror * x, y) for x, y in _SCAPULA], _BONE, "#b79f86", 1.2)
        one, other = anatomy.TRIGONUM, anatomy.ACROMION
        drawing.line((mirror * one[0], one[1]), (mirror * other[0], other[1]), "#b79f86", 6.0)
        drawing.dot((mirror * other[0], other[1]), 7, _BONE, "#b79f86")


def electrodes(side: str) -> _Drawing:
    """Back view with landmarks, electrode pairs and the lines of their rules."""
    drawing = _Drawing(1010, 640, f"Electrode sites, {side} side, seen from behind")
    drawing.sign = 1.0 if side == "right" else -1.0
    drawing.origin = (505.0 - drawing.sign * 30, 150.0)
    _body(drawing)
    _bones(drawing)
    for name, point in (("C7", anatomy.C7), ("T3", anatomy.T3), ("T5", anatomy.T5), ("T8", anatomy.T8)):
        drawing.dot(point, 4.5, "white")
        x, y = drawing.at(point)
        drawing.text(x - drawing.sign * 9, y + 4, name, 12, "end" if drawing.sign > 0 else "start")
    for start, end in (
        ((anatomy.C7), anatomy.ACROMION),
        (anatomy.T3, anatomy.medial_border(anatomy.T3[1])),
        (anatomy.TRIGONUM, anatomy.T8),
    ):
        drawing.line(start, end, _SITE, 1.2, "4 4")
    outer = drawing.origin[0] + drawing.sign * 300
    inner = drawing.origin[0] - drawing.sign * 285
    heights = {"UT": 60.0, "MT": 300.0, "LT": 430.0, "LAT": 420.0}
    columns = {"UT": outer, "LAT": outer, "MT": inner, "LT": inner}
    rules = {
        "UT": "half way between C7\nand the acromion",
        "MT": "T3 level: half way to the\nmedial border, pair along\nthe line T5 - acromion",
        "LT": "two thirds of the way\nfrom the trigonum to T8",
        "LAT": "1 cm lateral of the\ninferior angle, along\nthe fibres",
    }
    titles = {"UT": "UT upper trapezius", "MT": "MT + rhomboid", "LT": "LT lower trapezius", "LAT": "LAT latissimus"}
    for site, (centre, (one, other), _) in anatomy.ELECTRODES.items():
        angle = math.atan2(other[1] - one[1], other[0] - one[0])
        step = (10 * math.cos(angle), 10 * math.sin(angle))
        drawing.label(centre, columns[site], heights[site], titles[site], rules[site], _SITE)
        for direction in (-1, 1):
            drawing.dot((centre[0] + direction * step[0], centre[1] + direction * step[1]), 8, _SITE)
            drawing.dot((centre[0] + direction * step[0], centre[1] + direction * step[1]), 2.5, "white", "white")
    for target, column, y, head, words in (
        (anatomy.ACROMION, outer, 160.0, "acromion", "outer corner of the\nshoulder blade"),
        (anatomy.TRIGONUM, outer, 238.0, "trigonum", "inner end of the\nscapular spine"),
        (anatomy.INFERIOR_ANGLE, outer, 322.0, "inferior angle", "lowest corner of the\nshoulder blade"),
    ):
        drawing.label(target, column, y, head, words, "#8a6d4c")
    drawing.text(505, 28, f"Electrodes, {side} side, seen from behind", 17, "middle", bold=True)
    drawing.text(
        505,
        626,
        "Pairs 20 mm apart along the dashed or named line; each MyoWare's reference snap lies beside the muscle.",
        12,
        "middle",
    )
    return drawing


_WORN_WIDTH = 1460.0


def worn(side: str) -> _Drawing:
    """Front and back view with everything that is worn; the left side mirrors the whole page."""
    drawing = _Drawing(_WORN_WIDTH, 660, f"Straps, pods and tactors, {side} side")
    drawing.scale = 1.35
    sign = 1.0 if side == "right" else -1.0
    back_x, front_x = _page(sign, 985.0), _page(sign, 430.0)
    _back_view(drawing, sign, back_x)
    _front_view(drawing, sign, front_x)
    drawing.text(back_x, 30, f"Back, worn on the {side}", 21, "middle", bold=True)
    drawing.text(front_x, 30, "Front", 21, "middle", bold=True)
    note = "Pods: arrow up, printed side away from the skin. Cables keep a loop of 5 cm at shoulder blade and armpit."
    drawing.text(_WORN_WIDTH / 2, 644, note, 17, "middle")
    return drawing


def _page(sign: float, x: float) -> float:
    return x if sign > 0 else _WORN_WIDTH - x


def _back_view(drawing: _Drawing, sign: float, x: float) -> None:
    drawing.origin, drawing.sign = (x, 160.0), sign
    _body(drawing)
    _bones(drawing)
    _strap(drawing, anatomy.CHEST_STRAP_Y, 166, 18)
    _strap(drawing, anatomy.WAIST_STRAP_Y, 156, 28)
    drawing.box(anatomy.HUMERUS_POD, (22, 34), _POD)
    enclosure = anatomy.ENCLOSURE
    hub = (12.0, anatomy.CHEST_STRAP_Y)
    for end in (
        anatomy.SCAPULA_POD,
        anatomy.HUMERUS_POD,
        anatomy.TACTORS["upper"],
        *(centre for centre, _, _ in anatomy.ELECTRODES.values()),
    ):
        bend = ((hub[0] + end[0]) / 2 - 12, (hub[1] + end[1]) / 2 + 18)
        drawing.path([hub, bend, end], "none", "#444", 1.3, closed=False)
    drawing.path([(enclosure[0] - 22, enclosure[1] - 30), (30, 320), hub], "none", "#444", 4.0, closed=False)
    drawing.path([hub, (26, 256), anatomy.TACTORS["lower"]], "none", "#444", 1.3, closed=False)
    for centre, (one, other), _ in anatomy.ELECTRODES.values():
        angle = math.degrees(math.atan2(other[1] - one[1], other[0] - one[0]))
        drawing.box(centre, (46, 22), _SITE, angle)
    drawing.box(anatomy.SCAPULA_POD, (34, 32), _POD)
    drawing.arrow_up(anatomy.SCAPULA_POD)
    drawing.arrow_up(anatomy.HUMERUS_POD)
    for point in anatomy.TACTORS.values():
        drawing.dot(point, 13, _TACTOR)
    drawing.box(enclosure, (88, 58), "#555", radius=6)
    drawing.arrow_up(enclosure, 26)
    lat = anatomy.ELECTRODES["LAT"][0]
    for target, y, head, words, colour in (
        (anatomy.TACTORS["upper"], 84, "tactor upper", "taped", _TACTOR),
        (anatomy.SCAPULA_POD, 156, "scapula pod", "taped on the\nscapular spine", _POD),
        (anatomy.HUMERUS_POD, 262, "humerus pod", "outer side of\nthe arm", _POD),
        (lat, 360, "4 MyoWare", "UT, MT, LT, LAT", _SITE),
        (anatomy.TACTORS["lower"], 440, "tactor lower", "chest strap", _TACTOR),
        ((enclosure[0] + 30, enclosure[1] + 10), 522, "enclosure", "strap pin in front\nof the USB socket", "#444"),
    ):
        drawing.label(target, _page(sign, 1272.0), y, head, words, colour)


def _front_view(drawing: _Drawing, sign: float, x: float) -> None:
    drawing.origin, drawing.sign = (x, 160.0), -sign  # seen from the front the worn side is on the other hand
    chest_y = anatomy.CHEST_STRAP_Y - 70  # the strap rises towards the sternum
    buckle, waist, arm = (-110.0, chest_y), (0.0, anatomy.WAIST_STRAP_Y), (226.0, 168.0)
    _body(drawing, front=True)
    drawing.path([(0, 20), (0, 60), (0, 150)], "none", "#b79f86", 9.0, closed=False)
    drawing.line((8, 22), (150, 4), "#b79f86", 5.0)
    drawing.line((-8, 22), (-150, 4), "#b79f86", 5.0)
    _strap(drawing, chest_y, 174, 18)
    _strap(drawing, anatomy.WAIST_STRAP_Y, 156, 28)
    drawing.box(arm, (56, 18), _STRAP, 4)
    drawing.box((0, chest_y), (46, 34), _POD)
    drawing.arrow_up((0, chest_y))
    drawing.box(buckle, (26, 24), "#333")
    drawing.box(waist, (34, 34), "#333")
    for target, y, head, words, colour in (
        ((0, 40), 110, "sternum", "", "#8a6d4c"),
        ((0, chest_y), 214, "thorax pod", "on the sternum,\nchest strap", _POD),
        (arm, 336, "arm strap", "25 mm, hook\nand loop", "#444"),
        (buckle, 440, "buckle", "away from\nthe pod", "#444"),
        (waist, 536, "waist strap", "40 mm", "#444"),
    ):
        drawing.label(target, _page(sign, 158.0), y, head, words, colour)


def _strap(drawing: _Drawing, y: float, half: float, width: float) -> None:
    drawing.path([(-half, y - 4), (0, y + 4), (half, y - 4)], "none", _STRAP, width, closed=False)


def render() -> dict[str, _Drawing]:
    """File name -> drawing."""
    return {
        f"{kind}_{side}.svg": draw(side)
        for kind, draw in (("electrodes", electrodes), ("worn", worn))
        for side in SIDES
    }


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in render().items():
        (FOLDER / name).write_text(drawing.svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
