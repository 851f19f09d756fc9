#!/usr/bin/env python3
"""What data-frame programs do of this program's job, as `compare.py` times it and checks it.

  python3 benches/rivals.py polars|polars-lazy|duckdb|pandas TABLE.csv [--phase whole|compute] [--repeats 1] [--warm 0]

One row for each year, county and stage: units, pupils, student-weighted means and coefficients of eleven indicators in
two passes, shared resources split 1 : 1.1, thresholds reached, units and verdicts by either standard. Everything is a
double, and nothing is checked or left out. Prints the milliseconds of each repetition as a line of JSON; the result of
one is dropped before the next is timed, and those that begin in the first so many seconds do not count.
"""
import argparse
import json
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

YEAR, COUNTY = "年度", "区县代码"
STAGES = ("小学", "初中")
PUPILS = ("小学在校生数", "初中在校生数")
SENIOR = "高中在校生数"
WEIGHTS = (1.0, 1.1, 1.32)
YUAN, WAN_YUAN = "教学仪器设备值", "教学仪器设备值(万元)"


@dataclass(frozen=True)
class Indicator:
    """An amount per so many pupils, in a column for each stage or in one that the stages share."""

    id: str
    columns: tuple[str, ...]  # the first that the table has
    per: float = 1.0
    shared: bool = False
    thresholds: tuple[float, float] | None = None  # of quality-2017, primary and junior
    decimal: bool = False


INDICATORS = (
    Indicator("above_qualified_teachers", ("高于规定学历教师数",), 100.0, thresholds=(4.2, 5.3)),
    Indicator("backbone_teachers", ("县级以上骨干教师数",), 100.0, thresholds=(1.0, 1.0)),
    Indicator("pe_arts_teachers", ("体育艺术专任教师数",), 100.0, thresholds=(0.9, 0.9)),
    # Made tables have these with and without the indoor sports rooms; the column that needs no sum is taken.
    Indicator("teaching_area", ("教学及辅助用房面积(不含室内体育用房)", "教学及辅助用房面积"), 1.0, True, (4.5, 5.8), True),
    Indicator("sports_area", ("体育运动场馆面积",), 1.0, True, (7.5, 10.2), True),
    Indicator("equipment_value", (YUAN, WAN_YUAN), 1.0, True, (2000.0, 2500.0), True),
    Indicator("multimedia_classrooms", ("网络多媒体教室数",), 100.0, True, (2.3, 2.4)),
    Indicator("computers", ("计算机台数",), 1.0, True),
    Indicator("books", ("图书册数",), 1.0, True),
    Indicator("teachers", ("专任教师数",)),
    Indicator("mid_senior_teachers", ("中级及以上职称教师数",)),
)
IDS = [indicator.id for indicator in INDICATORS]
QUALITY = [indicator for indicator in INDICATORS if indicator.thresholds]
MEET_AT_LEAST, FLOOR, CV_LIMITS = 6, 0.85, (0.50, 0.45)
BASIC = ["teaching_area", "sports_area", "equipment_value", "computers", "books", "teachers"]
BASIC += ["above_qualified_teachers", "mid_senior_teachers"]
COMPOSITE_LIMITS = (0.65, 0.55)


class Table:
    """Which columns of a table are read, and as what."""

    def __init__(self, path: str, senior: bool = False):
        self.path = path
        with open(path, encoding="utf-8-sig") as file:
            self.header = [name.strip('"') for name in file.readline().rstrip("\r\n").split(",")]
        self.pupils = [*PUPILS, SENIOR] if senior else [*PUPILS]
        self.decimals = {self.shared(i) for i in INDICATORS if i.shared and i.decimal}
        by_stage = [self.source(i, stage) for stage in (0, 1) for i in INDICATORS if not i.shared]
        self.needed = [YEAR, COUNTY, *self.pupils, *by_stage, *(self.shared(i) for i in INDICATORS if i.shared)]

    def shared(self, indicator: Indicator) -> str:
        return next(name for name in indicator.columns if name in self.header)

    def source(self, indicator: Indicator, stage: int) -> str:
        """The column of an indicator for a stage."""
        return self.shared(indicator) if indicator.shared else STAGES[stage] + indicator.columns[0]

    def scale(self, indicator: Indicator) -> float:
        """What an amount of the column is multiplied by to be in the indicator's unit."""
        return 10000.0 if self.source(indicator, 0) == WAN_YUAN else 1.0

    def thresholds(self, indicator: Indicator) -> list[float]:
        """In the unit of the column, so that no amount need be multiplied."""
        return [threshold / self.scale(indicator) for threshold in indicator.thresholds]


