//! What can be typed, in both languages.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, value_parser};
use junheng::{Date, Lang};

use crate::Failure;

/// The formats of each command, the usual one first.
pub(crate) const ASSESS_FORMATS: [&str; 6] = ["table", "json", "csv", "markdown", "html", "xlsx"];
pub(crate) const FORMS_FORMATS: [&str; 5] = ["table", "json", "csv", "markdown", "xlsx"];
/// The tables of the application form.
const FORMS: [&str; 8] = ["I", "II-1", "II-2", "III", "IV", "V", "VI", "school"];
pub(crate) const CHECK_FORMATS: [&str; 4] = ["table", "json", "csv", "xlsx"];
pub(crate) const MONITOR_FORMATS: [&str; 4] = ["table", "json", "csv", "markdown"];
pub(crate) const CV_FORMATS: [&str; 3] = ["table", "json", "csv"];

/// The language asked for anywhere on the line; Chinese otherwise.
pub(crate) fn lang_of(typed: &[OsString]) -> Lang {
    let texts: Vec<&str> = typed.iter().filter_map(|t| t.to_str()).collect();
    let after = texts.iter().position(|t| *t == "--lang").and_then(|at| texts.get(at + 1));
    let joined = texts.iter().find_map(|t| t.strip_prefix("--lang="));
    joined.or(after.copied()).and_then(|t| t.parse().ok()).unwrap_or_default()
}

/// A command: its name, and how it is made.
type Named = (&'static str, fn(Lang) -> Command);

static COMMANDS: [Named; 8] = [
    ("template", template),
    ("assess", assess),
    ("check", check),
    ("forms", forms),
    ("monitor", monitor),
    ("cv", cv),
    ("standard", standard),
    ("synth", synth),
];

/// The command line that understands what is typed: where a command is named first, no other is looked at.
pub(crate) fn command(typed: &[OsString], lang: Lang) -> Command {
    let named = typed.get(1).and_then(|first| COMMANDS.iter().find(|(name, _)| first == name));
    program(named.map_or(COMMANDS.as_slice(), std::slice::from_ref), lang)
}

/// The program with these commands.
fn program(commands: &[Named], lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("junheng")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t("义务教育均衡：指标、差异系数与逐条判定", "Balanced compulsory education: indicators, coefficients, verdicts"))
        .after_help(t(
            "先校验，再评估：\n  junheng check 学校.csv\n  junheng assess 学校.csv\n  junheng assess 学校.csv --format json --output 结果.json\n英文界面：--lang en",
            "Check first, then assess:\n  junheng check schools.csv\n  junheng assess schools.csv\n  junheng assess schools.csv --format json --output result.json",
        ))
        .styles(Styles::plain())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(commands.iter().map(|(_, make)| make(lang)))
        .arg(lang_arg(lang))
        .localised(lang)
}

fn template(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("template")
        .about(t("模板：可填写的工作簿（XLSX）", "Template: a workbook to fill in (XLSX)"))
        .after_help(t(
            "\
例：
  junheng template --output 学校.xlsx                      学校表，每行一所学校
  junheng template county --output 区县.xlsx               区县表
  junheng template school --output 某校.xlsx               一所学校一份的填报表
  junheng template --standard basic-2012 --output 学校.xlsx
列按标准的需要取，必填的在前；下拉列表、取值范围和提示都在格子上，各列的用途和依据在“填表说明”里。",
            "\
Examples:
  junheng template --output schools.xlsx                   the table of schools, a row a school
  junheng template county --output county.xlsx             the county table
  junheng template school --output school.xlsx             the form of one school
  junheng template --standard basic-2012 --output schools.xlsx
The columns are those the standard looks at, required ones first, with lists, ranges and hints beside the cells; a sheet of notes says what wants each and where that stands.",
        ))
        .args([
            Arg::new("table")
                .value_name("TABLE")
                .default_value("schools")
                .value_parser(PossibleValuesParser::new(["schools", "county", "school"]))
                .help(t(
                    "schools 学校表，county 区县表，school 一所学校的填报表",
                    "the table of schools, the county table, or the form of one school",
                )),
            Arg::new("standard")
                .long("standard")
                .value_parser(NonEmptyStringValueParser::new())
                .value_name("ID|FILE")
                .default_value("quality-2017")
                .help(t("按哪个标准取列；用“+”叠加地方规定", "the standard whose columns it has; overlays are added with +")),
            Arg::new("all").long("all").action(ArgAction::SetTrue).help(t(
                "所有能读的列，标准不用的也要",
                "every column that is read, also those that the standard has no use for",
            )),
            output(lang),
            lang_arg(lang),
        ])
        .localised(lang)
}

