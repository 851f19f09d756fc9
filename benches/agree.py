"""Whether this program and the data-frame programs come to the same figures, where both do the same job.

They do not by themselves: the standards leave schools out and split by senior pupils too. So each year of a table is
copied without the rows that a standard leaves out or cannot judge whole, and the rivals are given the senior pupils;
transitional clauses are kept out by a day of evaluation after them.
"""
import json
import math
import os
import subprocess
import tempfile
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, Iterator

import rivals
from rivals import COUNTY, IDS, INDICATORS, PUPILS, QUALITY, RIVALS, SENIOR, STAGES, YEAR, Table

TOLERANCE = 1e-12
AS_OF = "2024-12-31"
KIND, OWNER, SCHOOL = "学校类别", "办学性质", "学校标识码"
POINTS = ("教学点", "小学教学点")
# The stages of the kinds that are assessed; all other kinds are left out.
KINDS = {"小学": "小", "教学点": "小", "小学教学点": "小", "初级中学": "初", "九年一贯制学校": "小初"}
KINDS |= {"完全中学": "初高", "十二年一贯制学校": "小初高"}
COUNTY_RUN = ("公办", "县级教育部门", "县级其他部门")
STANDARDS = {"quality-2017": [i.id for i in QUALITY], "basic-2012": rivals.BASIC}
# Per how many pupils the basic standard counts, where that is not one.
BASIC_PER = {"computers": 100}


def rows_in_scope(frame: Any, table: Table, standard: str) -> Any:
    """The rows that a standard assesses and whose cells are all there."""
    import polars as pl

    blank = lambda name: pl.col(name).is_null() | (pl.col(name) == "")
    number = lambda name: pl.col(name).cast(pl.Float64, strict=False).fill_null(0.0)
    kept = pl.col(KIND).is_in(list(KINDS)) & (number(PUPILS[0]) + number(PUPILS[1]) >= 1)
    for place, name in enumerate(table.pupils):
        has = pl.col(KIND).is_in([kind for kind, stages in KINDS.items() if "小初高"[place] in stages])
        kept &= pl.when(has).then(~blank(name)).otherwise(number(name) == 0)
    for place, name in enumerate(PUPILS):
        whole = pl.all_horizontal(~blank(table.source(i, place)) for i in INDICATORS)
        kept &= (number(name) == 0) | whole
    point = pl.col(KIND).is_in(POINTS)
    if standard == "basic-2012":
        return frame.filter(kept & ~point & pl.col(OWNER).is_in(COUNTY_RUN))
    return frame.filter(kept & ~(point & (number(PUPILS[0]) + number(PUPILS[1]) < 50)))


def assessed(program: str, path: str, standard: str) -> dict:
    """The JSON of the program."""
    told = f"{path}.json"
    command = [program, "assess", path, "--format", "json", "--output", told, "--as-of", AS_OF, "--standard", standard]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with open(told, encoding="utf-8") as file:
        return json.load(file)


def stages(result: dict) -> Iterator[tuple[int, dict]]:
    """Every stage that has units, by the key of the rivals."""
    for county in result["counties"]:
        for place, stage in enumerate(county["stages"]):
            if stage["units"]:
                yield (county["year"] * 1_000_000 + int(county["code"])) * 2 + place, stage


def apart(a: float | None, b: float) -> float:
    """How far two figures are from each other, relatively; a figure that does not exist is none in either."""
    if a is None or math.isnan(b):
        return 0.0 if a is None and math.isnan(b) else math.inf
    return abs(a - b) / max(abs(a), abs(b)) if a != b else 0.0


