"""Drawn people, in place of the AT&T faces where they are not at hand.

A person is how wide the head is, where the eyes are, which hair, brows, nose, mouth, ears and glasses they
have. A picture of them is that, turned, moved and scaled a little, with another expression, in another light.
So two pictures of one person may differ in more pixels than pictures of two. All follows from a seed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 92, 112  # pixels, as in the AT&T set
_FINE = 4  # drawn so many times larger

Point = tuple[float, float]


@dataclass(frozen=True)
class Person:
    """What stays the same in all pictures; lengths in units of half the head's height, greys from 0 to 1."""

    head: float  # half its width
    jaw: float  # 0 round, 1 angular
    skin: float
    eyes: float  # half their distance
    eye_height: float
    eye_size: float
    brows: float  # their thickness
    brow_slope: float
    nose: float  # its length
    nose_width: float
    mouth: float  # half its width
    mouth_height: float
    lips: float
    ears: float
    hair: float  # its grey
    hair_style: int
    hair_height: float
    glasses: int
    beard: float


def draw_person(rng: np.random.Generator) -> Person:
    """A person whom nobody has seen before."""
    skin = rng.uniform(0.42, 0.85)
    return Person(
        head=rng.uniform(0.62, 0.86),
        jaw=rng.uniform(0, 1),
        skin=skin,
        eyes=rng.uniform(0.24, 0.38),
        eye_height=rng.uniform(-0.18, 0.06),
        eye_size=rng.uniform(0.07, 0.13),
        brows=rng.uniform(0.02, 0.08),
        brow_slope=rng.uniform(-0.06, 0.08),
        nose=rng.uniform(0.24, 0.46),
        nose_width=rng.uniform(0.06, 0.17),
        mouth=rng.uniform(0.17, 0.34),
        mouth_height=rng.uniform(0.44, 0.6),
        lips=rng.uniform(0.02, 0.07),
        ears=rng.uniform(0.0, 0.16),
        hair=rng.choice([0.05, 0.15, 0.3, 0.55, 0.8]) * rng.uniform(0.9, 1.1),
        hair_style=int(rng.integers(5)),
        hair_height=rng.uniform(-0.75, -0.4),
        glasses=int(rng.choice([0, 0, 1, 2])),
        beard=float(rng.choice([0, 0, rng.uniform(0.3, 0.8)])),
    )


def draw_picture(person: Person, rng: np.random.Generator) -> NDArray[np.uint8]:
    """One picture (112, 92) of a person, grey."""
    picture = _Picture(person, rng)
    picture.draw()
    return picture.finished()


def draw_people(seed: int, people: int, pictures: int) -> NDArray[np.uint8]:
    """Pictures (people, pictures, 112, 92) of people who follow from `seed`."""
    return np.stack(
        [
            np.stack([draw_picture(person, rng) for _ in range(pictures)])
            for rng in (np.random.default_rng([seed, number]) for number in range(people))
            for person in (draw_person(rng),)
        ]
    )