fn assess(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("assess")
        .about(t("评估：每校每县的判定、差异系数和依据", "Assess: verdicts on schools and counties, with their sources"))
        .after_help(t(
            "\
学校表每行一所学校，至少有 区县代码、学校标识码、学校类别 和 小学在校生数 或 初中在校生数；其余的列有则用，没有则相应结果为“无法判定”。
例：
  junheng assess 学校.csv                                 终端表格
  junheng assess 学校.csv --lang en --output 结果.json    写成文件，格式由扩展名决定
  junheng assess 学校.csv --output 报告.html              带图的报告页，可打印
  junheng assess 学校.csv --output 报告.xlsx              申报表、核算底稿与图表
  junheng assess 学校.csv --standard basic-2012           基本均衡
  junheng assess 学校.csv --county-data 区县.csv          连同政府保障、教育质量、社会认可度
  junheng assess 学校.csv --standard quality-2017+liaoning  加上地方规定
  junheng assess 一市.csv 二市.csv --county 210102,210103 其中两个区县
  junheng assess 学校.csv --missing skip --fail-on not-met
退出状态：0 已得出结果（无论判定如何）；1 见 --fail-on；2 输入或参数不能用。",
            "\
A table of schools has a row for each school and at least county_code, school_code, kind and students_primary or students_junior; other columns are used where they are there, and what lacks them is undetermined.
Examples:
  junheng assess schools.csv                               a table on the terminal
  junheng assess schools.csv --output result.json          a file, its format by its extension
  junheng assess schools.csv --output report.html          a page with pictures, to read or print
  junheng assess schools.csv --output report.xlsx          application form, workings, charts
  junheng assess schools.csv --standard basic-2012         the basic standard
  junheng assess schools.csv --county-data county.csv      with government support, quality, recognition
  junheng assess schools.csv --standard quality-2017+liaoning  with a local overlay
  junheng assess a.csv b.csv --county 210102,210103        two counties of several files
  junheng assess schools.csv --missing skip --fail-on not-met
Exit status: 0 a result was computed, whatever the verdict; 1 see --fail-on; 2 unusable input or arguments.",
        ))
        .args(basis(lang))
        .args([
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("VERDICT")
                .value_parser(PossibleValuesParser::new(["not-met", "undetermined"]))
                .action(ArgAction::Append)
                .value_delimiter(',')
                .help(t("有区县得到这一判定时以状态 1 退出", "exit with status 1 where a county has this verdict")),
            format_arg(lang, &ASSESS_FORMATS),
            csv_encoding(lang),
            output(lang),
        ])
        .localised(lang)
}

fn monitor(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("monitor")
        .about(t("监测：逐年的综合差异系数、班额与校额", "Monitor: composites, class and school sizes year by year"))
        .after_help(t(
            "例：\n  junheng monitor 2022.csv 2023.csv 2024.csv\n  junheng monitor 十年.csv --format json --output 监测.json",
            "Examples:\n  junheng monitor 2022.csv 2023.csv 2024.csv\n  junheng monitor panel.csv --format json --output monitoring.json",
        ))
        .args(basis(lang))
        .args([format_arg(lang, &MONITOR_FORMATS), csv_encoding(lang), output(lang)])
        // After recognition it is the basic standard that is watched.
        .mut_arg("standard", |arg| arg.default_value("basic-2012"))
        .localised(lang)
}

