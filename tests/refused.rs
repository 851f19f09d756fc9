//! Scoring tables, basic standards of schools and answers that are refused, with their lines, in both languages.

use junheng::io::read_answers;
use junheng::{Error, Lang, SchoolStandard, ScoreTable};

/// What is replaced in a valid file, by what, and the messages.
type Case = (&'static str, &'static str, &'static str, &'static str);

/// Each file with one change is refused with just these messages.
fn refused(valid: &str, cases: &[Case], read: impl Fn(&str) -> Result<(), Error>) {
    assert!(read(valid).is_ok());
    for (from, to, zh, en) in cases {
        assert!(valid.contains(from), "{from}");
        let error = read(&valid.replacen(from, to, 1)).expect_err(to);
        assert_eq!(
            (error.describe(Lang::Zh).as_str(), error.describe(Lang::En).as_str()),
            (*zh, *en),
            "{to}"
        );
    }
}

#[test]
fn a_bad_scoring_table_is_refused_with_its_lines() {
    let valid = include_str!("../src/standards/data/scores/example.toml");
    refused(valid, SCORES, |text| ScoreTable::from_toml("s.toml", text).map(|_| ()));
}

#[test]
fn a_bad_standard_of_schools_is_refused_with_its_lines() {
    let valid = include_str!("../src/standards/data/school-standards/example.toml");
    refused(valid, STANDARDS, |text| SchoolStandard::from_toml("s.toml", text).map(|_| ()));
}

#[test]
fn bad_answers_are_refused_with_their_cells() {
    let valid = "county_code,year,item,answer\n210102,2023,b01,是\n210102,2023,b03,80%\n210102,2023,b04,6\n";
    let table = ScoreTable::example();
    refused(valid, ANSWERS, |text| read_answers(&table).from_bytes("a.csv", text.as_bytes()).map(|_| ()));
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let table = ScoreTable::example();
    let file = "item,answer,county_code\nb01,maybe,210102\nb03,101,21\n合计,7,\n";
    let error = read_answers(&table).from_bytes("a.csv", file.as_bytes()).expect_err("bad");
    assert_eq!(
        error.describe(Lang::En),
        "a.csv row 2 column B: the answer maybe to the item b01 cannot be used; expected yes or no (error)\n\
         a.csv row 3 column B: the answer 101 to the item b03 cannot be used; expected a percentage from 0 to 100 with at \
         most 9 decimals (error)\n\
         a.csv row 3 column C: the county code 21 is not six digits; something like 210102 was expected (error)\n\
         a.csv row 4 column A: this row is a total or a remark (合计) and was not read as a school (note)"
    );
    // Valid ones keep what was noticed.
    let file = "county_code,item,answer\n210102,B01,无\n210102,b04,５．５分\n合计,7,\n";
    let answers = read_answers(&table).from_bytes("a.csv", file.as_bytes()).expect("valid");
    let sheet = answers.get("210102", Some(2023)).expect("for every year");
    assert_eq!(sheet.answers().map(|(id, answer)| format!("{id} {answer}")).collect::<Vec<_>>(), ["b04 5.5"]);
    assert_eq!(answers.findings().iter().map(|f| f.code().id()).collect::<Vec<_>>(), ["row_skipped"]);
}

#[test]
fn a_file_that_is_not_there_is_told() {
    for error in [
        ScoreTable::open("no/such.toml").expect_err("none"),
        SchoolStandard::open("no/such.toml").expect_err("none"),
        read_answers(&ScoreTable::example()).from_path("no/such.toml").expect_err("none"),
    ] {
        let told = [error.describe(Lang::Zh), error.describe(Lang::En)];
        assert_eq!(told, ["no/such.toml：没有这个文件", "no/such.toml: there is no such file"]);
    }
    assert!(ScoreTable::open("example").is_ok_and(|table| table.is_example()));
    assert!(SchoolStandard::open("example").is_ok_and(|table| table.is_example()));
}