class School:
    """A row of the table as text, and what its cells come to exactly."""

    def __init__(self, row: dict[str, str], table: Table):
        self.row, self.table = row, table

    def number(self, name: str) -> Fraction:
        return Fraction(self.row[name] or "0")

    def share(self, place: int) -> Fraction:
        weights = (Fraction(10), Fraction(11), Fraction("13.2"))
        whole = sum(w * self.number(name) for w, name in zip(weights, self.table.pupils))
        return weights[place] * self.number(PUPILS[place]) / whole

    def value(self, id: str, place: int) -> Fraction:
        """The amount of a pupil, in the unit of the column."""
        indicator = INDICATORS[IDS.index(id)]
        amount = self.number(self.table.source(indicator, place))
        return amount * (self.share(place) if indicator.shared else 1) / self.number(PUPILS[place])


    def reaches(self, id: str, place: int, share: str = "1") -> bool:
        """Whether a unit reaches so much of a threshold of quality-2017."""
        indicator = INDICATORS[IDS.index(id)]
        value = self.value(id, place) * Fraction(indicator.per) * Fraction(self.table.scale(indicator))
        return value >= Fraction(share) * Fraction(str(indicator.thresholds[place]))

    def meets_quality(self, place: int) -> bool:
        reached = sum(self.reaches(i.id, place) for i in QUALITY)
        floor = str(rivals.FLOOR)
        return reached >= rivals.MEET_AT_LEAST and all(self.reaches(i.id, place, floor) for i in QUALITY)


