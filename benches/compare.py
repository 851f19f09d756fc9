#!/usr/bin/env python3
"""Times `junheng assess` beside data-frame programs on the same made table, in alternation, and prints medians.

  pip install polars duckdb pandas
  cargo build --release --features cli
  python3 benches/compare.py [--size province|nation|panel] [--runs 7] [--file TABLE.csv]

The rivals do a simpler job: the student-weighted mean and coefficient of the eleven indicators by county, year and
stage, shared resources split 1 : 1.1, every comparison in doubles; no scope, no checks of cells, no findings, no
report. Each run is a new process; `polars warm` is the query in a process that has run it before. The first run of
each does not count.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time

YEAR, COUNTY, PRIMARY, JUNIOR = "年度", "区县代码", "小学在校生数", "初中在校生数"
BY_STAGE = ["专任教师数", "高于规定学历教师数", "县级以上骨干教师数", "体育艺术专任教师数", "中级及以上职称教师数"]
WHOLE_FILE = "教学仪器设备值(万元)"


def shared(header):
    known = ["教学及辅助用房面积", "运动场地面积", "体育运动场馆面积", "教学仪器设备值", WHOLE_FILE, "网络多媒体教室数", "计算机台数", "图书册数"]
    return [name for name in known if name in header]


def header_of(path):
    with open(path, encoding="utf-8-sig") as file:
        return [name.strip('"') for name in file.readline().rstrip("\r\n").split(",")]


def polars_query(path):
    import polars as pl

    header = header_of(path)
    needed = [YEAR, COUNTY, PRIMARY, JUNIOR] + [s + t for s in ("小学", "初中") for t in BY_STAGE] + shared(header)
    frame = pl.scan_csv(path, infer_schema=False).select(needed)
    frame = frame.with_columns(pl.col(n).cast(pl.Float64, strict=False) for n in needed if n != COUNTY)
    a, b = pl.col(PRIMARY).fill_null(0.0), pl.col(JUNIOR).fill_null(0.0)
    stages = []
    for stage, pupils, share in (("小学", a, a / (a + 1.1 * b)), ("初中", b, 1.1 * b / (a + 1.1 * b))):
        columns = [pl.col(stage + t).alias(t) for t in BY_STAGE] + [(pl.col(n) * share).alias(n) for n in shared(header)]
        stages.append(frame.filter(pupils > 0).select(pl.lit(stage).alias("stage"), YEAR, COUNTY, pupils.alias("P"), *columns))
    units, keys, names = pl.concat(stages), ["stage", YEAR, COUNTY], BY_STAGE + shared(header)
    means = units.group_by(keys).agg(pl.col("P").sum().alias("T"), *[pl.col(n).sum().alias("S" + n) for n in names])
    off = units.join(means, on=keys).group_by(keys).agg(
        *[(pl.col("P") * (pl.col(n) / pl.col("P") - pl.col("S" + n) / pl.col("T")) ** 2).sum().alias("Q" + n) for n in names]
    )
    both = means.join(off, on=keys)
    return both.with_columns(
        *[((pl.col("Q" + n) / pl.col("T")).sqrt() / (pl.col("S" + n) / pl.col("T"))).alias("CV" + n) for n in names]
    ).collect()


def duckdb_query(path):
    import duckdb

    duckdb.execute("SET threads = 2")
    header = header_of(path)
    names = BY_STAGE + shared(header)
    number = lambda n: f'TRY_CAST("{n}" AS DOUBLE)'
    a, b = (f"COALESCE({number(n)}, 0)" for n in (PRIMARY, JUNIOR))
    part = lambda stage, pupils, weight: (
        f"SELECT '{stage}' st, \"{YEAR}\" y, \"{COUNTY}\" c, {pupils} p, "
        + ", ".join(f'{number(stage + t)} "{t}"' for t in BY_STAGE)
        + ", "
        + ", ".join(f'{number(n)} * {weight} * {pupils} / ({a} + 1.1 * {b}) "{n}"' for n in shared(header))
        + f" FROM read_csv('{path}', header = true, all_varchar = true) WHERE {pupils} > 0"
    )
    units = f"{part('小学', a, '1.0')} UNION ALL {part('初中', b, '1.1')}"
    sums = ", ".join(f'sum("{n}") "S{n}"' for n in names)
    squares = ", ".join(f'sum(u.p * (u."{n}" / u.p - m."S{n}" / m.t) ** 2) "Q{n}"' for n in names)
    return duckdb.sql(
        f"WITH u AS MATERIALIZED ({units}), m AS MATERIALIZED (SELECT st, y, c, sum(p) t, {sums} FROM u GROUP BY ALL) "
        f"SELECT m.st, m.y, m.c, any_value(m.t), {squares} FROM u JOIN m USING (st, y, c) GROUP BY m.st, m.y, m.c"
    ).fetchall()


QUERIES = {"polars": polars_query, "duckdb": duckdb_query}


def timed(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1e3


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--size", default="nation", choices=["province", "nation", "panel"])
    ask.add_argument("--runs", type=int, default=7)
    ask.add_argument("--file")
    ask.add_argument("--query", help=argparse.SUPPRESS)
    asked = ask.parse_args()
    if asked.query:
        name, runs = asked.query.split(":")
        times = []
        for _ in range(int(runs)):
            start = time.perf_counter()
            assert len(QUERIES[name](asked.file)) > 0
            times.append((time.perf_counter() - start) * 1e3)
        print(json.dumps(times))
        return
    program = os.environ.get("JUNHENG", "target/release/junheng")
    with tempfile.TemporaryDirectory() as folder:
        path = asked.file or os.path.join(folder, "made.csv")
        if not asked.file:
            subprocess.run([program, "synth", asked.size, "--output", path], check=True)
        query = lambda name, runs=1: [sys.executable, __file__, "--file", path, "--query", f"{name}:{runs}"]
        commands = {
            "junheng, table": [program, "assess", path],
            "junheng, JSON": [program, "assess", path, "--format", "json", "--output", os.path.join(folder, "o.json")],
            "polars": query("polars"),
            "duckdb": query("duckdb"),
        }
        times = {name: [] for name in commands}
        for run in range(asked.runs + 1):
            for name, command in commands.items():
                taken = timed(command)
                if run > 0:
                    times[name].append(taken)
        warm = subprocess.run(query("polars", asked.runs + 1), check=True, capture_output=True, text=True).stdout
        times["polars, warm"] = json.loads(warm)[1:]
        size = os.path.getsize(path) / 1e6
    base = statistics.median(times["polars"])
    print(f"{asked.file or asked.size}, {size:.1f} MB, {asked.runs} runs in alternation; milliseconds\n")
    print("| | median | least | most | times as fast as polars |\n|---|---:|---:|---:|---:|")
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"| {name} | {middle:.0f} | {min(taken):.0f} | {max(taken):.0f} | {base / middle:.1f} |")


main()