const SCORES: &[Case] = &[
    (
        "junheng.score/1",
        "junheng.score/2",
        "s.toml 第 7 行：schema 应为 \"junheng.score/1\"，而不是 \"junheng.score/2\"",
        "s.toml line 7: schema must be \"junheng.score/1\", not \"junheng.score/2\"",
    ),
    (
        "id = \"example\"",
        "id = \"示例\"",
        "s.toml 第 8 行：id 应由字母、数字、“-”、“_”或“.”组成",
        "s.toml line 8: id must be made of letters, digits, '-', '_' or '.'",
    ),
    (
        "total = \"100\"",
        "total = \"101\"",
        "s.toml 第 12 行：各项分值之和为 100，不等于 total 101",
        "s.toml line 12: the points of the items make 100, not the total of 101",
    ),
    (
        "total = \"100\"",
        "total = 100",
        "s.toml 第 12 行：不是有效的评分表：invalid type: integer `100`, expected a string",
        "s.toml line 12: not a valid scoring table: invalid type: integer `100`, expected a string",
    ),
    (
        "number = \"示例\"",
        "number = \" \"",
        "s.toml 第 16 行：number 不能为空",
        "s.toml line 16: number cannot be blank",
    ),
    (
        "id = \"b02\"",
        "id = \"b18\"",
        "s.toml：缺少指标 b02 的项目\ns.toml 第 29 行：没有指标“b18”；应为 b01 至 b17，一个指标可分成几个项目，如 b05.1",
        "s.toml: no item belongs to b02\ns.toml line 29: there is no indicator \"b18\"; b01 to b17 were expected, or items of one such as b05.1",
    ),
    (
        "id = \"b02\"",
        "id = \"b01\"",
        "s.toml：缺少指标 b02 的项目\ns.toml 第 29 行：项目 b01 出现了两次",
        "s.toml: no item belongs to b02\ns.toml line 29: the item b01 occurs twice",
    ),
    (
        "id = \"b02\"",
        "id = \"b02.\"",
        "s.toml 第 29 行：“b02.”的点号之后应为字母或数字",
        "s.toml line 29: \"b02.\" needs letters or digits behind the point",
    ),
    (
        "id = \"b01\"\naspect = \"admission\"",
        "id = \"b01\"\naspect = \"support\"",
        "s.toml 第 21 行：b01 的 aspect 应为 admission",
        "s.toml line 21: the aspect of b01 is admission",
    ),
    (
        "points = \"8\"",
        "points = \"7.5\"",
        "s.toml 第 12 行：各项分值之和为 99.5，不等于 total 100",
        "s.toml line 12: the points of the items make 99.5, not the total of 100",
    ),
    (
        "points = \"8\"",
        "points = \"7.999\"",
        "s.toml 第 73 行：points 应大于 0、不超过 1000，至多 2 位小数",
        "s.toml line 73: points must be above 0 and at most 1000, with at most 2 decimals",
    ),
    (
        "points = \"8\"",
        "points = \"eight\"",
        "s.toml 第 73 行：“eight”不是不小于零的小数，应如 \"4.2\"",
        "s.toml line 73: \"eight\" is not a decimal of zero or more, expected something like \"4.2\"",
    ),
    (
        "rule = \"points\"",
        "rule = \"vote\"",
        "s.toml 第 56 行：rule 不能是“vote”；应为 points、answer 或 share_at_least",
        "s.toml line 56: rule cannot be \"vote\"; expected points, answer or share_at_least",
    ),
    (
        "rule = \"points\"",
        "rule = \"points\"\ndeduction = \"1\"",
        "s.toml 第 57 行：rule = \"points\" 不用 deduction",
        "s.toml line 57: rule = \"points\" takes no deduction",
    ),
    (
        "deduction = \"3\"",
        "deduction = \"7\"",
        "s.toml 第 35 行：deduction 大于 points",
        "s.toml line 35: the deduction is larger than the points",
    ),
    (
        "at_least = \"80\"\n",
        "",
        "s.toml 第 44 行：rule = \"share_at_least\" 需要 at_least、deduction 和 steps",
        "s.toml line 44: rule = \"share_at_least\" needs at_least, deduction and steps",
    ),
    (
        "at_least = \"80\"",
        "at_least = \"100.5\"",
        "s.toml 第 45 行：at_least 应大于 0、不超过 100，至多 2 位小数",
        "s.toml line 45: at_least must be above 0 and at most 100, with at most 2 decimals",
    ),
    (
        "steps = \"linear\"\ndocument",
        "steps = \"linear\"\nstep = \"1\"\ndocument",
        "s.toml 第 48 行：steps = \"linear\" 按每个百分点计，不用 step",
        "s.toml line 48: steps = \"linear\" counts percentage points and takes no step",
    ),
    (
        "id = \"b03\"\naspect",
        "id = \"b01.1\"\naspect",
        "s.toml：缺少指标 b03 的项目\ns.toml 第 39 行：项目 b01.1 应排在前面，按 b01 至 b17 的顺序",
        "s.toml: no item belongs to b03\ns.toml line 39: the item b01.1 belongs further up, in the order b01 to b17",
    ),
    (
        "steps = \"begun\"\nstep = \"5\"",
        "steps = \"begun\"",
        "s.toml 第 96 行：缺少 step（每一步几个百分点）",
        "s.toml line 96: step, the percentage points of a step, is missing",
    ),
    (
        "steps = \"full\"",
        "steps = \"half\"",
        "s.toml 第 155 行：steps 不能是“half”；应为 linear、begun 或 full",
        "s.toml line 155: steps cannot be \"half\"; expected linear, begun or full",
    ),
    (
        "deduction = \"4\"\ndocument = \"E\"",
        "deduction = \"4\"\ndocument = \"Z\"",
        "s.toml 第 76 行：documents 里没有文件“Z”",
        "s.toml line 76: documents has no \"Z\"",
    ),
    (
        "example = true",
        "example = true\nfloor = \"1\"",
        "s.toml 第 12 行：不是有效的评分表：unknown field `floor`, expected one of `schema`, `id`, `title`, `title_en`, `example`, `total`, `documents`, `item`",
        "s.toml line 12: not a valid scoring table: unknown field `floor`, expected one of `schema`, `id`, `title`, `title_en`, `example`, `total`, `documents`, `item`",
    ),
];

