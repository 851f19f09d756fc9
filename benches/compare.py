#!/usr/bin/env python3
"""Holds the program against data-frame programs on made tables, and fills the table of `compare.md`.

  pip install polars duckdb pandas
  cargo build --release --features cli
  python3 benches/compare.py [--folder MADE] [--only nation,warm] [--runs 7]
  python3 benches/compare.py --agree TABLE.csv

Every run of a whole process is a new process, the programs in alternation, after one run of each that does not count.
`compare.md` says what is compared with what. Needs Linux, as it asks for the memory and the cores of a process.
"""
import argparse
import fcntl
import json
import os
import platform
import pty
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Callable, NamedTuple

# Nothing heavy is imported here: the peak of a child counts from before it becomes another program.
sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
RIVALS = os.path.join(HERE, "rivals.py")
SIZES = ("province", "nation", "panel")
ONE_ROW = "one row"
# Of the repetitions within a process, this many processes, in alternation with those of the rival.
ROUNDS = 7


class Run(NamedTuple):
    """A process, from its start to its end."""

    ms: float
    cpu_ms: float
    peak: int  # bytes


def run(command: list[str], one_core: bool = False, stderr: tuple[int, int] | None = None) -> Run:
    """Runs a process; what it says is thrown away, read from a pipe or terminal first where one is given."""
    pin = (lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})) if one_core else None
    reader, writer = stderr or (None, subprocess.DEVNULL)
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=writer, preexec_fn=pin)
    if reader is not None:
        os.close(writer)
        drain(reader)
    _, status, used = os.wait4(child.pid, 0)
    ms = (time.perf_counter() - start) * 1e3
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)}: status {child.returncode}")
    return Run(ms, (used.ru_utime + used.ru_stime) * 1e3, used.ru_maxrss * 1024)


def drain(reader: int) -> None:
    """Reads to the end, which a terminal announces by an error."""
    try:
        while os.read(reader, 65536):
            pass
    except OSError:
        pass
    os.close(reader)


def terminal() -> tuple[int, int]:
    """A terminal of 80 columns: its reading end, and the end that a process writes to."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return reader, writer


def alternate(works: dict[str, Callable[[], Run]], runs: int) -> dict[str, list[Run]]:
    """So many runs of each, one after the other, after a first that does not count."""
    done: dict[str, list[Run]] = {name: [] for name in works}
    for count in range(runs + 1):
        for name, work in works.items():
            found = work()
            if count > 0:
                done[name].append(found)
    return done


def in_rounds(works: dict[str, Callable[[], list[float]]]) -> dict[str, list[float]]:
    """The times of every repetition within a process, of `ROUNDS` processes of each in alternation."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name] += work()
    return times


def spread(values: list[float], form: str) -> str:
    """The least and the most."""
    return f"{min(values):{form}} to {max(values):{form}}"


@dataclass
class Row:
    """A line of the table: what came out, what must and what should."""

    what: str
    ours: str
    rival: str
    result: str
    must: str
    goal: str
    reached: str


def reached(value: float, must: float, goal: float | None, at_least: bool = True) -> str:
    sign = 1 if at_least else -1
    if goal is not None and sign * value >= sign * goal:
        return "goal"
    return ("yes" if goal is None else "must") if sign * value >= sign * must else "**no**"