class _Picture:
    """A sheet on which a head is drawn in its own coordinates: (0, 0) between nose and eyes, y downwards."""

    def __init__(self, person: Person, rng: np.random.Generator) -> None:
        self.person = person
        self.rng = rng
        self.size = (WIDTH * _FINE, HEIGHT * _FINE)
        self.ground = rng.uniform(0.15, 0.9)
        self.sheet = Image.new("L", self.size, int(255 * self.ground))
        self.pen = ImageDraw.Draw(self.sheet)
        self.scale = self.size[1] * 0.36 * rng.uniform(0.9, 1.1)
        self.middle = np.array(self.size) * [0.5, 0.52] + rng.uniform(-0.06, 0.06, 2) * self.size[0]
        turn = rng.normal(0, 0.09)
        self.axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        self.aside = rng.normal(0, 0.09)  # the features move more than the head when it looks aside
        self.nod = rng.normal(0, 0.05)
        self.smile = rng.uniform(-0.07, 0.16)
        self.open_mouth = max(0.0, rng.normal(-0.02, 0.06))
        self.open_eyes = rng.uniform(0.35, 1.0)
        self.raised = rng.normal(0, 0.03)  # the brows

    def draw(self) -> None:
        """Hair behind, head, features, hair in front."""
        p = self.person
        if p.hair_style in (2, 3):  # long
            self.blob(0, 0.15, p.head + 0.2, 0.95 if p.hair_style == 2 else 1.3, p.hair)
        neck = 0.5 * p.head
        self.shape([(-neck, 0.5), (neck, 0.5), (neck + 0.1, 1.6), (-neck - 0.1, 1.6)], p.skin * 0.8)
        self.blob(0, 2.0, 1.25, 0.75, self.rng.uniform(0.1, 0.9))  # clothes
        for side in (-1, 1):
            self.blob(side * p.head + self.aside, 0.05, p.ears, 0.2, p.skin * 0.9)
        self.shape(self.outline(), p.skin)
        if p.beard:
            low = [(x, y) for x, y in self.outline() if y > 0.3]
            self.shape(low, p.skin * (1 - p.beard) + p.hair * p.beard)
        self.features()
        self.hair()

    def outline(self) -> list[Point]:
        """The head: an ellipse whose lower half is more or less angular."""
        angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        x, y = np.sin(angles), -np.cos(angles)
        power = 1 - 0.45 * self.person.jaw * np.clip(y, 0, 1)
        wide = np.sign(x) * np.abs(x) ** power * self.person.head * (1 - 0.18 * np.clip(y, 0, 1))
        return list(zip(wide.tolist(), y.tolist(), strict=True))

    def features(self) -> None:
        p = self.person
        x, y = self.aside, self.nod
        dark = p.skin * 0.45
        for side in (-1, 1):
            at, height = x + side * p.eyes, y + p.eye_height
            self.blob(at, height, p.eye_size * 1.3, p.eye_size * 0.75 * self.open_eyes, 0.95)
            self.blob(at + 0.3 * x, height, p.eye_size * 0.5, p.eye_size * 0.62 * self.open_eyes, 0.08)
            brow = height - 0.13 - p.brows / 2 + self.raised
            slope = side * p.brow_slope
            ends = [(at - 0.15, brow + slope), (at + 0.15, brow - slope)]
            self.line(ends, p.brows, min(p.hair, p.skin * 0.7))
            if p.glasses:
                frame = [(at + 0.19 * np.cos(a), height + (0.19 if p.glasses == 1 else 0.13) * np.sin(a))
                         for a in np.linspace(0, 2 * np.pi, 24)]  # fmt: skip
                self.line(frame, 0.035, 0.1)
        if p.glasses:
            bridge = p.eyes - 0.19
            self.line([(x - bridge, y + p.eye_height), (x + bridge, y + p.eye_height)], 0.035, 0.1)
        tip = (1.6 * x, y + p.eye_height + p.nose)
        self.line([(1.2 * x - 0.05, y + p.eye_height), (tip[0] - p.nose_width, tip[1])], 0.025, p.skin * 0.75)
        self.line([(tip[0] - p.nose_width, tip[1]), (tip[0], tip[1] + 0.05), (tip[0] + p.nose_width, tip[1])],
                  0.035, dark)  # fmt: skip
        along = np.linspace(-1, 1, 15)
        curve = [(x + t * p.mouth * (1 + self.smile), y + p.mouth_height - self.smile * t * t) for t in along]
        if self.open_mouth > 0.02:
            self.blob(x, y + p.mouth_height + 0.01, p.mouth * 0.7, self.open_mouth, 0.12)
        self.line(curve, 0.03 + p.lips, dark)

    def hair(self) -> None:
        p = self.person
        if p.hair_style == 0:
            return  # bald
        top = [(x * 1.06, y * 1.08) for x, y in self.outline() if y < p.hair_height + 0.25]
        left = sorted(point for point in top if point[0] < 0)
        right = sorted(point for point in top if point[0] >= 0)
        parting = {1: 0.0, 2: 0.0, 3: -0.35, 4: 0.45}[p.hair_style]
        line = [(p.head * parting + 0.6 * self.aside, p.hair_height + (0.12 if p.hair_style == 4 else -0.12))]
        self.shape([*left, *right, *line], p.hair)

    def place(self, points: list[Point]) -> list[Point]:
        """Pixels of points in the head's coordinates."""
        placed = np.array(points) @ self.axes.T * self.scale + self.middle
        return [(float(x), float(y)) for x, y in placed]

    def shape(self, points: list[Point], grey: float) -> None:
        self.pen.polygon(self.place(points), fill=_byte(grey))

    def line(self, points: list[Point], width: float, grey: float) -> None:
        self.pen.line(
            self.place(points), fill=_byte(grey), width=max(1, round(width * self.scale)), joint="curve"
        )

    def blob(self, x: float, y: float, wide: float, high: float, grey: float) -> None:
        """An ellipse."""
        angles = np.linspace(0, 2 * np.pi, 40)
        edge = zip(x + wide * np.cos(angles), y + high * np.sin(angles), strict=True)
        self.shape([(float(a), float(b)) for a, b in edge], grey)

    def finished(self) -> NDArray[np.uint8]:
        """The picture at its size, in some light, a little blurred, with noise."""
        rng = self.rng
        small = self.sheet.filter(ImageFilter.GaussianBlur(_FINE * rng.uniform(0.4, 1.1)))
        grey = np.asarray(small.resize((WIDTH, HEIGHT), Image.Resampling.BOX), dtype=np.float64) / 255
        angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.45)
        x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
        light = rng.uniform(0.65, 1.1) * (1 + strength * (x * np.cos(angle) + y * np.sin(angle)))
        pixels = grey * light + rng.normal(0, 0.02, grey.shape)
        whole: NDArray[np.uint8] = (pixels.clip(0, 1) * 255).round().astype(np.uint8)
        return whole


def _byte(grey: float) -> int:
    return int(255 * min(max(grey, 0.0), 1.0))
