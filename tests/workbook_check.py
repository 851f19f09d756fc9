"""Reads a report workbook with openpyxl and compares every figure with the JSON of the same result.

    workbook_check.py compare WORKBOOK JSON LANG    exit status 3 where openpyxl is missing
    workbook_check.py falsify WORKBOOK COPY         a copy in which every stored result of a formula is 777
"""

import json
import re
import sys
import zipfile

NAMES = {
    "zh": {
        "units": "单位", "coefficients": "差异系数", "items": "各项判定", "obstacles": "差距",
        "excluded": "不参加评估的学校", "findings": "数据问题",
        "met": "达标", "not_met": "未达标", "undetermined": "无法判定", True: "是", False: "否", None: None,
    },
    "en": {
        "units": "Units", "coefficients": "Coefficients", "items": "Items", "obstacles": "Obstacles",
        "excluded": "Not assessed", "findings": "Findings",
        "met": "met", "not_met": "not met", "undetermined": "undetermined", True: "yes", False: "no", None: None,
    },
}


def falsify(source, target):
    """Replaces what formulas came to, so that only computing again gives the right figures."""
    cell = re.compile(r'<c ([^>]*?)( t="str")?><f>(.*?)</f><v>.*?</v></c>', re.S)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = data.decode("utf-8")
                data = cell.sub(r"<c \1><f>\3</f><v>777</v></c>", text).encode("utf-8")
            new.writestr(name, data)


class Comparison:
    def __init__(self, book, result, lang):
        self.book, self.result, self.names = book, result, NAMES[lang]
        self.wrong, self.compared = [], 0

    def same(self, found, expected, what):
        self.compared += 1
        number = isinstance(expected, (int, float)) and not isinstance(expected, bool)
        # What does not exist is blank, or a word that says why; never a number.
        fine = found == expected if number or isinstance(expected, str) else not isinstance(found, (int, float))
        if not fine:
            self.wrong.append(f"{what}: {found!r} for {expected!r}")

    def rows(self, sheet):
        return list(self.book[self.names[sheet]].iter_rows(min_row=2, values_only=True))

    def stages(self):
        return [stage for county in self.result["counties"] for stage in county["stages"]]

    def units(self):
        rows = self.rows("units")
        units = [unit for stage in self.stages() for unit in stage["unit_results"]]
        self.same(len(rows), len(units), "units")
        for row, unit in zip(rows, units):
            what = unit["school_code"]
            self.same(row[4], what, "code")
            self.same(row[5], unit["school_name"], what)
            self.same(row[7], unit["students"], what)
            order = [found["indicator"] for found in self.stages()[0]["variation"]]
            for at, indicator in enumerate(order):
                self.same(row[8 + at], unit["values"][indicator], f"{what} {indicator}")
                meets = self.names[unit["meets"].get(indicator)]
                self.same(row[8 + len(order) + at], meets, f"{what} {indicator}")
            self.same(row[8 + 2 * len(order) + 1], unit["met_count"], what)
            self.same(row[8 + 2 * len(order) + 2], self.names[unit["verdict"]], what)

    def coefficients(self):
        rows = iter(self.rows("coefficients"))
        for stage in self.stages():
            for found in stage["variation"]:
                row, what = next(rows), f"{stage['stage']} {found['indicator']}"
                for column, key in [(5, "units"), (7, "units_meeting"), (8, "mean"), (9, "std_dev"), (10, "cv"), (11, "limit")]:
                    self.same(row[column], found[key], f"{what} {key}")
                self.same(row[12], self.names[found["verdict"]], what)
            row = next(rows)
            self.same(row[10], stage["composite_cv"], "composite")
            self.same(row[11], stage["composite_limit"], "composite")
            self.same(row[12], self.names[stage["composite_verdict"]], "composite")

    def items(self):
        rows = iter(self.rows("items"))
        for county in self.result["counties"]:
            self.same(next(rows)[12], self.names[county["resource_verdict"]], "resources")
            for item in county["items"]:
                for part in [item] + (item.get("parts") or []):
                    row, what = next(rows), item["id"]
                    self.same(row[4], what, "id")
                    self.same(row[7], part["value"], what)
                    self.same(row[9], part["requirement"], what)
                    self.same(row[12], self.names[part["verdict"]], what)

    def lists(self):
        messages = [row[8] for row in self.rows("obstacles")]
        for county in self.result["counties"]:
            for obstacle in county["obstacles"]:
                self.same(str(obstacle["message"] in messages), "True", obstacle["message"])
        excluded = [(row[2], row[6]) for row in self.rows("excluded")]
        expected = [(e["school_code"], e["reason"]) for e in self.result["excluded"]]
        self.same(str(excluded), str(expected), "excluded")
        codes = [row[1] for row in self.rows("findings")]
        of_counties = [f["code"] for county in self.result["counties"] for f in county["findings"]]
        self.same(str(codes[: len(of_counties)]), str(of_counties), "findings")


def compare(workbook, result, lang):
    try:
        import openpyxl
    except ImportError:
        sys.stderr.write("openpyxl is not installed (pip install openpyxl)")
        return 3
    book = openpyxl.load_workbook(workbook, data_only=True)
    with open(result, encoding="utf-8") as file:
        comparison = Comparison(book, json.load(file), lang)
    comparison.units()
    comparison.coefficients()
    comparison.items()
    comparison.lists()
    sys.stderr.write("\n".join(comparison.wrong[:20]))
    # A comparison of nothing proves nothing.
    return 1 if comparison.wrong or comparison.compared < 500 else 0


def main(arguments):
    command, *rest = arguments
    if command == "falsify":
        falsify(*rest)
        return 0
    return compare(*rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