@dataclass
class Comparison:
    """The tables, the programs, and all that was measured."""

    program: str
    folder: str
    files: dict[str, str]
    rivals: list[str]
    others: dict[str, str]
    runs: int
    repeats: int
    only: set[str]
    bench: str | None = None
    processes: dict[str, dict[str, list[Run]]] = field(default_factory=dict)
    within: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    told: dict[str, dict] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def wants(self, *rows: str) -> bool:
        return any(row in self.only for row in rows)

    def table(self, size: str) -> str:
        """The path of a made table; it is made where there is none."""
        path = self.files.get(size) or os.path.join(self.folder, f"{size}.csv")
        if not os.path.exists(path):
            print(f"making {path}", file=sys.stderr)
            subprocess.run([self.program, "synth", size, "--output", path], check=True)
        return path

    def rows(self, size: str) -> int:
        if size not in self.counted:
            with open(self.table(size), "rb") as file:
                lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
            self.counted[size] = lines - 1
        return self.counted[size]

    def described(self, size: str) -> str:
        return f"{size} {self.rows(size)} rows, {os.path.getsize(self.table(size)) / 1e6:.1f} MB"

    def widths(self) -> str:
        """How wide the arithmetic of the coefficients was, where the bench was run."""
        told = next(iter(told for told in self.told.values() if "quality-2017" in told), {})
        each = {standard: told[standard]["widths"] for standard in ("quality-2017", "basic-2012") if standard in told}
        counts = lambda widths: ", ".join(f"{count} {width}" for width, count in widths.items())
        return "".join(f" Arithmetic of {standard}: {counts(widths)}." for standard, widths in each.items())

    def built_bench(self) -> str:
        """The bench `compare`, which times calls within a process."""
        if self.bench is None:
            command = ["cargo", "bench", "--locked", "--features", "cli", "--bench", "compare", "--no-run"]
            command += ["--message-format", "json"]
            built = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE)
            for line in built.stdout.splitlines():
                message = json.loads(line)
                if message.get("executable") and message["target"]["name"] == "compare":
                    self.bench = message["executable"]
        return self.bench

    # What is run.

    def measure_processes(self, size: str) -> None:
        """All whole processes on a table, in one alternation."""
        path = self.table(size)
        works = {"junheng": lambda: run([self.program, "assess", path])}
        if self.wants(size):
            for name in self.rivals:
                works[name] = lambda name=name: run([sys.executable, RIVALS, name, path])
            for name, command in self.others.items():
                fill = lambda part: part.replace("{table}", path).replace("{python}", sys.executable)
                split = [fill(part) for part in shlex.split(command)]
                works[name] = lambda split=split: run(split)
        if size == "nation" and self.wants("threads"):
            works["junheng, one core"] = lambda: run([self.program, "assess", path], one_core=True)
        if size == "nation" and self.wants("json"):
            told = os.path.join(self.folder, "junheng-compare.json")
            json_run = [self.program, "assess", path, "--output", told]
            works["junheng, JSON"] = lambda: run(json_run)
        self.say(f"{size}, whole processes: {', '.join(works)}")
        self.processes[size] = alternate(works, self.runs)
        if "junheng, JSON" in works:
            self.told["json"] = {"bytes": os.path.getsize(told)}
            os.remove(told)

    def measure_scaling(self) -> None:
        """Tables of all sizes and one of one row, in one alternation: a machine is not as quick from minute to minute."""
        one_row = os.path.join(self.folder, "junheng-one-row.csv")
        with open(self.table("province"), "rb") as whole, open(one_row, "wb") as file:
            file.writelines(whole.readline() for _ in range(2))
        paths = {ONE_ROW: one_row, **{size: self.table(size) for size in SIZES}}
        works = {name: lambda path=path: run([self.program, "assess", path]) for name, path in paths.items()}
        self.say(f"scaling, whole processes: {', '.join(works)}")
        self.processes["scaling"] = alternate(works, self.runs)
        os.remove(one_row)
        self.say(f"scaling, within a process: {', '.join(SIZES)}")
        ours = lambda size: lambda: printed(self.timed("whole", size))["whole_ms"]
        self.within["scaling"] = in_rounds({size: ours(size) for size in SIZES})

    def timed(self, part: str, size: str) -> list[str]:
        """What times a part within a process; the first half second does not count."""
        return [self.built_bench(), "--file", self.table(size), "--repeats", str(self.repeats), "--only", part]

    def measure_within(self, part: str) -> None:
        """A part within running processes, in alternation with the rivals; of each the first half second does not count."""

        def ours() -> list[float]:
            told = printed(self.timed(part, "nation"))
            self.told[part] = {**self.told.get(part, {}), **told}
            return told[f"{part}_ms"]

        table, warm = self.table("nation"), ["--warm", "0.5", "--repeats", str(self.repeats)]
        theirs = lambda rival: lambda: printed([sys.executable, RIVALS, rival, table, "--phase", part, *warm])["ms"]
        works = {"junheng": ours, **{rival: theirs(rival) for rival in self.rivals if part != "json"}}
        self.say(f"nation, {part}, within a process: {', '.join(works)}")
        self.within[part] = in_rounds(works)

    def measure_progress(self) -> None:
        """The same process with its messages on a terminal and on a pipe, three times as often: little is expected."""
        command = [self.program, "assess", self.table("nation")]
        works = {"pipe": lambda: run(command, stderr=os.pipe()), "terminal": lambda: run(command, stderr=terminal())}
        self.say("nation, progress on a terminal")
        self.processes["progress"] = alternate(works, 3 * self.runs)

    def measure(self) -> None:
        for size in SIZES:
            needs = {size} | ({"memory"} if size != "province" else set())
            needs |= {"threads", "json"} if size == "nation" else set()
            if self.wants(*needs):
                self.measure_processes(size)
        if self.wants("scaling"):
            self.measure_scaling()
        for row, part in (("warm", "whole"), ("compute", "compute"), ("json", "json")):
            if self.wants(row):
                self.measure_within(part)
        if self.wants("progress"):
            self.measure_progress()

    def say(self, what: str) -> None:
        print(what, file=sys.stderr)

    # What it comes to.

    def against(
        self, what: str, rival: str, ours: list[float], theirs: list[float], must: float, goal: float
    ) -> Row:
        ratio = median(theirs) / median(ours)
        pairs = [b / a for a, b in zip(ours, theirs)]
        times = lambda taken: f"{median(taken):.0f} ms ({spread(taken, '.0f')})"
        result = f"{ratio:.1f} × ({spread(pairs, '.1f')})"
        return Row(what, times(ours), f"{rival}, {times(theirs)}", result, f"≥ {must} ×", f"≥ {goal} ×", reached(ratio, must, goal))

    def whole_process(self, size: str, must: float, goal: float) -> list[Row]:
        ms = lambda name: [r.ms for r in self.processes[size][name]]
        what = f"{size}, CSV to verdicts, whole process"
        return [self.against(what, rival, ms("junheng"), ms(rival), must, goal) for rival in self.rivals]

    def within_a_process(self, part: str, what: str, must: float, goal: float) -> list[Row]:
        times = self.within[part]
        return [self.against(what, rival, times["junheng"], times[rival], must, goal) for rival in self.rivals]

    def scaling(self) -> list[Row]:
        """The time of a row: of whole processes, without what a table of one row takes, and within a process."""
        sizes = " → ".join(f"{self.rows(size):,}".replace(",", " ") for size in SIZES)
        whole = {size: median(r.ms for r in runs) for size, runs in self.processes["scaling"].items()}
        least = whole[ONE_ROW]
        warm = {size: median(times) for size, times in self.within["scaling"].items()}
        return [
            self.scaled(f"{sizes} rows, whole process", whole),
            self.scaled(
                f"the same without what a table of one row takes ({least:.1f} ms)",
                {size: whole[size] - least for size in SIZES},
            ),
            self.scaled("the same within a running process", warm),
        ]

    def scaled(self, what: str, times: dict[str, float]) -> Row:
        each = [times[size] / self.rows(size) * 1e6 for size in SIZES]
        steps = [later / earlier - 1 for earlier, later in zip(each, each[1:])]
        result = f"{', '.join(f'{step:+.0%}' for step in steps)} a row"
        ours = f"{', '.join(f'{ns:.0f}' for ns in each)} ns a row"
        worst = max(abs(step) for step in steps)
        return Row(what, ours, "", result, "within 20 %", "", reached(worst, 0.2, None, False))

    def threads(self) -> Row:
        runs = self.processes["nation"]
        what = "nation, whole process, on two cores"
        ms = lambda name: [r.ms for r in runs[name]]
        return self.against(what, "one core", ms("junheng"), ms("junheng, one core"), 1.5, 1.8)

    def memory(self, size: str) -> Row:
        peaks = [r.peak for r in self.processes[size]["junheng"]]
        file, rows = os.path.getsize(self.table(size)), self.rows(size)
        beyond = (median(peaks) - file) / rows
        peak = lambda name: median(r.peak for r in self.processes[size][name]) / 1e6
        theirs = ", ".join(f"{name} {peak(name):.0f} MB" for name in self.rivals if name in self.processes[size])
        ours = f"{median(peaks) / 1e6:.0f} MB, {median(peaks) / rows:.0f} B a row in all"
        result = f"{beyond:.0f} B a row beyond the file's {file / rows:.0f}"
        verdict = reached(beyond, 400, 200, False)
        return Row(f"peak of memory, {size}, whole process", ours, theirs, result, "≤ 400 B", "≤ 200 B", verdict)

    def json(self) -> Row:
        runs, size = self.processes["nation"], self.told["json"]["bytes"]
        more = median(r.ms for r in runs["junheng, JSON"]) - median(r.ms for r in runs["junheng"])
        pairs = [b.ms - a.ms for a, b in zip(runs["junheng"], runs["junheng, JSON"])]
        rates = [size / ms / 1e3 for ms in pairs if ms > 0]
        warm = self.told["json"]["json_bytes"] / median(self.within["json"]["junheng"]) / 1e3
        result = f"{size / more / 1e3:.0f} MB/s ({spread(rates, '.0f')}); into a sink, warm: {warm:.0f} MB/s"
        what = "nation, JSON of every unit to a file: time beyond that of the table"
        verdict = reached(size / more / 1e3, 300, None)
        return Row(what, f"{size / 1e6:.0f} MB in {more:.0f} ms", "", result, "≥ 300 MB/s", "", verdict)

    def progress(self) -> Row:
        pipe, drawn = self.processes["progress"]["pipe"], self.processes["progress"]["terminal"]
        cost = lambda of: median(map(of, drawn)) / median(map(of, pipe)) - 1
        wall, cpu = cost(lambda r: r.ms), cost(lambda r: r.cpu_ms)
        middle = lambda runs: f"{median(r.ms for r in runs):.0f} ms ({spread([r.ms for r in runs], '.0f')})"
        result = f"{wall:+.1%} of time, {cpu:+.1%} of the processors'"
        what = "nation, progress on a terminal (left) over a pipe (right)"
        return Row(what, middle(drawn), middle(pipe), result, "< 1 %", "", reached(wall, 0.01, None, False))

    def filled(self) -> list[Row]:
        warm = "nation, CSV to verdicts, within a running process"
        compute = "nation, data set in memory to both standards' results, checks included"
        rows: dict[str, Callable[[], list[Row]]] = {
            "nation": lambda: self.whole_process("nation", 6, 15),
            "warm": lambda: self.within_a_process("whole", warm, 2.5, 4.5),
            "province": lambda: self.whole_process("province", 25, 60),
            "panel": lambda: self.whole_process("panel", 2.5, 6),
            "compute": lambda: self.within_a_process("compute", compute, 5, 20),
            "scaling": self.scaling,
            "threads": lambda: [self.threads()],
            "memory": lambda: [self.memory("nation"), self.memory("panel")],
            "json": lambda: [self.json()],
            "progress": lambda: [self.progress()],
        }
        return [row for name, make in rows.items() if name in self.only for row in make()]