fn forms(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("forms")
        .about(t(
            "填好的申报表（表Ⅰ至表Ⅵ，学校自评表）",
            "The tables of the application form and school sheets, filled in",
        ))
        .after_help(t(
            "\
例：
  junheng forms 学校.csv --county-data 区县.csv
  junheng forms 学校.csv --form II-2 --form III --output 申报表.csv
  junheng forms 学校.csv --form school                    每校一张自评表
没有数据的格子留空；数字按表式的小数位四舍五入。",
            "\
Examples:
  junheng forms schools.csv --county-data county.csv
  junheng forms schools.csv --form II-2 --form III --output forms.csv
  junheng forms schools.csv --form school                 the self-evaluation sheet of each school
What the data do not give is left blank; figures are rounded half up to the decimals of the form.",
        ))
        .args(basis(lang))
        .args([
            Arg::new("form")
                .long("form")
                .value_name("ID")
                .value_parser(PossibleValuesParser::new(FORMS))
                .action(ArgAction::Append)
                .value_delimiter(',')
                .help(t(
                    "只要这些表（可重复，或用逗号隔开）",
                    "only these tables (repeat, or separate by commas)",
                )),
            format_arg(lang, &FORMS_FORMATS),
            csv_encoding(lang),
            output(lang),
        ])
        .localised(lang)
}

/// What says how counties are assessed.
fn basis(lang: Lang) -> Vec<Arg> {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    vec![
            files(lang),
            county_data(lang),
            Arg::new("standard")
                .long("standard").value_parser(NonEmptyStringValueParser::new())
                .value_name("ID|FILE")
                .default_value("quality-2017")
                .help(t("标准的代号，或扩展它的标准文件（.toml）；用“+”叠加地方规定", "a standard, or a file that extends one (.toml); overlays are added with +")),
            Arg::new("as-of").long("as-of").value_parser(NonEmptyStringValueParser::new()).value_name("DATE").help(t(
                "评估日期（如 2023-12-31），决定适用哪些数值和过渡条款；默认为数据年度的 12 月 31 日",
                "day of the evaluation (such as 2023-12-31), which picks the values and clauses in force; by default 31 December of the data's year",
            )),
            Arg::new("judge")
                .long("judge")
                .value_name("HOW")
                .value_parser(PossibleValuesParser::new(["exact", "as-reported"]))
                .default_value("exact")
                .help(t("用精确值还是印出的四舍五入值判断", "judge exact values, or values rounded as printed")),
            Arg::new("missing")
                .long("missing")
                .value_name("HOW")
                .value_parser(PossibleValuesParser::new(["refuse", "skip"]))
                .default_value("refuse")
                .help(t(
                    "有学校缺数据时：refuse 不给差异系数；skip 按其余学校计算并注明",
                    "where a school lacks a value: refuse gives no coefficient, skip computes over the others and says so",
                )),
            Arg::new("county")
                .long("county").value_parser(NonEmptyStringValueParser::new())
                .value_name("CODE")
                .action(ArgAction::Append)
                .value_delimiter(',')
                .help(t("只评估这些区县（可重复，或用逗号隔开）", "only these counties (repeat, or separate by commas)")),
            Arg::new("option").long("option").value_parser(NonEmptyStringValueParser::new()).value_name("NAME=VALUE").action(ArgAction::Append).help(t(
                "标准未定之处的读法，见 junheng standard show",
                "a reading of what the standard leaves open, see junheng standard show",
            )),
            Arg::new("score").long("score").value_name("TABLE").requires("answers").value_parser(NonEmptyStringValueParser::new()).help(t(
                "县级政府工作的评分表（.toml；example 为示例），基本均衡用",
                "the scoring table of the county's work (.toml; `example` for the example), for the basic standard",
            )),
            Arg::new("answers").long("answers").value_name("FILE").requires("score").value_parser(value_parser!(PathBuf)).help(t(
                "评分表的填报（列 county_code、year、item、answer）",
                "what counties answer to it (columns county_code, year, item, answer)",
            )),
            Arg::new("school-standard").long("school-standard").value_name("TABLE").value_parser(NonEmptyStringValueParser::new()).help(t(
                "省级办学基本标准（.toml；example 为示例），基本均衡用",
                "the province's basic standard of schools (.toml; `example` for the example), for the basic standard",
            )),
            explanations(lang),
            encoding(lang),
            lang_arg(lang),
    ]
}

