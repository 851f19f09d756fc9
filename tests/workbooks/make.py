#!/usr/bin/env python3
"""Makes fixtures/workbooks: one workbook for each pitfall of spreadsheets.

    pip install openpyxl msoffcrypto-tool      # and soffice on the path, for XLS and ODS
    python3 tests/workbooks/make.py

All of it is made up. The files are committed; tests read them and never run this.
"""

import io
import os
import shutil
import struct
import subprocess
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "fixtures" / "workbooks"
FIXED = datetime(2024, 1, 1)
HEAD = ["区县代码", "学校标识码", "学校名称", "学校类别", "小学在校生数", "图书册数"]


def row(number, **cells):
    """A school under HEAD."""
    usual = dict(county="210102", code=f"212100000{number}", name=f"第{'一二三四五六七八九'[number - 1]}小学",
                 kind="小学", pupils=400, books=12000)
    return list((usual | cells).values())


def book(*sheets):
    """A workbook of sheets: title and rows each."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for values in rows:
            sheet.append(values)
    made.properties.created = made.properties.modified = FIXED
    return made


def pack(parts):
    """A zip archive whose bytes depend on its parts alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xlsb(title, cells):
    """A binary workbook (MS-XLSB) of one sheet: cells of row, column and value, in order of their rows."""
    def size(number):
        low, high = number & 0x7F, number >> 7
        return bytes([low | 0x80]) + size(high) if high else bytes([low])

    def record(kind, body=b""):
        return size(kind) + size(len(body)) + body

    def text(value):
        return struct.pack("<I", len(value)) + value.encode("utf-16-le")

    book = record(0x83) + record(0x8F) + record(0x9C, struct.pack("<II", 0, 1) + text("rId1") + text(title))
    book += record(0x90) + record(0x9D) + record(0x84)
    last = [max(cell[axis] for cell in cells) for axis in (0, 1)]
    sheet = record(0x81) + record(0x94, struct.pack("<IIII", 0, last[0], 0, last[1])) + record(0x91)
    current = None
    for at, column, value in cells:
        if at != current:
            sheet += record(0x00, struct.pack("<I", at) + bytes(13))
            current = at
        head = struct.pack("<II", column, 0)
        sheet += record(0x06, head + text(value)) if isinstance(value, str) else record(0x05, head + struct.pack("<d", value))
    sheet += record(0x92) + record(0x82)
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationships xmlns="{links}"><Relationship Id="rId1" Type="{kind}/%s" Target="%s"/></Relationships>'
    return pack({
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.'
                               'binary.macroEnabled.main"/><Default Extension="rels" ContentType="application/vnd.'
                               'openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": link % ("officeDocument", "xl/workbook.bin"),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": link % ("worksheet", "worksheets/sheet1.bin"),
        "xl/worksheets/sheet1.bin": sheet,
    })


def parts_of(made):
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # openpyxl writes the time of day.
    import re
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "2024-01-01T00:00:00Z", core).encode()
    return parts


def save(name, made, change=None):
    """Writes a workbook; `change` is a text in its first sheet and what stands there instead."""
    parts = parts_of(made)
    for old, new in (change or {}).items():
        sheet = parts["xl/worksheets/sheet1.xml"].decode()
        assert old in sheet, (name, old)
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new, 1).encode()
    path = OUT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pack(parts))
    return path


def convert(source, extension, target):
    """Has LibreOffice save a workbook in another format."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
                        extension, "--outdir", folder, str(source)], check=True, capture_output=True)
        shutil.copy(Path(folder) / f"{source.stem}.{extension}", OUT / target)


def layout():
    """Title, unit row, two levels of merged headers, a numbering row, totals and remarks; not at A1."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "学校数据"
    rows = {
        2: ["某县义务教育学校基本情况统计表（2023年）"],
        4: ["区县代码", "学校标识码", "学校名称", "学校类别", "小学", None, "初中", None, "图书册数", "教学仪器设备值"],
        5: [None, None, None, None, "在校生数", "专任教师数", "在校生数", "专任教师数", None, None],
        6: [None, None, None, None, "人", "人", "人", "人", "册", "万元"],
        7: ["甲", "乙", "丙", "丁", 1, 2, 3, 4, 5, 6],
        8: ["210102", "2121000001", "第一小学", "小学", 400, 24, None, None, 12000, 84.75],
        9: [None, "2121000002", "第二小学", "小学", 300, 18, None, None, 9000, 60],
        10: ["210102", "3121000003", "第三中学", "初级中学", None, None, 500, 40, 20000, 150.5],
        11: ["合计", None, None, None, "=SUM(E8:E10)", None, None, None, None, None],
        12: ["注：仪器设备值按账面原值填报"],
        13: ["填表人：某某"],
    }
    for number, cells in rows.items():
        for column, value in enumerate(cells, start=2):
            if value is not None:
                sheet.cell(number, column, value)
    for merged in ["B2:K2", "B4:B6", "C4:C6", "D4:D6", "E4:E6", "F4:G4", "H4:I4", "J4:J5", "K4:K5", "B8:B9"]:
        sheet.merge_cells(merged)
    hidden = made.create_sheet("旧数据")
    hidden.append(HEAD)
    hidden.append(row(9))
    hidden.sheet_state = "hidden"
    made.create_sheet("填报说明").append(["请如实填报。"])
    made.create_sheet("空表")
    return made