class Polars:
    """The columns needed, then one plan: a plan that begins at the file reads it again for its branches."""

    def plan(self, table: Table, keep: tuple[str, ...]) -> Any:
        import polars as pl

        kind = lambda name: pl.Float64 if name in table.decimals else pl.Int32 if name in table.needed else pl.String
        table_as_typed = pl.scan_csv(table.path, schema={name: kind(name) for name in table.header})
        return table_as_typed.select(*table.needed, *keep)

    def load(self, table: Table, keep: tuple[str, ...] = ()) -> Any:
        return self.plan(table, keep).collect().lazy()

    scan = load

    def units(self, source: Any, table: Table, keep: tuple[str, ...] = ()) -> Any:
        """A row for each stage of a school that has pupils in it."""
        import polars as pl

        double = lambda name: pl.col(name).cast(pl.Float64)
        pupils = [double(name).fill_null(0.0) for name in table.pupils]
        weighted = sum((w * p for w, p in zip(WEIGHTS[1:], pupils[1:])), pupils[0])

        def stage(place: int) -> Any:
            columns = [double(table.source(i, place)) for i in INDICATORS]
            columns = [c * pl.col("share") if i.shared else c for i, c in zip(INDICATORS, columns)]
            key = (pl.col(YEAR).cast(pl.Int64) * 1_000_000 + pl.col(COUNTY)) * 2 + place
            rows = source.filter(pl.col(PUPILS[place]) > 0).with_columns(share=WEIGHTS[place] * pupils[place] / weighted)
            named = [column.alias(id) for column, id in zip(columns, IDS)]
            return rows.select(key.alias("key"), pupils[place].alias("pupils"), *named, *keep)

        return pl.concat([stage(0), stage(1)])

    def meets(self, table: Table, floor: float = 1.0) -> dict[str, Any]:
        """Whether a unit reaches so much of each threshold."""
        import polars as pl

        junior = pl.col("key") % 2 == 1
        of = lambda pair: pl.when(junior).then(pl.lit(floor * pair[1])).otherwise(pl.lit(floor * pair[0]))
        value = lambda i: (pl.col(i.id) if i.per == 1.0 else i.per * pl.col(i.id)) / pl.col("pupils")
        return {i.id: value(i) >= of(table.thresholds(i)) for i in QUALITY}

    def answer(self, source: Any, table: Table) -> Any:
        import polars as pl

        units = self.units(source, table).with_columns(
            met=pl.sum_horizontal(meets.cast(pl.Int32) for meets in self.meets(table).values()),
            near=pl.all_horizontal(self.meets(table, FLOOR).values()),
        )
        units = units.with_columns(good=((pl.col("met") >= MEET_AT_LEAST) & pl.col("near")).cast(pl.Int32))
        counts = [
            pl.len().alias("units"), pl.col("pupils").sum().alias("total"), pl.col("met").sum(),
            pl.col("good").sum().alias("units_met"),
        ]
        mean = [(pl.col(id).sum() / pl.col("pupils").sum()).alias("mean_" + id) for id in IDS]
        off = lambda id: pl.col("pupils") * (pl.col(id) / pl.col("pupils") - pl.col("mean_" + id)) ** 2
        cv = lambda id: ((pl.col("cv_" + id) / pl.col("total")).sqrt() / pl.col("mean_" + id)).alias("cv_" + id)
        found = self.groups(units, counts, mean, [off(id).sum().alias("cv_" + id) for id in IDS])
        found = found.with_columns(*[cv(id) for id in IDS])
        limit = lambda pair: pl.when(pl.col("key") % 2 == 1).then(pl.lit(pair[1])).otherwise(pl.lit(pair[0]))
        balanced = [pl.col("cv_" + i.id) <= limit(CV_LIMITS) for i in QUALITY]
        mean = sum((pl.col("cv_" + id) for id in BASIC), pl.lit(0.0)) / len(BASIC)
        return found.with_columns(
            quality=(pl.col("units_met") == pl.col("units")) & pl.all_horizontal(balanced),
            basic=mean <= limit(COMPOSITE_LIMITS),
        ).sort("key").collect()

    def groups(self, units: Any, counts: list, mean: list, squares: list) -> Any:
        """Of each group its counts, its means, and its squares, which need the means."""
        import polars as pl

        with_means = units.with_columns(*[m.over("key") for m in mean])
        return with_means.group_by("key").agg(*counts, *[pl.col("mean_" + id).first() for id in IDS], *squares)

    def columns(self, found: Any) -> dict[str, list]:
        return found.to_dict(as_series=False)