fn explanations(lang: Lang) -> Arg {
    Arg::new("explanations").long("explanations").value_name("FILE").value_parser(value_parser!(PathBuf)).help(
        lang.pick(
            "经验校验的说明（列 code、school_code、text，或 check 写出的问题清单），写入结果",
            "explanations of warnings (columns code, school_code, text, or a list of mistakes from check), carried into the result",
        ),
    )
}

fn county_data(lang: Lang) -> Arg {
    Arg::new("county-data").long("county-data").value_name("FILE").value_parser(value_parser!(PathBuf)).help(
        lang.pick(
            "区县表（每个区县每年一行）；没有它，政府保障、教育质量等项多为“无法判定”",
            "the county table (a row a county and year); without it most items beside the resources are undetermined",
        ),
    )
}

fn check(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("check")
        .about(t("校验：列出数据的每一处问题及其位置", "Check: every problem of the data, with its place"))
        .after_help(t(
            "\
例：
  junheng check 学校.csv
  junheng check 一市.xlsx 二市.csv --output 问题.csv
  junheng check 各校填报表/                               文件夹里的全部表格
  junheng check 学校.xlsx --output 问题.xlsx              原表的副本，问题标在单元格上，另有清单
  junheng check 学校.xlsx --explanations 问题.xlsx        清单“说明”一栏填好后再校验
逻辑校验（必须改正）的数据视为缺失；经验校验（改正或说明）的数据照用，说明也可用于 junheng assess --explanations。
退出状态：0 没有逻辑校验问题；1 有；2 文件打不开或参数不能用。",
            "\
Examples:
  junheng check schools.csv
  junheng check a.xlsx b.csv --output problems.csv
  junheng check forms/                                     all tables in a folder
  junheng check schools.xlsx --output mistakes.xlsx        a copy with the mistakes beside their cells, and a list
  junheng check schools.xlsx --explanations mistakes.xlsx  again, with the explanations typed in the list
Errors are to be corrected, the data in question are missing until then; warnings are to be corrected or explained, in junheng assess --explanations too.
Exit status: 0 no error; 1 errors; 2 files that cannot be opened, unusable arguments.",
        ))
        .args([
            files(lang),
            county_data(lang),
            explanations(lang),
            format_arg(lang, &CHECK_FORMATS),
            csv_encoding(lang),
            output(lang),
            encoding(lang),
            lang_arg(lang),
        ])
        .localised(lang)
}

fn cv(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("cv")
        .about(t("差异系数：任何表格，不涉及标准", "Coefficient of variation of any table, without any standard"))
        .after_help(t(
            "例：\n  junheng cv 图书.csv --amount 图书册数 --pupils 学生数\n  junheng cv 图书.csv --amount 图书册数 --pupils 学生数 --by 区县名称 --format json",
            "Examples:\n  junheng cv books.csv --amount books --pupils pupils\n  junheng cv books.csv --amount books --pupils pupils --by county --format json",
        ))
        .args([
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(t("表格文件（XLSX、XLS、ODS、CSV、TSV）", "the table (XLSX, XLS, ODS, CSV, TSV)")),
            Arg::new("amount").long("amount").value_parser(NonEmptyStringValueParser::new()).value_name("COLUMN").required(true).help(t("数量所在的列", "the column of amounts")),
            Arg::new("pupils").long("pupils").value_parser(NonEmptyStringValueParser::new()).value_name("COLUMN").help(t(
                "学生数所在的列（权重；每行的数值为数量除以学生数）；不给则各行等权，数值即数量",
                "the column of pupils (the weights; a row's value is amount / pupils); without it every row weighs 1 and its value is the amount",
            )),
            Arg::new("by").long("by").value_parser(NonEmptyStringValueParser::new()).value_name("COLUMN").help(t("分组的列，每组一个结果", "the column to group by, one result a group")),
            format_arg(lang, &CV_FORMATS),
            csv_encoding(lang),
            output(lang),
            encoding(lang),
            lang_arg(lang),
        ])
        .localised(lang)
}