def form(number, unit="万元", value=84.75):
    """The vertical form of a school."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "学校填报表"
    sheet.append(["学校填报表"])
    sheet.append(["序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明"])
    items = [
        ("基本信息", "区县代码", "—", "210102"), ("基本信息", "学校标识码", "—", f"212100000{number}"),
        ("基本信息", "学校名称", "文字", f"第{'一二三'[number - 1]}小学"), ("基本信息", "学校类别", "选项", "小学"),
        ("小学", "在校生数", "人", 300 + number), ("小学", "专任教师数", "人", 20),
        ("办学条件", "教学仪器设备值", unit, value), ("办学条件", "图书册数", "册", "约一万"),
        ("其他", "校长姓名", "文字", "某某"),
    ]
    for place, (category, item, measured, typed) in enumerate(items, start=1):
        sheet.append([place, category, item, measured, typed, "是", None])
    sheet.append(["注：请于月底前报送"])
    sheet.merge_cells("A1:G1")
    return made


def protected(source, target):
    import msoffcrypto
    from msoffcrypto.format.ooxml import OOXMLFile
    with open(source, "rb") as plain, open(OUT / target, "wb") as out:
        OOXMLFile(plain).encrypt("123456", out)


def main():
    OUT.mkdir(parents=True, exist_ok=True)

    # P5: decimals that doubles are not.
    rows = [HEAD[:5] + ["教学及辅助用房面积"], row(1, books=1234.56), row(2, books=0.25), row(3, books=10000 / 3)]
    save("p05-decimals.xlsx", book(("学校", rows)), {"<v>0.25</v>": "<v>2499.7000000000003</v>"})

    # P6: codes as numbers, by what is left of them.
    made = book(("学校", [HEAD, row(1, code=2121000001), row(2, code=210102199001011234), row(3, code=42, county=102),
                        row(4, code="0021000004")]))
    made.active["B4"].number_format = "000000"
    made.active["A4"].number_format = "000000"
    save("p06-codes.xlsx", made)

    # P7: numbers as text, as people type them; booleans, rich text.
    rows = [HEAD + ["是否寄宿制"], row(1, pupils="12 ", books="１，２３４") + [True],
            row(2, pupils="1,234", books="五十六") + [False], row(3, pupils="85％", books="'12") + ["是"],
            row(4, pupils="1e3", books=True) + ["否"]]
    made = book(("学校", rows))
    made.active["C2"] = CellRichText("第一", TextBlock(InlineFont(b=True), "小学"))
    save("p07-text-numbers.xlsx", made)

    # P8: zero, blank, a mark.
    rows = [HEAD, row(1, books=0), row(2, books=None), row(3, books="—"), row(4, books="无"), row(5, books=" ")]
    save("p08-blanks.xlsx", book(("学校", rows)))

    # P9: formulas without a result, with a zero that nobody calculated, with an error, with a result; an empty text.
    rows = [HEAD, row(1, books="=10000+2000"), row(2, books="=10000+2001"), row(3, books="=1/0"),
            row(4, books="=10000+2003"), row(5, books='=IF(1=1,"","x")')]
    save("p09-formulas.xlsx", book(("学校", rows)), {
        "<c r=\"F3\"><f>10000+2001</f><v /></c>": "<c r=\"F3\"><f>10000+2001</f><v>0</v></c>",
        "<c r=\"F4\"><f>1/0</f><v /></c>": "<c r=\"F4\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>",
        "<c r=\"F5\"><f>10000+2003</f><v /></c>": "<c r=\"F5\"><f>10000+2003</f><v>12003</v></c>",
        "<c r=\"F6\"><f>IF(1=1,\"\",\"x\")</f><v /></c>": "<c r=\"F6\" t=\"str\"><f>IF(1=1,\"\",\"x\")</f><v></v></c>",
    })

    # P10: the layout of real tables, in three formats; forms; years; merged figures.
    made = save("p10-layout.xlsx", layout())
    convert(made, "xls", "p10-layout.xls")
    convert(made, "ods", "p10-layout.ods")
    made = book(("学校", [HEAD, row(1), row(2, books=None), row(3), row(4)]))
    made.active.merge_cells("F2:F3")
    made.active.merge_cells("E4:F4")
    save("p10-merged-figure.xlsx", made)
    save("p10-years.xlsx", book(("2022年", [HEAD, row(1), row(2)]), ("2023年", [HEAD, row(1), row(2)])))
    save("p10-no-header.xlsx", book(("数据", [["这里没有表"], ["1", "2"]])))
    save("p10-missing-column.xlsx", book(("数据", [HEAD[:3] + HEAD[4:], row(1)[:3] + row(1)[4:]])))
    save("p10-stage-group.xlsx", stage_group())
    for number in (1, 2):
        save(f"p10-forms/{number}号学校.xlsx", form(number))
    save("p10-forms/3号学校.xlsx", form(3, "亩", 5))
    (OUT / "p10-forms" / "说明.docx").write_bytes(b"PK")

    # P19: dates made of numbers, decimals in years, the epoch of 1904.
    rows = [["年度", *HEAD, "建校年份"], [2023, *row(1, books=date(2023, 9, 1)), 1985],
            [2023.9, *row(2), 1985], [2023, *row(3), date(1985, 9, 1)], ["2023-2024学年", *row(4), "1985年"]]
    save("p19-dates.xlsx", book(("学校", rows)))
    made = book(("学校", rows[:2]))
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    save("p19-dates-1904.xlsx", made)

    # P20: protected, damaged, misnamed.
    plain = save("p20-workbook-named.csv", book(("学校", [HEAD, row(1)])))
    whole = plain.read_bytes()
    protected(plain, "p20-protected.xlsx")
    (OUT / "p20-truncated.xlsx").write_bytes(whole[: len(whole) * 2 // 3])
    parts = parts_of(book(("学校", [HEAD, row(1)]), ("坏表", [HEAD, row(2)])))
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"][:-300]
    (OUT / "p20-damaged-sheet.xlsx").write_bytes(pack(parts))
    text = ",".join(HEAD) + "\r\n" + ",".join(map(str, row(1))) + "\r\n"
    (OUT / "p20-csv-named.xls").write_bytes(text.encode("gb18030"))
    cells = lambda values: "".join(f"<td>{value}</td>" for value in values)
    (OUT / "p20-html-named.xls").write_text(f"<html><table><tr>{cells(HEAD)}</tr><tr>{cells(row(1))}</tr></table></html>")
    (OUT / "p20-xml-named.xls").write_text(
        '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>\n')
    (OUT / "p20-document.xlsx").write_bytes(pack({"word/document.xml": b"<document/>"}))
    (OUT / "p20-archive.xlsx").write_bytes(pack({"schools.csv": text.encode()}))

    # P21: a sheet whose extent is a billion times what it holds.
    made = book(("学校", [HEAD, row(1)]))
    made.active["XFD1048576"] = "。"
    save("p21-far-cell.xlsx", made)

    # The same in binary, which openpyxl and LibreOffice do not write.
    far = [(0, column, text) for column, text in enumerate(HEAD)]
    far += [(1, column, value) for column, value in enumerate(row(1))]
    (OUT / "p21-far-cell.xlsb").write_bytes(xlsb("学校", [*far, (1048575, 16383, "。")]))

    # P22: names that would be formulas.
    rows = [HEAD, row(1, name="=1+1小学"), row(2, name="@第二小学"), row(3, name="-三小", books="=cmd")]
    made = book(("学校", rows))
    for name in ("C2", "F4"):
        made.active[name].data_type = "s"
    save("p22-injection.xlsx", made)

    # The county table, with per cent as cells are formatted.
    made = book(("区县", [["区县代码", "年度", "初中就近划片入学比例", "规划布局合理"], ["210102", 2023, 0.964, True]]))
    made.active["C2"].number_format = "0.0%"
    path = save("p10-county.xlsx", made)
    convert(path, "ods", "p10-county.ods")


def stage_group():
    """小学 over 图书册数 is not the books of the school."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "学校"
    sheet.append(["区县代码", "学校标识码", "学校类别", "小学", None, "教师", None])
    sheet.append([None, None, None, "在校生数", "图书册数", "小学专任教师数", "其中：小学骨干教师数"])
    sheet.append(["210102", "2121000001", "小学", 400, 12000, 24, 2])
    for merged in ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"]:
        sheet.merge_cells(merged)
    return made


if __name__ == "__main__":
    main()