class LazyPolars(Polars):
    """One plan from the file to the figures, counts and squares from two groupings: what one would write first."""

    def scan(self, table: Table, keep: tuple[str, ...] = ()) -> Any:
        return self.plan(table, keep)

    def groups(self, units: Any, counts: list, mean: list, squares: list) -> Any:
        found = units.group_by("key").agg(*counts, *mean)
        means = found.select("key", *["mean_" + id for id in IDS])
        with_means = units.join(means, on="key", how="left")
        return found.join(with_means.group_by("key").agg(*squares), on="key", how="left")


class DuckDb:
    """One query, its units and sums materialised, since it would compute them twice otherwise."""

    def __init__(self) -> None:
        import duckdb

        self.base = duckdb.connect()
        self.base.execute("SET preserve_insertion_order = false")

    def scan(self, table: Table) -> str:
        kind = lambda name: "DOUBLE" if name in table.decimals else "INTEGER" if name in table.needed else "VARCHAR"
        kinds = ", ".join(f"'{name}': '{kind(name)}'" for name in table.header)
        wanted = ", ".join(f'"{name}"' for name in table.needed)
        options = "header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
        return f"SELECT {wanted} FROM read_csv('{table.path}', {options}, columns = {{{kinds}}})"

    def load(self, table: Table) -> str:
        self.base.execute(f"CREATE OR REPLACE TABLE loaded AS {self.scan(table)}")
        return "SELECT * FROM loaded"

    def answer(self, source: str, table: Table) -> Any:
        double = lambda name: f'"{name}"::DOUBLE'
        pupils = [f"coalesce({double(name)}, 0)" for name in table.pupils]
        weighted = " + ".join(f"{w}::DOUBLE * {p}" for w, p in zip(WEIGHTS, pupils))

        def stage(place: int) -> str:
            share = f" * ({WEIGHTS[place]}::DOUBLE * {pupils[place]} / ({weighted}))"
            columns = [f"{double(table.source(i, place))}{share if i.shared else ''} {i.id}" for i in INDICATORS]
            key = f'("{YEAR}"::BIGINT * 1000000 + "{COUNTY}") * 2 + {place} AS key'
            return f"SELECT {key}, {pupils[place]} pupils, {', '.join(columns)} FROM source WHERE \"{PUPILS[place]}\" > 0"

        of = lambda pair: f"CASE WHEN key % 2 = 1 THEN {pair[1]!r}::DOUBLE ELSE {pair[0]!r}::DOUBLE END"
        reaches = lambda i, share: (
            f"({i.per}::DOUBLE * {i.id} / pupils >= {of([share * t for t in table.thresholds(i)])})"
        )
        met = " + ".join(f"{reaches(i, 1.0)}::INTEGER" for i in QUALITY)
        near = " AND ".join(reaches(i, FLOOR) for i in QUALITY)
        each = lambda text: ", ".join(text.replace("ID", id) for id in IDS)
        balanced = " AND ".join(f"cv_{i.id} <= {of(CV_LIMITS)}" for i in QUALITY)
        mean = " + ".join("cv_" + id for id in BASIC)
        return self.base.execute(f"""
            WITH source AS ({source}),
            split AS ({stage(0)} UNION ALL {stage(1)}),
            counted AS (SELECT *, {met} met, {near} near FROM split),
            units AS MATERIALIZED (SELECT *, (met >= {MEET_AT_LEAST} AND near)::INTEGER good FROM counted),
            sums AS MATERIALIZED (
                SELECT key, count(*)::INTEGER units, sum(pupils) total, sum(met)::INTEGER met,
                    sum(good)::INTEGER units_met, {each("sum(ID) / sum(pupils) mean_ID")}
                FROM units GROUP BY key),
            squares AS (
                SELECT u.key, {each("sum(pupils * (ID / pupils - mean_ID) * (ID / pupils - mean_ID)) q_ID")}
                FROM units u JOIN sums s ON u.key = s.key GROUP BY u.key),
            found AS (
                SELECT s.*, {each("sqrt(q_ID / total) / mean_ID cv_ID")}
                FROM sums s JOIN squares q ON s.key = q.key)
            SELECT *, units_met = units AND {balanced} AS quality, ({mean}) / {len(BASIC)} <= {of(COMPOSITE_LIMITS)} AS basic
            FROM found ORDER BY key""").fetchnumpy()

    def columns(self, found: Any) -> dict[str, list]:
        return {name: values.tolist() for name, values in found.items()}