fn standard(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let id = |name: &'static str| {
        Arg::new(name)
            .value_name("ID|FILE")
            .required(true)
            .help(t("标准的代号或文件", "id or file of a standard"))
    };
    let as_of = || {
        Arg::new("as-of")
            .long("as-of")
            .value_parser(NonEmptyStringValueParser::new())
            .value_name("DATE")
            .help(t("哪一天有效的数值；默认为最新", "values in force on this day; the newest by default"))
    };
    let formats = || format_arg(lang, ["table", "json", "csv"].as_slice()).default_value("table");
    Command::new("standard")
        .about(t("标准：列出、查看、校验、比较", "Standards: list, show, check, compare"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            Command::new("list")
                .about(t("列出内置的标准", "the standards built in"))
                .args([formats(), csv_encoding(lang), lang_arg(lang)])
                .localised(lang),
            Command::new("show")
                .about(t("某日有效的数值及其依据", "values in force on a day, with their sources"))
                .args([id("id"), as_of(), formats(), csv_encoding(lang), lang_arg(lang)])
                .localised(lang),
            Command::new("check")
                .about(t("校验一个标准文件", "check a standards file"))
                .args([id("id"), lang_arg(lang)])
                .localised(lang),
            Command::new("diff")
                .about(t("两个标准的不同之处", "what differs between two standards"))
                .args([id("a"), id("b"), as_of(), formats(), csv_encoding(lang), lang_arg(lang)])
                .localised(lang),
        ])
        .arg(lang_arg(lang))
        .localised(lang)
}

fn synth(lang: Lang) -> Command {
    let t = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    Command::new("synth")
        .about(t(
            "生成人造的学校数据（没有一所是真实的）",
            "Make synthetic school data (nothing in it is real)",
        ))
        .after_help(t(
            "\
例：
  junheng synth county --output 示例县.csv
  junheng synth province --seed 7 --output 一省.csv
  junheng synth county --level 1.9 --spread 0.9 --output 示例县.csv
均值与差异系数取自公布的县级数据；--level 1.9 使判定有达标有未达标。",
            "\
Examples:
  junheng synth county --output county.csv
  junheng synth province --seed 7 --output province.csv
  junheng synth county --level 1.9 --spread 0.9 --output county.csv
Means and coefficients follow those that counties have published; --level 1.9 gives verdicts on both sides.",
        ))
        .args([
            Arg::new("size")
                .value_name("SIZE")
                .required(true)
                .value_parser(PossibleValuesParser::new(["county", "province", "nation", "panel"]))
                .help(t(
                    "county 约 60 所，province 约 2.2 万所，nation 约 20 万所，panel 为其十年",
                    "county about 60 schools, province 22 000, nation 200 000, panel ten years of it",
                )),
            Arg::new("seed")
                .long("seed")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .default_value("1")
                .help(t("随机种子：同种子同数据", "seed: the same seed makes the same data")),
            Arg::new("year")
                .long("year")
                .value_name("YEAR")
                .value_parser(value_parser!(u16).range(1900..=2100))
                .default_value("2024")
                .help(t("年度（panel 为最后一年）", "the year (of a panel, the last one)")),
            Arg::new("schools")
                .long("schools")
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..=10_000_000))
                .help(t("学校数，代替默认的规模", "how many schools, instead of the usual")),
            Arg::new("missing")
                .long("missing")
                .value_name("N")
                .value_parser(value_parser!(usize))
                .help(t("每县每年的缺失单元格数", "missing cells a county and year")),
            Arg::new("level")
                .long("level")
                .value_name("X")
                .value_parser(factor)
                .default_value("1")
                .help(t("各项均值乘以 X（0.2 至 5）", "multiply the means by X (0.2 to 5)")),
            Arg::new("spread")
                .long("spread")
                .value_name("X")
                .value_parser(factor)
                .default_value("1")
                .help(t("各项差异系数乘以 X（0.2 至 5）", "multiply the coefficients by X (0.2 to 5)")),
            Arg::new("header")
                .long("header")
                .value_name("HEADER")
                .value_parser(PossibleValuesParser::new(["zh", "id"]))
                .default_value("zh")
                .help(t("表头用中文还是英文标识", "headers in Chinese, or identifiers")),
            Arg::new("table")
                .long("table")
                .value_name("TABLE")
                .value_parser(PossibleValuesParser::new(["schools", "county"]))
                .default_value("schools")
                .help(t(
                    "学校表，还是与之相符的区县表",
                    "the table of schools, or the county table that goes with it",
                )),
            Arg::new("quirks").long("quirks").action(ArgAction::SetTrue).help(t(
                "掺入常见的写法：全角数字、千分位、单位",
                "with the ways people type: full-width digits, separators, units",
            )),
            Arg::new("encoding")
                .long("encoding")
                .value_name("LABEL")
                .value_parser(PossibleValuesParser::new(["utf-8", "gb18030"]))
                .default_value("utf-8")
                .help(t("文件编码", "encoding of the file")),
            output(lang),
            lang_arg(lang),
        ])
        .localised(lang)
}