const STANDARDS: &[Case] = &[
    (
        "junheng.school-standard/1",
        "junheng.standard/1",
        "s.toml 第 6 行：schema 应为 \"junheng.school-standard/1\"，而不是 \"junheng.standard/1\"",
        "s.toml line 6: schema must be \"junheng.school-standard/1\", not \"junheng.standard/1\"",
    ),
    (
        "stages = [\"primary\", \"junior\"]",
        "stages = [\"primary\"]",
        "s.toml：缺少初中的 rule（应达到几项）",
        "s.toml: the rule of the junior stage, how many rows must be met, is missing",
    ),
    (
        "stages = [\"primary\", \"junior\"]",
        "stages = [\"primary\", \"junior\", \"senior\"]",
        "s.toml 第 18 行：不认识“senior”",
        "s.toml line 18: \"senior\" is not known",
    ),
    (
        "meet_at_least = 8",
        "meet_at_least = 11",
        "s.toml 第 19 行：meet_at_least 应为 1 至 10（of）",
        "s.toml line 19: meet_at_least must be 1 to 10, as many as of says",
    ),
    (
        "of = 10",
        "of = 9",
        "s.toml 第 20 行：of 写 9 项，而对小学有要求的有 10 项\ns.toml 第 20 行：of 写 9 项，而对初中有要求的有 10 项",
        "s.toml line 20: of says 9, while 10 rows ask something of the primary stage\ns.toml line 20: of says 9, while 10 rows ask something of the junior stage",
    ),
    (
        "floor = \"0.6\"",
        "floor = \"60\"",
        "s.toml 第 21 行：floor 是比例，不能大于 1，至多 4 位小数",
        "s.toml line 21: floor is a share: at most 1, with at most 4 decimals",
    ),
    (
        "id = \"sports_area\"",
        "id = \"teaching_area\"",
        "s.toml 第 38 行：要求 teaching_area 出现了两次",
        "s.toml line 38: the row teaching_area occurs twice",
    ),
    (
        "indicator = \"books\"",
        "indicator = \"bookshelves\"",
        "s.toml 第 74 行：indicator 不能是“bookshelves”",
        "s.toml line 74: indicator cannot be \"bookshelves\"",
    ),
    (
        "indicator = \"books\"\nper = 1\n",
        "indicator = \"books\"\n",
        "s.toml 第 74 行：indicator 需要 per（按多少名学生计）",
        "s.toml line 74: an indicator needs per, the number of pupils",
    ),
    (
        "indicator = \"books\"",
        "columns = [\"books\"]\nindicator = \"books\"",
        "s.toml 第 71 行：应写 indicator 或 columns，只写其一",
        "s.toml line 71: either indicator or columns was expected, and one of them only",
    ),
    ("per = 100", "per = 0", "s.toml 第 65 行：per 应为 1 至 1000", "s.toml line 65: per must be 1 to 1000"),
    (
        "comparison = \"at_most\"",
        "comparison = \"below\"",
        "s.toml 第 86 行：comparison 不能是“below”",
        "s.toml line 86: comparison cannot be \"below\"",
    ),
    (
        "columns = [\"students_primary\", \"students_junior\"]",
        "columns = [\"students_primary\"]",
        "s.toml 第 84 行：初中应有一列，这里有 0 列",
        "s.toml line 84: the junior stage needs one column, here are 0",
    ),
    (
        "over = [\"teachers_primary\", \"teachers_junior\"]",
        "over = [\"teachers_primary\", \"school_name\"]",
        "s.toml 第 85 行：不认识“school_name”",
        "s.toml line 85: \"school_name\" is not known",
    ),
    (
        "over = [\"teachers_primary\", \"teachers_junior\"]",
        "over = [\"teachers_primary\", \"teachers_junior\"]\nper = 1",
        "s.toml 第 81 行：per 和 over 只能写其一",
        "s.toml line 81: per and over cannot both be given",
    ),
    (
        "areas = [\"镇区\", \"乡村\"], primary = \"4\"",
        "areas = [\"镇区\"], primary = \"4\"",
        "s.toml 第 25 行：小学缺少乡村的数值\ns.toml 第 25 行：初中缺少乡村的数值",
        "s.toml line 25: the primary stage has no value for rural\ns.toml line 25: the junior stage has no value for rural",
    ),
    (
        "areas = [\"镇区\", \"乡村\"], primary = \"4\"",
        "areas = [\"城区\", \"镇区\", \"乡村\"], primary = \"4\"",
        "s.toml 第 34 行：小学城区有两个数值\ns.toml 第 34 行：初中城区有两个数值",
        "s.toml line 34: there are two values for the primary stage, city\ns.toml line 34: there are two values for the junior stage, city",
    ),
    (
        "primary = \"1000\"",
        "primary = \"0\"",
        "s.toml 第 58 行：不低于 0 等于没有要求",
        "s.toml line 58: at least 0 asks for nothing",
    ),
    (
        "primary = \"1000\"",
        "primary = \"1000.12345\"",
        "s.toml 第 58 行：“1000.12345”应小于 1000000000，至多 4 位小数",
        "s.toml line 58: \"1000.12345\" must be below 1000000000, with at most 4 decimals",
    ),
    (
        "value = [{ value = \"0\" }]",
        "value = []",
        "s.toml 第 20 行：of 写 10 项，而对小学有要求的有 9 项\ns.toml 第 20 行：of 写 10 项，而对初中有要求的有 9 项\ns.toml 第 121 行：这一行没有数值",
        "s.toml line 20: of says 10, while 9 rows ask something of the primary stage\ns.toml line 20: of says 10, while 9 rows ask something of the junior stage\ns.toml line 121: the row has no value",
    ),
];