ROWS = ("nation", "warm", "province", "panel", "compute", "scaling", "threads", "memory", "json", "progress")


def printed(command: list[str]) -> dict:
    """The line of JSON that a process prints."""
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def markdown(head: list[str], lines: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *lines])


def processes_table(compared: Comparison) -> str:
    """Every process that was run, on every table."""
    lines = []
    for table, programs in compared.processes.items():
        for name, runs in programs.items():
            ms, cpu = [r.ms for r in runs], median(r.cpu_ms for r in runs)
            peak = f"{median(r.peak for r in runs) / 1e6:.0f}"
            lines.append([table, name, f"{median(ms):.0f}", spread(ms, ".0f"), f"{cpu:.0f}", peak, str(len(runs))])
    for part, programs in compared.within.items():
        for name, ms in programs.items():
            if ms:
                times = [f"{median(ms):.0f}", spread(ms, ".0f")]
                table = "scaling" if part == "scaling" else f"nation, {part}"
                lines.append([f"{table}, warm", name, *times, "", "", str(len(ms))])
    return markdown(["table", "program", "ms", "least to most", "processor ms", "peak MB", "runs"], lines)


def machine() -> str:
    """What the figures belong to."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    cores = len(os.sched_getaffinity(0))
    versions = []
    for name in ("polars", "duckdb", "pandas"):
        asked = f"import {name}; print({name}.__version__)"
        told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
        versions.append(f"{name} {told.stdout.strip()}" if told.returncode == 0 else f"no {name}")
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.split()
    load = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{time.strftime('%Y-%m-%d')}, {cores} cores ({model}), {platform.system()}, Rust {''.join(rust[1:2])}, "
        f"Python {platform.python_version()}, {', '.join(versions)}; load average {load} at the start"
    )


def arguments() -> argparse.Namespace:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--only", default=",".join(ROWS), help=f"rows: {', '.join(ROWS)}")
    ask.add_argument("--runs", type=int, default=7, help="processes of each kind that count; thrice for progress")
    ask.add_argument("--repeats", type=int, default=7, help=f"repetitions in each of {ROUNDS} processes, warm")
    ask.add_argument("--folder", help="where province.csv, nation.csv and panel.csv are, or are put")
    ask.add_argument("--file", action="append", default=[], metavar="SIZE=TABLE", help="another table for a size")
    ask.add_argument("--rivals", default="polars-lazy,polars", help="of polars-lazy, polars, duckdb, pandas")
    other = "one more whole process; {table} stands for the path, {python} for this interpreter"
    ask.add_argument("--other", action="append", default=[], metavar="NAME=COMMAND", help=other)
    ask.add_argument("--program", default=os.path.join(HERE, "..", "target", "release", "junheng"))
    ask.add_argument("--bench", help="the built bench; it is built where this is not given")
    ask.add_argument("--json", metavar="FILE", help="writes every single figure there")
    ask.add_argument("--agree", metavar="TABLE", help="compares figures and verdicts with the rivals' and times nothing")
    return ask.parse_args()


def main() -> None:
    asked = arguments()
    rivals = asked.rivals.split(",")
    program = os.path.abspath(asked.program)
    if asked.agree:
        from agree import agree

        print(agree(asked.agree, program, rivals))
        return
    unknown = set(asked.only.split(",")) - set(ROWS)
    if unknown:
        sys.exit(f"--only: no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    pairs = lambda given: dict(text.split("=", 1) for text in given)
    folder = asked.folder or tempfile.mkdtemp(prefix="junheng-")
    compared = Comparison(
        program, folder, pairs(asked.file), rivals, pairs(asked.other), asked.runs, asked.repeats,
        set(asked.only.split(",")), asked.bench,
    )
    os.environ.setdefault("TERM", "xterm")
    about = machine()
    try:
        compared.measure()
        rows = compared.filled()
        about += f", {os.getloadavg()[0]:.1f} at the end"
        about += "".join(f"; {compared.described(size)}" for size in SIZES if size in compared.processes)
    finally:
        if not asked.folder:
            shutil.rmtree(folder)
    print(f"{about}.{compared.widths()}\n")
    head = ["what", "this program", "beside", "result (least to most)", "must", "goal", "reached"]
    print(markdown(head, [[str(value) for value in asdict(row).values()] for row in rows]))
    print(f"\n{processes_table(compared)}")
    if asked.json:
        raw = {"about": about, "rows": [asdict(row) for row in rows], "within": compared.within, "told": compared.told}
        listed = lambda programs: {name: [r._asdict() for r in runs] for name, runs in programs.items()}
        raw["processes"] = {table: listed(programs) for table, programs in compared.processes.items()}
        with open(asked.json, "w", encoding="utf-8") as file:
            json.dump(raw, file, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