/// A factor that the generator can fit.
fn factor(typed: &str) -> Result<f64, String> {
    let factor = typed.parse().ok().filter(|x| (0.2..=5.0).contains(x));
    factor.ok_or_else(|| "a number from 0.2 to 5 was expected".to_owned())
}

fn files(lang: Lang) -> Arg {
    Arg::new("files")
        .value_name("FILE")
        .required(true)
        .num_args(1..)
        .value_parser(value_parser!(PathBuf))
        .help(lang.pick(
            "学校表（XLSX、XLS、ODS、CSV、TSV；编码自动识别）或放有它们的文件夹，合为一套数据",
            "tables of schools (XLSX, XLS, ODS, CSV, TSV; encodings are detected) or folders of them, read as one data set",
        ))
}

fn format_arg(lang: Lang, formats: &'static [&'static str]) -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(formats))
        .help(lang.pick(
            "输出格式；默认由 --output 的扩展名决定，否则为 table",
            "format of the output; by default that of the extension of --output, else table",
        ))
}

fn csv_encoding(lang: Lang) -> Arg {
    Arg::new("csv-encoding")
        .long("csv-encoding")
        .value_name("LABEL")
        .value_parser(PossibleValuesParser::new(["utf-8", "gb18030"]))
        .help(lang.pick(
            "CSV 的编码；默认 utf-8（带 BOM），旧软件用 gb18030",
            "encoding of CSV; utf-8 (with a byte order mark) by default, gb18030 for older programs",
        ))
}

fn output(lang: Lang) -> Arg {
    Arg::new("output").long("output").short('o').value_name("PATH").value_parser(value_parser!(PathBuf)).help(
        lang.pick(
            "写入文件（完整出现或不出现）；默认为标准输出",
            "write to a file (it appears whole or not at all); standard output by default",
        ),
    )
}

fn encoding(lang: Lang) -> Arg {
    Arg::new("encoding")
        .long("encoding")
        .value_parser(NonEmptyStringValueParser::new())
        .value_name("LABEL")
        .help(lang.pick(
            "文件编码（如 gb18030），代替自动识别",
            "encoding of the files (such as gb18030), instead of detection",
        ))
}

fn lang_arg(lang: Lang) -> Arg {
    Arg::new("lang")
        .long("lang")
        .value_name("LANG")
        .value_parser(PossibleValuesParser::new(["zh", "en"]))
        .help(lang.pick("文字的语言（默认 zh）", "language of texts (zh by default)"))
}

/// A day as it is typed.
pub(crate) fn date(text: &str, lang: Lang) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            lang,
            format!("--as-of 的值“{text}”不是日期；应写作 2023-12-31"),
            format!("the value {text:?} of --as-of is not a date; something like 2023-12-31 was expected"),
        )
    })
}