const ANSWERS: &[Case] = &[
    (
        "county_code",
        "code",
        "a.csv 第 1 行：缺少必需的列“区县代码”；请补上这一列（也可写作 county_code、县代码、行政区划代码、县(市、区)代码）（逻辑校验）",
        "a.csv row 1: the required column county_code is missing; add it (also read as 区县代码, 县代码, 行政区划代码, 县(市、区)代码) (error)",
    ),
    (
        "answer\n",
        "points\n",
        "a.csv 第 1 行：缺少必需的列“答案”；请补上这一列（也可写作 answer、得分、结果）（逻辑校验）",
        "a.csv row 1: the required column answer is missing; add it (also read as 答案, 得分, 结果) (error)",
    ),
    (
        "year,item",
        "item,项目",
        "a.csv 第 1 行 C 列：“项目”和“item”（a.csv 第 1 行 B 列）是同一列“项目”；只能保留一列（逻辑校验）",
        "a.csv row 1 column C: 项目 and item (a.csv row 1 column B) are both the column item; keep one of them (error)",
    ),
    (
        "210102,2023,b01",
        "2101,2023,b01",
        "a.csv 第 2 行 A 列：区县代码“2101”不是六位数字；应如 210102（逻辑校验）",
        "a.csv row 2 column A: the county code 2101 is not six digits; something like 210102 was expected (error)",
    ),
    (
        "2023,b01",
        "去年,b01",
        "a.csv 第 2 行 B 列：“年度”的值“去年”不是年份，视为缺失；应如 2023 或 2023-2024 学年（逻辑校验）",
        "a.csv row 2 column B: the value 去年 of year is not a year and taken as missing; something like 2023 or 2023-2024 was expected (error)",
    ),
    (
        ",b01,",
        ",b18,",
        "a.csv 第 2 行 C 列：评分表没有项目“b18”；应为 b01、b02、b03、b04、b05、b06、b07、b08、b09、b10、b11、b12、b13、b14、b15、b16、b17 之一（逻辑校验）",
        "a.csv row 2 column C: the scoring table has no item b18; expected one of b01, b02, b03, b04, b05, b06, b07, b08, b09, b10, b11, b12, b13, b14, b15, b16, b17 (error)",
    ),
    (
        "b01,是",
        "b01,可能",
        "a.csv 第 2 行 D 列：项目 b01 的答案“可能”不能用；应为：“是”或“否”（逻辑校验）",
        "a.csv row 2 column D: the answer 可能 to the item b01 cannot be used; expected yes or no (error)",
    ),
    (
        "b01,是",
        "b01,85",
        "a.csv 第 2 行 D 列：项目 b01 的答案“85”不能用；应为：“是”或“否”（逻辑校验）",
        "a.csv row 2 column D: the answer 85 to the item b01 cannot be used; expected yes or no (error)",
    ),
    (
        "b03,80%",
        "b03,120%",
        "a.csv 第 3 行 D 列：项目 b03 的答案“120%”不能用；应为：0 至 100 的百分数，至多 9 位小数（逻辑校验）",
        "a.csv row 3 column D: the answer 120% to the item b03 cannot be used; expected a percentage from 0 to 100 with at most 9 decimals (error)",
    ),
    (
        "b04,6",
        "b04,6.01",
        "a.csv 第 4 行 D 列：项目 b04 的答案“6.01”不能用；应为：0 至 6 的分数，至多 9 位小数（逻辑校验）",
        "a.csv row 4 column D: the answer 6.01 to the item b04 cannot be used; expected points from 0 to 6 with at most 9 decimals (error)",
    ),
    (
        "b04,6",
        "b04,-1",
        "a.csv 第 4 行 D 列：项目 b04 的答案“-1”不能用；应为：0 至 6 的分数，至多 9 位小数（逻辑校验）",
        "a.csv row 4 column D: the answer -1 to the item b04 cannot be used; expected points from 0 to 6 with at most 9 decimals (error)",
    ),
    (
        "b04,6",
        "b04,六分",
        "a.csv 第 4 行 D 列：项目 b04 的答案“六分”不能用；应为：0 至 6 的分数，至多 9 位小数（逻辑校验）",
        "a.csv row 4 column D: the answer 六分 to the item b04 cannot be used; expected points from 0 to 6 with at most 9 decimals (error)",
    ),
    (
        "b04,6",
        "b01,否",
        "a.csv 第 4 行 D 列：区县 210102 对项目 b01 回答了不止一次（另见 a.csv 第 2 行 D 列）；每项每年只能有一个答案（逻辑校验）",
        "a.csv row 4 column D: the county 210102 answers the item b01 more than once (see also a.csv row 2 column D); one answer an item and year was expected (error)",
    ),
    (
        "b04,6",
        "b04",
        "a.csv 第 4 行：这一行有 3 个单元格，表头有 4 个；列可能错位，本行数值一律视为缺失（逻辑校验）",
        "a.csv row 4: this row has 3 cells, the header has 4; the columns may be shifted, all its figures are taken as missing (error)",
    ),
];