class Pandas:
    """Arrays of numpy where they are faster, groups of pandas."""

    def scan(self, table: Table) -> Any:
        import numpy as np
        import pandas as pd

        # A blank is no integer, so all are doubles but the names of the groups.
        kinds = {name: np.int32 if name in (YEAR, COUNTY) else np.float64 for name in table.needed}
        return pd.read_csv(table.path, usecols=table.needed, dtype=kinds, engine="c")

    load = scan

    def answer(self, source: Any, table: Table) -> Any:
        import numpy as np
        import pandas as pd

        np.seterr(divide="ignore", invalid="ignore")
        pupils = [np.nan_to_num(source[name].to_numpy()) for name in table.pupils]
        weighted = sum(w * p for w, p in zip(WEIGHTS, pupils))
        group = source[YEAR].to_numpy(np.int64) * 1_000_000 + source[COUNTY].to_numpy()
        parts = []
        for place in (0, 1):
            rows = np.flatnonzero(pupils[place] > 0)
            total, share = pupils[place][rows], (WEIGHTS[place] * pupils[place] / weighted)[rows]
            part = {"key": group[rows] * 2 + place, "units": np.ones(len(rows), np.int32), "total": total}
            for i in INDICATORS:
                values = source[table.source(i, place)].to_numpy()[rows]
                part[i.id] = values * share if i.shared else values
            met, near = np.zeros(len(rows), np.int32), np.ones(len(rows), bool)
            for i in QUALITY:
                value, threshold = i.per * part[i.id] / total, table.thresholds(i)[place]
                met += value >= threshold
                near &= value >= FLOOR * threshold
            part["met"], part["units_met"] = met, ((met >= MEET_AT_LEAST) & near).astype(np.int32)
            parts.append(pd.DataFrame(part))
        units = pd.concat(parts, ignore_index=True)
        code, keys = pd.factorize(units.pop("key").to_numpy(), sort=True)
        sums = units.groupby(code).sum()
        total, pupils = sums["total"].to_numpy(), units["total"].to_numpy()
        found = {"key": keys, **{name: sums[name].to_numpy() for name in ("units", "total", "met", "units_met")}}
        found |= {"mean_" + id: sums[id].to_numpy() / total for id in IDS}
        off = {id: pupils * (units[id].to_numpy() / pupils - found["mean_" + id][code]) ** 2 for id in IDS}
        squares = pd.DataFrame(off).groupby(code).sum()
        found |= {"cv_" + id: np.sqrt(squares[id].to_numpy() / total) / found["mean_" + id] for id in IDS}
        junior = keys % 2 == 1
        limit = lambda pair: np.where(junior, pair[1], pair[0])
        balanced = [found["cv_" + i.id] <= limit(CV_LIMITS) for i in QUALITY]
        found["quality"] = (found["units_met"] == found["units"]) & np.logical_and.reduce(balanced)
        found["basic"] = sum(found["cv_" + id] for id in BASIC) / len(BASIC) <= limit(COMPOSITE_LIMITS)
        return found

    def columns(self, found: Any) -> dict[str, list]:
        return {name: values.tolist() for name, values in found.items()}


RIVALS = {"polars": Polars, "polars-lazy": LazyPolars, "duckdb": DuckDb, "pandas": Pandas}


class Asked(NamedTuple):
    rival: str
    table: str
    phase: str
    repeats: int
    warm: float


def asked() -> Asked:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("rival", choices=RIVALS)
    ask.add_argument("table")
    ask.add_argument("--phase", choices=["whole", "compute"], default="whole")
    ask.add_argument("--repeats", type=int, default=1)
    ask.add_argument("--warm", type=float, default=0)
    return Asked(**vars(ask.parse_args()))


def main() -> None:
    told = asked()
    rival, table = RIVALS[told.rival](), Table(told.table)
    loaded = rival.load(table) if told.phase == "compute" else None
    times, found, begun = [], None, time.perf_counter()
    while len(times) < told.repeats:
        found = None
        start = time.perf_counter()
        found = rival.answer(rival.scan(table) if loaded is None else loaded, table)
        if start - begun >= told.warm:
            times.append((time.perf_counter() - start) * 1e3)
    columns = rival.columns(found)
    seen = {name: sum(columns[name]) for name in ("units", "met", "units_met", "quality", "basic")}
    print(json.dumps({"ms": times, "rows": len(columns["key"]), **seen, "cv": sum(columns["cv_teaching_area"])}))


if __name__ == "__main__":
    main()