trait Localised {
    /// Headings, `--help` and `--version` in the language.
    fn localised(self, lang: Lang) -> Self;
}

impl Localised for Command {
    fn localised(self, lang: Lang) -> Self {
        let help = Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(lang.pick("显示本说明", "show this help"));
        let command = self.disable_help_flag(true).disable_help_subcommand(true).arg(help);
        let command = if command.get_version().is_some() {
            let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
            command.disable_version_flag(true).arg(version.help(lang.pick("显示版本", "show the version")))
        } else {
            command
        };
        if lang == Lang::En {
            return command;
        }
        let subcommands = command.get_subcommands().next().is_some();
        let arguments = command.get_positionals().next().is_some();
        let mut template = String::from("{about-with-newline}\n用法：{usage}\n");
        if subcommands {
            template += "\n命令：\n{subcommands}\n";
        }
        if arguments {
            template += "\n参数：\n{positionals}\n";
        }
        template += "\n选项：\n{options}{after-help}";
        command.help_template(template).mut_args(values_in_chinese)
    }
}

/// Says in Chinese what an argument may be and what it is by default, where clap would say it in English.
fn values_in_chinese(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let mut help = arg.get_help().map(|help| help.to_string()).unwrap_or_default();
    let values: Vec<_> = arg.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect();
    if !values.is_empty() {
        help += &format!("；可取 {}", values.join("、"));
    }
    let default: Vec<_> = arg.get_default_values().iter().map(|v| v.to_string_lossy()).collect();
    if !default.is_empty() {
        help += &format!("；默认 {}", default.join("、"));
    }
    arg.help(help).hide_possible_values(true).hide_default_value(true)
}

/// Help and versions go to standard output; what cannot be understood is said on standard error.
pub(crate) fn refuse(error: &clap::Error, lang: Lang) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if asked || lang == Lang::En || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
    } else {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), in_chinese(error).as_bytes());
    }
    ExitCode::from(if asked { 0 } else { 2 })
}

/// What clap says, in Chinese.
fn in_chinese(error: &clap::Error) -> String {
    let told = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let (argument, value) = (told(ContextKind::InvalidArg), told(ContextKind::InvalidValue));
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 需要一个值"),
        ErrorKind::InvalidValue => {
            format!("{argument} 不能取“{value}”；应为 {} 之一", told(ContextKind::ValidValue))
        }
        ErrorKind::UnknownArgument => format!("不认识参数 {argument}"),
        ErrorKind::InvalidSubcommand => format!("没有命令 {}", told(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::ArgumentConflict => {
            format!("{argument} 不能重复，也不能与 {} 同用", told(ContextKind::PriorArg))
        }
        ErrorKind::ValueValidation => format!("{argument} 的值“{value}”不能用；可取的值见 --help"),
        ErrorKind::InvalidUtf8 => "参数不是 UTF-8 文字".to_owned(),
        _ => error.to_string(),
    };
    format!("错误：{what}\n用法见 junheng --help\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_is_named_first_is_understood_as_among_all() {
        let behind: [&[&str]; 12] = [
            &[],
            &["--help"],
            &["a.csv"],
            &["a.csv", "-o", "b.csv"],
            &["--formt", "json"],
            &["a.csv", "--format", "jsn"],
            &["a.csv", "--format"],
            &["--version"],
            &["check"],
            &["show", "quality-2017"],
            &["shw"],
            &["county", "--seed", "x"],
        ];
        let names = COMMANDS.iter().map(|(name, _)| *name).chain(["--lang", "asses", "--help", "--version"]);
        for name in names {
            for behind in behind {
                for lang in [Lang::Zh, Lang::En] {
                    let typed: Vec<OsString> =
                        ["junheng", name].iter().chain(behind).map(Into::into).collect();
                    let told = |command: Command| match command.try_get_matches_from(&typed) {
                        Ok(matches) => format!("{:?}", matches.subcommand()),
                        Err(error) => error.to_string(),
                    };
                    assert_eq!(told(command(&typed, lang)), told(program(&COMMANDS, lang)), "{typed:?}");
                }
            }
        }
    }
}