def exact_cv(schools: list[School], id: str, place: int) -> float:
    """The coefficient of a stage in fractions, its root to fifty digits."""
    pairs = [(school.number(PUPILS[place]), school.value(id, place)) for school in schools]
    total = sum(pupils for pupils, _ in pairs)
    mean = sum(pupils * value for pupils, value in pairs) / total
    square = sum(pupils * (value - mean) ** 2 for pupils, value in pairs) / total / mean**2
    with localcontext() as context:
        context.prec = 50
        return float((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


class Agreement:
    """What was compared, and what differed."""

    def __init__(self) -> None:
        self.compared, self.differ, self.largest = Counter(), Counter(), Counter()
        self.decided, self.ours_right = Counter(), Counter()
        self.examples: list[str] = []

    def figure(self, what: str, ours: float | None, theirs: float) -> bool:
        self.compared[what] += 1
        off = apart(ours, theirs)
        self.largest[what] = max(self.largest[what], off)
        self.differ[what] += off > TOLERANCE
        return off > TOLERANCE

    def same(self, what: str, ours: Any, theirs: Any) -> bool:
        self.compared[what] += 1
        self.differ[what] += ours != theirs
        return ours != theirs

    def decide(self, right: bool, what: str, text: str) -> None:
        """Of a difference: whether fractions come to what this program says."""
        self.decided[what] += 1
        self.ours_right[what] += right
        if not right or self.decided[what] <= 3:
            self.examples.append(f"- {what}: {text}; {'this program' if right else 'the rival'} is right")

    def table(self) -> str:
        lines = ["| | compared | differ | decided in fractions: this program is right | largest relative difference |"]
        lines.append("|---|---:|---:|---:|---:|")
        for what, compared in self.compared.items():
            right = f"{self.ours_right[what]} of {self.decided[what]}" if self.differ[what] else ""
            largest = f"{self.largest[what]:.1e}" if what in self.largest else ""
            lines.append(f"| {what} | {compared} | {self.differ[what]} | {right} | {largest} |")
        return "\n".join([*lines, "", *self.examples])


def compare_figures(agreement: Agreement, result: dict, found: dict[str, list], copy: Any, standard: str) -> None:
    """Units, pupils, means, coefficients and verdicts of every stage."""
    place_of = {key: place for place, key in enumerate(found["key"])}
    ours = dict(stages(result))
    agreement.same(f"{standard}, stages", sorted(ours), sorted(place_of))
    for key, stage in ours.items():
        at = place_of.get(key)
        if at is None:
            continue
        agreement.same(f"{standard}, units", stage["units"], found["units"][at])
        agreement.same(f"{standard}, pupils", stage["students"], found["total"][at])
        for variation in stage["variation"]:
            id = variation["indicator"]
            indicator = INDICATORS[IDS.index(id)]
            per = indicator.per if standard == "quality-2017" else BASIC_PER.get(id, 1)
            mean = found["mean_" + id][at] * per * copy.table.scale(indicator)
            agreement.figure(f"{standard}, means", variation["mean"], mean)
            what, theirs = f"{standard}, coefficients", found["cv_" + id][at]
            if agreement.figure(what, variation["cv"], theirs):
                exact = exact_cv(copy.units(key), id, key % 2)
                right = variation["cv"] == exact
                agreement.decide(right, what, f"{key} {id} {variation['cv']!r}, {theirs!r}, exactly {exact!r}")
        if standard == "quality-2017":
            agreement.same("verdicts on stages by quality-2017", stage["verdict"] == "met", bool(found["quality"][at]))
            what, met = "units that meet quality-2017, by stage", stage["units_met"]
            if agreement.same(what, met, found["units_met"][at]):
                exact = sum(school.meets_quality(key % 2) for school in copy.units(key))
                agreement.decide(met == exact, what, f"{key} {met}, {found['units_met'][at]}, exactly {exact}")
        else:
            met = stage["composite_verdict"] == "met"
            agreement.same("verdicts on stages by basic-2012", met, bool(found["basic"][at]))


def compare_decisions(agreement: Agreement, result: dict, copy: Any) -> None:
    """Every threshold of every unit, against that of the doubles; where they differ, fractions decide."""
    import polars as pl

    rival = rivals.Polars()
    code = pl.col(SCHOOL).cast(pl.String)
    units = rival.units(rival.load(copy.table, (SCHOOL,)), copy.table, (SCHOOL,))
    columns = units.select("key", code, **rival.meets(copy.table)).collect().to_dict(as_series=False)
    each = zip(columns["key"], columns[SCHOOL], *(columns[i.id] for i in QUALITY))
    theirs = {(key, school): meets for key, school, *meets in each}
    what = "thresholds of units"
    for key, stage in stages(result):
        for unit in stage["unit_results"]:
            doubles = theirs.get((key, unit["school_code"]))
            if doubles is None:
                agreement.same("units by their code", True, False)
                continue
            for indicator, double in zip(QUALITY, doubles):
                ours = unit["meets"][indicator.id]
                if agreement.same(what, ours, double):
                    [school] = [s for s in copy.units(key) if s.row[SCHOOL] == unit["school_code"]]
                    exact = school.reaches(indicator.id, key % 2)
                    value, threshold = unit["values"][indicator.id], indicator.thresholds[key % 2]
                    text = f"{STAGES[key % 2]} of {unit['school_code']}, {indicator.id}, {value!r} against {threshold!r}"
                    agreement.decide(exact == ours, what, text)


class Copy:
    """A copy of the rows in scope, which both read."""

    def __init__(self, frame: Any, path: str):
        frame.write_csv(path)
        self.frame, self.table = frame, Table(path, senior=SENIOR in frame.columns)

    def units(self, key: int) -> list[School]:
        """The schools of a stage of a county."""
        import polars as pl

        year, county, place = key // 2 // 1_000_000, key // 2 % 1_000_000, key % 2
        mine = (pl.col(YEAR) == str(year)) & (pl.col(COUNTY) == f"{county:06}")
        schools = [School(row, self.table) for row in self.frame.filter(mine).iter_rows(named=True)]
        return [school for school in schools if school.number(PUPILS[place]) > 0]


def agree(path: str, program: str, names: list[str]) -> str:
    """Compares a table year by year; returns what was found, as Markdown."""
    import polars as pl

    whole = pl.read_csv(path, infer_schema=False)
    senior = SENIOR in whole.columns
    agreements = {name: Agreement() for name in names}
    told = []
    with tempfile.TemporaryDirectory() as folder:
        for year in sorted(whole[YEAR].unique()):
            rows = whole.filter(pl.col(YEAR) == year)
            for standard in STANDARDS:
                kept = rows_in_scope(rows, Table(path, senior), standard)
                copy = Copy(kept, os.path.join(folder, "copy.csv"))
                result = assessed(program, copy.table.path, standard)
                left_out = len(result["excluded"])
                told.append(f"- {year}, {standard}: {len(kept)} of {len(rows)} rows; the program left out {left_out}")
                for name, agreement in agreements.items():
                    rival = RIVALS[name]()
                    found = rival.columns(rival.answer(rival.scan(copy.table), copy.table))
                    compare_figures(agreement, result, found, copy, standard)
                    if standard == "quality-2017" and name == "polars":
                        compare_decisions(agreement, result, copy)
    parts = [f"{path}, tolerance {TOLERANCE}", "", *told]
    for name, agreement in agreements.items():
        parts += ["", f"Against {name}:", "", agreement.table()]
    return "\n".join(parts)
