//! What is noticed about data and results: a stable code, a severity, and a message in two languages.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{Arc, OnceLock};

use crate::lang::Lang;

/// How serious a finding is, after the statistics system's own two severities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Must be corrected (逻辑校验): the cell, row or file cannot be used as it is.
    #[doc(alias = "逻辑校验")]
    Error,
    /// To be corrected or explained (经验校验): used as it is, and listed.
    #[doc(alias = "经验校验")]
    Warning,
    /// Said for the record: how an input was understood.
    Note,
}

impl Severity {
    /// Identifier in results.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }

    /// Name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Severity::Error => lang.pick("逻辑校验", "error"),
            Severity::Warning => lang.pick("经验校验", "warning"),
            Severity::Note => lang.pick("说明", "note"),
        }
    }
}

macro_rules! codes {
    ($($(#[$meta:meta])* $variant:ident $id:literal $severity:ident $zh:literal $en:literal;)*) => {
        /// Stable code of a [`Finding`].
        ///
        /// Each variant gives its identifier, its severity and its message, in which `{…}` stands for what was found.
        ///
        /// # Examples
        /// ```
        /// use junheng::{Code, Severity};
        /// let code = Code::from_id("zero_students").unwrap();
        /// assert_eq!((code, code.severity()), (Code::ZeroStudents, Severity::Warning));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$meta])* #[doc = concat!("`", $id, "`, ", stringify!($severity), ": ", $en, ".")] $variant,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// Identifier in results.
            pub fn id(self) -> &'static str { match self { $(Code::$variant => $id,)* } }

            /// How serious it is.
            #[inline]
            pub fn severity(self) -> Severity {
                // In the order of the codes, without a call: every county has a few.
                const SEVERITIES: &[Severity] = &[$(Severity::$severity),*];
                SEVERITIES[self as usize]
            }

            /// The code with this identifier.
            pub fn from_id(id: &str) -> Option<Self> { Self::ALL.iter().copied().find(|code| code.id() == id) }

            fn template(self, lang: Lang) -> &'static str {
                match self { $(Code::$variant => lang.pick($zh, $en),)* }
            }
        }
    };
}

codes! {
    // The file.
    EmptyFile "empty_file" Error
        "文件是空的；应有一行表头和至少一行数据"
        "the file is empty; a header row and at least one row of data were expected";
    Unreadable "unreadable" Error
        "无法读作文本：{reason}；应为 UTF-8、UTF-16（带 BOM）或 GB18030 编码的表格，可用 --encoding 指定"
        "not readable as text: {reason}; a table in UTF-8, UTF-16 (with a byte order mark) or GB18030 was expected, --encoding names another";
    UnclosedQuote "unclosed_quote" Error
        "引号没有结束，其后的内容成了一个单元格；请补上引号或删去它"
        "the quotation mark is never closed, so all that follows is one cell; close or delete it";
    WorkbookNotText "workbook_not_text" Error
        "这是工作簿（{format}），不是文本表格；请另存为“CSV UTF-8”后再读入"
        "this is a workbook ({format}), not a text table; save it as \"CSV UTF-8\" first";
    WorkbookProtected "workbook_protected" Error
        "这是设有打开密码的工作簿；请用 Excel 或 WPS 打开，去掉打开密码，另存为 .xlsx 后再读入"
        "this workbook is protected by a password; open it in Excel or WPS, remove the password and save it as .xlsx";
    WorkbookDamaged "workbook_damaged" Error
        "这份 {format} 工作簿已损坏或不完整，无法读出（{reason}）；请用 Excel 或 WPS 打开修复，另存为 .xlsx 后再读入"
        "this {format} workbook is damaged or incomplete and cannot be read ({reason}); open it in Excel or WPS, let it repair the file and save it as .xlsx";
    NotATable "not_a_table" Error
        "这是{format}，不是文本表格，也不是工作簿；请用 Excel、WPS 等打开，把表格另存为 .xlsx 后再读入"
        "this is {format}, neither a text table nor a workbook; open it in Excel, WPS or the program it belongs to and save the table as .xlsx";
    SheetSkipped "sheet_skipped" Note
        "这张工作表没有完整的表头，未读入"
        "this sheet has no complete header and was not read";
    SheetHidden "sheet_hidden" Note
        "这张工作表是隐藏的，未读入；需要读入请取消隐藏"
        "this sheet is hidden and was not read; unhide it to have it read";
    YearFromSheet "year_from_sheet" Note
        "表中没有年度列，按工作表名称取年度 {value}"
        "the sheet has no column of years; the year {value} was taken from its name";
    FileSkipped "file_skipped" Note
        "文件夹里的这一项不是表格文件，未读入（按扩展名；其中的文件夹也不读）"
        "this entry of the folder is no table by the end of its name, or a folder itself, and was not read";
    NoTables "no_tables" Error
        "文件夹里没有表格文件；应有 {expected}"
        "the folder holds no table; files of these kinds were expected: {expected}";
    NoHeader "no_header" Error
        "前 {rows} 行里找不到表头；应有写明“区县代码”“学校标识码”“学校类别”的一行"
        "no header among the first {rows} rows; a row naming county_code, school_code and kind was expected";
    NoRows "no_rows" Error
        "表头之后没有数据行；应至少有一所学校"
        "no row of data after the header; at least one school was expected";
    MoreProblems "more_problems" Error
        "问题太多，另有 {count} 处没有列出；请先看表格是否用对、各列是否错位"
        "there are too many problems, {count} more are not listed; see first whether this is the right table, with its columns in place";
    MissingColumn "missing_column" Error
        "缺少必需的列“{column}”；请补上这一列（也可写作 {names}）"
        "the required column {column} is missing; add it (also read as {names})";
    DuplicateColumn "duplicate_column" Error
        "“{value}”和“{other}”（{other_place}）是同一列“{column}”；只能保留一列"
        "{value} and {other} ({other_place}) are both the column {column}; keep one of them";
    UnknownColumn "unknown_column" Note
        "不认识列“{value}”，未使用"
        "the column {value} is not known and was not used";
    UnknownUnit "unknown_unit" Error
        "列“{value}”的单位“{unit}”不能用于“{column}”；应为 {expected}"
        "the unit {unit} of the column {value} does not fit {column}; {expected} was expected";
    RowLength "row_length" Error
        "这一行有 {found} 个单元格，表头有 {expected} 个；列可能错位，本行数值一律视为缺失"
        "this row has {found} cells, the header has {expected}; the columns may be shifted, all its figures are taken as missing";
    RowSkipped "row_skipped" Note
        "这一行是合计或说明（“{value}”），未作为学校读入"
        "this row is a total or a remark ({value}) and was not read as a school";
    EncodingGuessed "encoding_guessed" Note
        "没有编码标记，按 {encoding} 读入"
        "no byte order mark; read as {encoding}";
    // Identity.
    BlankSchoolCode "blank_school_code" Error
        "学校标识码为空；应填写本校的标识码"
        "the school code is blank; the code of the school was expected";
    SchoolCodeIsNumber "school_code_is_number" Error
        "学校标识码“{value}”已被表格软件改成数，视为缺失；请把单元格设为文本后重填"
        "the school code {value} was made a number by a spreadsheet and is taken as missing; format the cell as text and type it again";
    RepeatedSchoolCode "repeated_school_code" Error
        "学校标识码 {value} 在同一年度出现了不止一次（另见 {other_place}）；每所学校每年只能有一行"
        "the school code {value} occurs more than once in a year (see also {other_place}); one row a school and year was expected";
    SchoolInTwoCounties "school_in_two_counties" Error
        "学校标识码 {value} 同一年度既属 {first} 又属 {second}（另见 {other_place}）；一所学校只能属于一个区县"
        "the school code {value} belongs to {first} and to {second} in one year (see also {other_place}); one county was expected";
    MalformedCountyCode "malformed_county_code" Error
        "区县代码“{value}”不是六位数字；应如 210102"
        "the county code {value} is not six digits; something like 210102 was expected";
    CountyNameConflict "county_name_conflict" Warning
        "区县代码 {code} 有不同的名称：{names}；按“{name}”列出"
        "the county code {code} has several names: {names}; listed as {name}";
    RepeatedCounty "repeated_county" Error
        "区县 {value} 在同一年度出现了不止一次（另见 {other_place}）；区县表每个区县每年只能有一行"
        "the county {value} occurs more than once in a year (see also {other_place}); one row a county and year was expected";
    UnknownKind "unknown_kind" Error
        "不认识的学校类别“{value}”；应为 {expected} 之一"
        "unknown kind of school {value}; expected one of {expected}";
    UnknownCategory "unknown_category" Error
        "“{column}”的值“{value}”不认识，视为缺失；应为 {expected} 之一"
        "the value {value} of {column} is not known and taken as missing; expected one of {expected}";
    CodeStoredAsNumber "code_stored_as_number" Note
        "“{column}”在工作表里存为数，按数字读入；如原有前导零，已被表格软件去掉，请把这一列设为文本"
        "{column} is stored as numbers and was read by its digits; leading zeros, if there were any, are lost: format the column as text";
    // Cells.
    CellError "cell_error" Error
        "“{column}”的公式结果是错误值 {value}，视为缺失；请改正公式或直接填数"
        "the formula of {column} results in {value}, which is taken as missing; correct the formula or type the value";
    FormulaWithoutValue "formula_without_value" Error
        "“{column}”是公式“{value}”，文件里没有它的计算结果，视为缺失；请用 Excel 或 WPS 打开，保存一次后再读入"
        "{column} is the formula {value}, of which the file holds no result; it is taken as missing: open the file in Excel or WPS, save it once and read it again";
    FormulaZero "formula_zero" Warning
        "“{column}”是公式“{formula}”，存下的结果是 0；如果文件未经 Excel 或 WPS 计算过，这个 0 不是真值，请打开保存一次后再读入"
        "{column} is the formula {formula} with a stored result of 0; if no spreadsheet has calculated the file the 0 is not real: open it in Excel or WPS, save it once and read it again";
    MergedFigure "merged_figure" Error
        "“{column}”的数值“{value}”在合并单元格 {range} 里，分不清属于哪一格，视为缺失；请取消合并，逐格填写"
        "the figure {value} of {column} stands in the merged cells {range}, so it is not known which of them it belongs to, and it is taken as missing; unmerge them and fill each";
    ReadAsShown "read_as_shown" Note
        "“{column}”的值在文件里存为 {exact}，按表格软件显示的 15 位有效数字读作 {value}"
        "{column} is stored as {exact} and was read as {value}, with the 15 digits that spreadsheets show";
    PercentUnseen "percent_unseen" Warning
        "“{column}”的值“{value}”不大于 1；这种工作簿看不出单元格是否设为百分比格式，按 {value}% 读入，请核对，或另存为 .xlsx"
        "the value {value} of {column} is at most 1; this kind of workbook does not tell whether the cell is formatted as per cent, and it was read as {value} %: check it, or save the file as .xlsx";
    NotANumber "not_a_number" Error
        "“{column}”的值“{value}”不是数，视为缺失；请填数字，如 56"
        "the value {value} of {column} is not a number and taken as missing; digits such as 56 were expected";
    SpreadsheetDate "spreadsheet_date" Error
        "“{column}”的值“{value}”像是表格软件把数改成的日期，视为缺失；请把单元格设为数值后重填"
        "the value {value} of {column} looks like a date that a spreadsheet made of a number and is taken as missing; format the cell as a number and type it again";
    NotFinite "not_finite" Error
        "“{column}”的值“{value}”不是普通写法的数（科学计数、无穷或非数），视为缺失；请写成普通小数"
        "the value {value} of {column} is in scientific notation, infinite or no number at all, and taken as missing; a plain decimal was expected";
    BlankFigure "blank_figure" Error
        "“{column}”为空；应填数字"
        "{column} is blank; a number was expected";
    NoPupils "no_pupils" Error
        "“{column}”的值“{value}”不大于零；每行的数值是数量除以学生数，应为正数"
        "the value {value} of {column} is not above zero; a row's value is its amount per pupil, a positive number was expected";
    Negative "negative" Error
        "“{column}”的值“{value}”为负，视为缺失；应为零或正数"
        "the value {value} of {column} is negative and taken as missing; zero or more was expected";
    NotWhole "not_whole" Error
        "“{column}”的值“{value}”不是整数，视为缺失；这里数的是个数，应为整数"
        "the value {value} of {column} is not a whole number and taken as missing; a count was expected";
    OutOfRange "out_of_range" Error
        "“{column}”的值“{value}”过大或小数位过多，视为缺失；应小于一万亿且不超过 18 位有效数字"
        "the value {value} of {column} is too large or too long and taken as missing; less than 10^12 and at most 18 significant digits were expected";
    BeyondRange "beyond_range" Error
        "“{column}”的值“{value}”超出范围，视为缺失；应为 {expected}"
        "the value {value} of {column} is beyond its range and taken as missing; {expected} was expected";
    WrongUnit "wrong_unit" Error
        "“{column}”的值“{value}”带有不合的单位“{unit}”，视为缺失；应为 {expected}"
        "the value {value} of {column} carries the unit {unit} and is taken as missing; {expected} was expected";
    BadYear "bad_year" Error
        "“{column}”的值“{value}”不是年份，视为缺失；应如 2023 或 2023-2024 学年"
        "the value {value} of {column} is not a year and taken as missing; something like 2023 or 2023-2024 was expected";
    MissingMark "missing_mark" Note
        "“{column}”的值“{value}”表示没有数据，视为缺失（不是零）"
        "the value {value} of {column} stands for no data and was taken as missing (not as zero)";
    // Missing data.
    ColumnAbsent "column_absent" Warning
        "表中没有列“{column}”；{needed_for}因此全部缺失"
        "the table has no column {column}; {needed_for} is missing throughout";
    MissingValue "missing_value" Warning
        "“{column}”为空，{needed_for}因此缺失"
        "{column} is blank, so {needed_for} is missing";
    BlankTakenAsNone "blank_taken_as_none" Note
        "{count} 所学校的“{column}”为空，按没有（零）计：{schools}"
        "{column} is blank in {count} schools and was taken as none (zero): {schools}";
    ClauseUndetermined "clause_undetermined" Warning
        "缺少判断过渡条款是否适用的资料（{needs}），{needed_for}因此缺失"
        "what decides whether a transitional clause applies is missing ({needs}), so {needed_for} is missing";
    SubstituteUsed "substitute_used" Note
        "没有“{column}”，改用“{other}”"
        "{column} is not given; {other} was used in its place";
    NegativeDifference "negative_difference" Warning
        "“{column}”减去“{other}”为负（{value}），{needed_for}因此缺失"
        "{column} less {other} is negative ({value}), so {needed_for} is missing";
    OwnershipMissing "ownership_missing" Error
        "办学性质为空，无法判断是否在测算范围内；所在区县的差异系数因此不能给出"
        "the ownership is blank, so it is not known whether the school is in scope; the coefficients of its county cannot be given";
    // Stages.
    PupilsInWrongStage "pupils_in_wrong_stage" Error
        "{kind}不应有{stage}学生，却填了 {value} 人；请核对学校类别或学生数"
        "a {kind} has no {stage} stage, yet {value} pupils are given; check the kind or the pupils";
    FigureInWrongStage "figure_in_wrong_stage" Warning
        "{kind}不应有{stage}，“{column}”却填了 {value}；请核对学校类别或填错的列"
        "a {kind} has no {stage} stage, yet {column} is {value}; check the kind or the column it was typed in";
    SeniorPupilsMissing "senior_pupils_missing" Error
        "{kind}没有填高中学生数，共用资源无法分摊；请填写（没有则填 0）"
        "a {kind} gives no senior pupils, so shared resources cannot be split; give them (0 where there are none)";
    SeniorPupilsZero "senior_pupils_zero" Warning
        "{kind}的高中学生数为 0；共用资源全部归义务教育阶段，请核对"
        "a {kind} gives 0 senior pupils; all shared resources go to compulsory education, check this";
    StudentsMissing "students_missing" Error
        "{stage}学生数缺失，本校{stage}的各项数值和全县{stage}的差异系数不能给出"
        "the pupils of the {stage} stage are missing; its values and the county's coefficients of that stage cannot be given";
    NoTeachers "no_teachers" Warning
        "{stage}有学生 {pupils} 人却没有专任教师"
        "the {stage} stage has {pupils} pupils and no full-time teacher";
    ZeroStudents "zero_students" Warning
        "本校没有义务教育阶段学生，不参加评估"
        "the school has no pupils in compulsory education and is not assessed";
    // Sums.
    TeachersPartExceedsTotal "teachers_part_exceeds_total" Warning
        "“{column}”为 {value} 人，多于专任教师 {total} 人"
        "{column} is {value}, more than the {total} full-time teachers";
    IndoorExceedsTeachingArea "indoor_exceeds_teaching_area" Warning
        "室内体育用房 {value} 平方米，大于教学及辅助用房 {total} 平方米"
        "indoor sports rooms of {value} m² exceed the teaching area of {total} m²";
    PartExceedsWhole "part_exceeds_whole" Warning
        "“{column}”为 {value}，大于“{whole}”的 {total}"
        "{column} is {value}, more than the {total} of {whole}";
    TooManyPupilsPerClass "too_many_pupils_per_class" Warning
        "{stage} {pupils} 人、{value} 个班，平均每班超过 {limit} 人"
        "{pupils} pupils of the {stage} stage in {value} classes: more than {limit} a class";
    ClassesContradictPupils "classes_contradict_pupils" Warning
        "“{column}”填 {value} 个，与{stage} {pupils} 名学生、{classes} 个班不符"
        "{column} is {value}, which contradicts {pupils} pupils of the {stage} stage in {classes} classes";
    CohortExceedsIntake "cohort_exceeds_intake" Warning
        "初中毕业、转出和死亡的共 {value} 人，多于三年前初一与转入的 {total} 人"
        "{value} pupils graduated, transferred out or died, more than the {total} of the intake and those transferred in";
    TotalsDisagree "totals_disagree" Warning
        "“{column}”填 {value}，而由其他列算得 {derived}；采用{used}"
        "{column} is given as {value} while other columns make it {derived}; {used} is used";
    ImplausiblePerPupil "implausible_per_pupil" Warning
        "“{column}”每生 {per_pupil}，不在 {low} 至 {high} 之间；{likely}"
        "{column} is {per_pupil} a pupil, outside {low} to {high}; {likely}";
    LargestClassContradicts "largest_class_contradicts" Warning
        "最大班额填 {value} 人，与 {pupils} 名学生、{classes} 个班不符"
        "the largest class is given as {value}, which contradicts {pupils} pupils in {classes} classes";
    OverLimitContradicts "over_limit_contradicts" Warning
        "“{column}”填 {value} 个，但最大班额只有 {largest} 人"
        "{column} is {value}, yet the largest class has {largest} pupils";
    LargestClassUncounted "largest_class_uncounted" Warning
        "最大班额填 {value} 人，“{counted}”却为 0"
        "the largest class is given as {value}, yet there is none in {counted}";
    // Years.
    SchoolAppears "school_appears" Warning
        "{year} 年新出现的学校（{previous} 年没有）"
        "the school is new in {year} (it is not there in {previous})";
    SchoolDisappears "school_disappears" Warning
        "{year} 年有、{next} 年不再出现的学校"
        "the school of {year} is no longer there in {next}";
    SchoolMoved "school_moved" Warning
        "学校由区县 {before}（{previous} 年）改属区县 {value}（{year} 年）"
        "the school was in county {before} ({previous}) and is in county {value} ({year})";
    Jump "jump" Warning
        "“{column}”由 {before}（{previous} 年）变为 {value}（{year} 年），相差超过 {factor} 倍"
        "{column} went from {before} ({previous}) to {value} ({year}), a factor of more than {factor}";
    // Results.
    BeforeEffect "before_effect" Warning
        "评估日期 {value} 早于标准施行之日 {from}，按其最初的数值判断"
        "the evaluation of {value} is before the standard took effect on {from}; its first values are used";
    ZeroIndicator "zero_indicator" Warning
        "{stage}的“{indicator}”在所有学校都是零，没有差异系数"
        "{indicator} of the {stage} stage is zero in every school and has no coefficient";
    CvMissing "cv_missing" Warning
        "{stage}的“{indicator}”有 {missing} 所学校缺数据，不能给出差异系数"
        "{indicator} of the {stage} stage is missing in {missing} school(s), so its coefficient cannot be given";
    CvSkipped "cv_skipped" Warning
        "{stage}的“{indicator}”有 {missing} 所学校缺数据，差异系数按其余学校计算"
        "{indicator} of the {stage} stage is missing in {missing} school(s); its coefficient is that of the others";
    BoundaryCase "boundary_case" Note
        "{what}：精确值 {exact}，印出值 {printed}，对照 {limit}；精确判断为“{exact_verdict}”，按印出值为“{printed_verdict}”"
        "{what}: exactly {exact}, printed {printed}, against {limit}; judged {exact_verdict} exactly and {printed_verdict} as printed";
    ClauseApplied "clause_applied" Note
        "“{indicator}”按过渡条款（{cite}，有效期至 {until}）计入 {value}"
        "{indicator} counts {value} under a transitional clause ({cite}, valid to {until})";
    ItemClauseApplied "item_clause_applied" Note
        "“{item}”按过渡条款（{cite}，有效期至 {until}）达标：{figure}，按条款应为 {requirement}，按完整标准应为 {full}（{without}）"
        "{item}: met under a transitional clause ({cite}, valid to {until}): {figure} against {requirement}, the full standard being {full} ({without})";
    CountyWithoutSchools "county_without_schools" Warning
        "区县表有区县 {value}，学校表中没有该区县该年度的学校"
        "the county table has the county {value}, of which the schools have no row in that year";
    // Scoring tables and what provinces set.
    UnknownScoreItem "unknown_score_item" Error
        "评分表没有项目“{value}”；应为 {expected} 之一"
        "the scoring table has no item {value}; expected one of {expected}";
    RepeatedAnswer "repeated_answer" Error
        "区县 {county} 对项目 {value} 回答了不止一次（另见 {other_place}）；每项每年只能有一个答案"
        "the county {county} answers the item {value} more than once (see also {other_place}); one answer an item and year was expected";
    BadAnswer "bad_answer" Error
        "项目 {item} 的答案“{value}”不能用；应为：{expected}"
        "the answer {value} to the item {item} cannot be used; expected {expected}";
    ScoreUnanswered "score_unanswered" Warning
        "评分表有 {count} 项没有答案：{items}"
        "{count} items of the scoring table have no answer: {items}";
    AnswersWithoutSchools "answers_without_schools" Warning
        "评分答案有区县 {value}，学校表中没有该区县该年度的学校"
        "there are answers of the county {value}, of which the schools have no row in that year";
    ExampleTable "example_table" Warning
        "所用的“{title}”只是示例；应换成本省的规定"
        "{title} was used, which is but an example; the province's own was expected";
    // Explanations.
    UnknownExplanationCode "unknown_explanation_code" Error
        "不认识问题代码“{value}”；应为 check 列出的代码，如 {example}"
        "the code {value} is not known; one that check lists was expected, such as {example}";
    BlankExplanation "blank_explanation" Error
        "对“{value}”的说明是空的；应写明原因"
        "the explanation of {value} is blank; a reason was expected";
    ErrorExplained "error_explained" Warning
        "“{value}”是必须更正的问题，不能以说明代替更正"
        "{value} must be corrected; an explanation does not stand in for that";
    UnusedExplanation "unused_explanation" Warning
        "说明“{value}”没有对应的问题"
        "the explanation {value} belongs to no finding";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Characters of a value that a message repeats; a value of a million digits is known by its beginning.
const LONGEST_VALUE: usize = 80;

/// Where in a file something stands.
///
/// # Examples
/// ```
/// use junheng::{Lang, Place};
///
/// let mut place = Place { file: "schools.xlsx".into(), sheet: None, row: Some(8), column: Some("C".into()) };
/// assert_eq!(place.describe(Lang::En), "schools.xlsx row 8 column C");
/// place.sheet = Some("学校数据".into());
/// assert_eq!(place.describe(Lang::En), "schools.xlsx 学校数据!C8");
/// assert_eq!(place.cell().as_deref(), Some("学校数据!C8"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The sheet, where the file is a workbook.
    pub sheet: Option<Arc<str>>,
    /// The row, counted from 1 as a spreadsheet does.
    pub row: Option<u32>,
    /// The column as a spreadsheet letters it.
    pub column: Option<String>,
}

impl Place {
    /// In words, such as `schools.csv 第 8 行 C 列`, or in a workbook as spreadsheets name a cell: `schools.xlsx Sheet1!C8`.
    pub fn describe(&self, lang: Lang) -> String {
        let mut text = self.file.to_string();
        if let Some(sheet) = &self.sheet {
            if let Some(cell) = self.cell() {
                return text + " " + &cell;
            }
            text += &lang.pick(format!(" 工作表“{sheet}”"), format!(" sheet {sheet}"));
        }
        if let Some(row) = self.row {
            text += &lang.pick(format!(" 第 {row} 行"), format!(" row {row}"));
        }
        if let Some(column) = &self.column {
            text += &lang.pick(format!(" {column} 列"), format!(" column {column}"));
        }
        text
    }

    /// The cell as a spreadsheet names it, in a workbook with its sheet: `C8`, `Sheet1!C8`, `'2023 年'!C8`; `None` of a
    /// whole row or file.
    pub fn cell(&self) -> Option<String> {
        let (row, column) = (self.row?, self.column.as_ref()?);
        Some(match &self.sheet {
            Some(sheet) => format!("{}!{column}{row}", sheet_in_formula(sheet)),
            None => format!("{column}{row}"),
        })
    }
}

/// The name of a sheet as a spreadsheet writes it before a cell.
fn sheet_in_formula(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain && !name.starts_with(|c: char| c.is_ascii_digit()) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "''"))
    }
}

/// In the order in which a reader comes upon them: file, sheet, row, column (Z before AA).
impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let column = |place: &Self| place.column.as_ref().map(|c| (c.len(), c.clone()));
        (&self.file, &self.sheet, self.row)
            .cmp(&(&other.file, &other.sheet, other.row))
            .then_with(|| column(self).cmp(&column(other)))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A text of a message: one of the program, one that many messages have, or one of its own.
#[derive(Clone)]
pub(crate) enum Text {
    Static(&'static str),
    Shared(Arc<str>),
    Own(String),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Static(text) => text,
            Text::Shared(text) => text,
            Text::Own(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Text::Static(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::Own(text)
    }
}

/// A part of a message: the same in every language, or with a name in each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    Text(String),
    Names(Text, Text),
}

impl Arg {
    pub(crate) fn names(zh: impl Into<Text>, en: impl Into<Text>) -> Self {
        Arg::Names(zh.into(), en.into())
    }

    /// The same for many messages, which then have its texts together.
    pub(crate) fn shared_names(zh: impl Into<Arc<str>>, en: impl Into<Arc<str>>) -> Self {
        Arg::Names(Text::Shared(zh.into()), Text::Shared(en.into()))
    }

    /// This text, a separator in each language, and another text.
    pub(crate) fn then(&self, zh: &str, en: &str, next: Arg) -> Self {
        let join = |lang, between: &str| format!("{}{between}{}", self.text(lang), next.text(lang));
        Arg::names(join(Lang::Zh, zh), join(Lang::En, en))
    }

    /// Whether it ends with another text, in both languages.
    pub(crate) fn ends_with(&self, end: &Arg) -> bool {
        [Lang::Zh, Lang::En].into_iter().all(|lang| self.text(lang).ends_with(end.text(lang)))
    }

    fn text(&self, lang: Lang) -> &str {
        match self {
            Arg::Text(text) => text,
            Arg::Names(zh, en) => lang.pick(zh, en),
        }
    }
}

/// Anything that is shown as it prints.
impl<T: fmt::Display + ?Sized> From<&T> for Arg {
    fn from(value: &T) -> Self {
        Arg::Text(value.to_string())
    }
}

/// Something noticed about the data or a result.
///
/// A finding is a fact for people to act on; an [`Error`](crate::Error) means that a question could not be answered.
///
/// # Examples
/// ```
/// use junheng::{Lang, read_schools};
///
/// let table = "county_code,school_code,kind,students_primary\n210102,1,小学,五十六\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let finding = &data.findings()[0];
/// assert_eq!(finding.code().id(), "not_a_number");
/// assert_eq!(
///     finding.describe(Lang::En),
///     "schools.csv row 2 column D, school 1: the value 五十六 of students_primary is not a number and taken as \
///      missing; digits such as 56 were expected (error)"
/// );
/// # Ok::<(), junheng::Error>(())
/// ```
#[derive(Clone)]
pub struct Finding(Kept);

/// How a finding is kept: in words, or in a few numbers until somebody asks for the words.
#[derive(Clone)]
enum Kept {
    /// Shared by its clones.
    Told(Arc<Told>),
    Brief(Brief),
}

// Some data give rise to a million of them.
const _: () = assert!(size_of::<Finding>() <= 48);

/// A finding in words.
#[derive(Clone, PartialEq, Eq)]
struct Told {
    code: Code,
    county: Option<Arc<str>>,
    year: Option<u16>,
    school: Option<Arc<str>>,
    column: Option<Arg>,
    value: Option<String>,
    args: Vec<(&'static str, Arg)>,
    /// In a box, as those of a county or stage have none.
    place: Option<Box<Place>>,
    explanation: Option<Arc<str>>,
}

/// What findings that come by the million have in common, and how each of them is put into words.
pub(crate) trait Source: Send + Sync + UnwindSafe + RefUnwindSafe {
    /// Code of the county that a finding belongs to.
    fn county_code(&self, item: Item) -> &str;
    /// Year of the data it belongs to.
    fn year(&self, item: Item) -> Option<u16>;
    /// Code of the school it belongs to, if it is about one whose code is not blank.
    fn school_code(&self, item: Item) -> Option<&str>;
    /// Identifier of the column it is about.
    fn column_id(&self, item: Item) -> &'static str;
    /// The finding in words, of which the above are the same.
    fn tell(&self, item: Item) -> Finding;
}

/// A finding as its [`Source`] knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) code: Code,
    /// What it is about, of several that there may be of a code.
    pub(crate) what: u8,
    /// The row of the school it belongs to, or the first of the county; the rows of a source are in the order of county, year and
    /// school.
    pub(crate) row: u32,
    /// The other row that it compares that with, or another number that it tells, if any.
    pub(crate) other: u32,
}

struct Brief {
    source: Arc<dyn Source>,
    item: Item,
    /// Made when something is lent of it.
    told: OnceLock<Arc<Told>>,
}

/// A clone is as brief as the first was: what was lent of that is not lent of this.
impl Clone for Brief {
    fn clone(&self) -> Self {
        Brief { source: self.source.clone(), item: self.item, told: OnceLock::new() }
    }
}

impl Brief {
    fn is_of_source(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.source), Arc::as_ptr(&other.source))
    }

    /// The words, to be used and thrown away.
    fn told(&self) -> Arc<Told> {
        self.told.get().cloned().unwrap_or_else(|| self.source.tell(self.item).into_told())
    }

    /// The words, to be lent.
    fn lent(&self) -> &Told {
        self.told.get_or_init(|| self.source.tell(self.item).into_told())
    }
}

impl Finding {
    pub(crate) fn new(code: Code) -> Self {
        Finding(Kept::Told(Arc::new(Told {
            code,
            county: None,
            year: None,
            school: None,
            column: None,
            value: None,
            args: Vec::new(),
            place: None,
            explanation: None,
        })))
    }

    /// One that its source puts into words when it is asked for them.
    pub(crate) fn brief(source: Arc<dyn Source>, item: Item) -> Self {
        Finding(Kept::Brief(Brief { source, item, told: OnceLock::new() }))
    }

    fn into_told(self) -> Arc<Told> {
        match self.0 {
            Kept::Told(told) => told,
            Kept::Brief(brief) => brief.told(),
        }
    }

    /// The words, to be used and thrown away.
    fn told(&self) -> Arc<Told> {
        match &self.0 {
            Kept::Told(told) => told.clone(),
            Kept::Brief(brief) => brief.told(),
        }
    }

    /// The words, to be lent.
    fn lent(&self) -> &Told {
        match &self.0 {
            Kept::Told(told) => told,
            Kept::Brief(brief) => brief.lent(),
        }
    }

    /// The same, kept in words.
    #[cfg(test)]
    pub(crate) fn in_words(&self) -> Finding {
        Finding(Kept::Told(self.told()))
    }

    fn with(self, change: impl FnOnce(&mut Told)) -> Self {
        let mut told = self.into_told();
        change(Arc::make_mut(&mut told));
        Finding(Kept::Told(told))
    }

    pub(crate) fn county(self, code: impl Into<Arc<str>>, year: Option<u16>) -> Self {
        self.with(|told| (told.county, told.year) = (Some(code.into()), year))
    }

    pub(crate) fn school(self, code: &str) -> Self {
        self.with(|told| told.school = (!code.is_empty()).then(|| code.into()))
    }

    /// The column or indicator it is about; the English name is its identifier.
    pub(crate) fn column(self, column: impl Into<Arg>) -> Self {
        self.with(|told| told.column = Some(column.into()))
    }

    pub(crate) fn value(self, value: impl fmt::Display) -> Self {
        self.with(|told| told.value = Some(value.to_string()))
    }

    pub(crate) fn arg(self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.with(|told| {
            // Most have two or fewer, and there may be thousands.
            if told.args.is_empty() {
                told.args.reserve_exact(2);
            }
            told.args.push((name, arg.into()));
        })
    }

    /// Several at once.
    pub(crate) fn args<const N: usize>(self, args: [(&'static str, Arg); N]) -> Self {
        self.with(|told| {
            told.args.reserve_exact(N);
            told.args.extend(args);
        })
    }

    pub(crate) fn place(self, place: Option<Place>) -> Self {
        self.with(|told| told.place = place.map(Box::new))
    }

    /// With its place so many rows farther down.
    pub(crate) fn below(self, rows: u32) -> Self {
        self.with(|told| {
            if let Some(row) = told.place.as_mut().and_then(|place| place.row.as_mut()) {
                *row = row.saturating_add(rows);
            }
        })
    }

    /// Attaches the user's explanation of a warning.
    pub(crate) fn explain(&mut self, text: Arc<str>) {
        *self = self.clone().with(|told| told.explanation = Some(text));
    }

    /// The code.
    pub fn code(&self) -> Code {
        match &self.0 {
            Kept::Told(told) => told.code,
            Kept::Brief(brief) => brief.item.code,
        }
    }

    /// How serious it is.
    pub fn severity(&self) -> Severity {
        self.code().severity()
    }

    /// Code of the county it belongs to; `None` where it belongs to none.
    pub fn county_code(&self) -> Option<&str> {
        match &self.0 {
            Kept::Told(told) => told.county.as_deref(),
            Kept::Brief(brief) => Some(brief.source.county_code(brief.item)),
        }
    }

    /// Year of the data it belongs to; `None` where the data give none.
    pub fn year(&self) -> Option<u16> {
        match &self.0 {
            Kept::Told(told) => told.year,
            Kept::Brief(brief) => brief.source.year(brief.item),
        }
    }

    /// Code of the school it belongs to; `None` where it is about a file, a county or a stage.
    pub fn school_code(&self) -> Option<&str> {
        match &self.0 {
            Kept::Told(told) => told.school.as_deref(),
            Kept::Brief(brief) => brief.source.school_code(brief.item),
        }
    }

    /// Identifier of the column or indicator it belongs to; `None` where it is about no single one.
    pub fn column_id(&self) -> Option<&str> {
        match &self.0 {
            Kept::Told(told) => told.column.as_ref().map(|c| c.text(Lang::En)),
            Kept::Brief(brief) => Some(brief.source.column_id(brief.item)),
        }
    }

    /// Name of the column or indicator it belongs to, for people; `None` where it is about no single one.
    pub fn column_name(&self, lang: Lang) -> Option<&str> {
        self.lent().column.as_ref().map(|column| column.text(lang))
    }

    /// The value found, as it was typed or as it was computed.
    pub fn value_found(&self) -> Option<&str> {
        self.lent().value.as_deref()
    }

    /// Its place in a file; `None` of what is about more than one place, and of data that came from no file.
    pub fn found_at(&self) -> Option<&Place> {
        self.lent().place.as_deref()
    }

    /// The explanation that the user gives for it, see [`Explanations`](crate::Explanations).
    pub fn explanation(&self) -> Option<&str> {
        match &self.0 {
            Kept::Told(told) => told.explanation.as_deref(),
            // One that is explained is kept in words.
            Kept::Brief(_) => None,
        }
    }

    /// What was found and what was expected, without the place.
    pub fn message(&self, lang: Lang) -> String {
        self.told().message(lang)
    }

    /// The value found and the message, of which a brief finding keeps nothing.
    pub(crate) fn value_and_message(&self, lang: Lang) -> (Option<Cow<'_, str>>, String) {
        match &self.0 {
            Kept::Told(told) => (told.value.as_deref().map(Cow::Borrowed), told.message(lang)),
            Kept::Brief(brief) => {
                let told = brief.told();
                (told.value.clone().map(Cow::Owned), told.message(lang))
            }
        }
    }

    /// One line for people: place, school, message, severity.
    pub fn describe(&self, lang: Lang) -> String {
        self.told().describe(lang)
    }

    /// Order of findings in a result: by code, severity, county, year, school, column, value, message.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        if self.code() != other.code() {
            return self.code().id().cmp(other.code().id());
        }
        // The severity is that of the code.
        self.order_of_places(other).then_with(|| {
            let (a, b) = (self.told(), other.told());
            a.value.cmp(&b.value).then_with(|| a.message(Lang::En).cmp(&b.message(Lang::En)))
        })
    }

    /// By county, year, school and column, which tells nearly all of one code apart.
    fn order_of_places(&self, other: &Self) -> Ordering {
        if let (Kept::Brief(a), Kept::Brief(b)) = (&self.0, &other.0)
            && a.is_of_source(b)
        {
            let columns = || self.column_id().cmp(&other.column_id());
            return a.item.row.cmp(&b.item.row).then_with(columns);
        }
        fn key(f: &Finding) -> impl Ord {
            (f.county_code(), f.year(), f.school_code(), f.column_id())
        }
        key(self).cmp(&key(other))
    }
}

/// Two findings are equal if they say the same in every respect, however they are kept.
impl PartialEq for Finding {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kept::Brief(a), Kept::Brief(b)) if a.item == b.item && a.is_of_source(b) => true,
            _ => self.code() == other.code() && self.told() == other.told(),
        }
    }
}

impl Eq for Finding {}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.told();
        f.debug_struct("Finding")
            .field("code", &told.code)
            .field("county", &told.county)
            .field("year", &told.year)
            .field("school", &told.school)
            .field("column", &told.column)
            .field("value", &told.value)
            .field("args", &told.args)
            .field("place", &told.place)
            .field("explanation", &told.explanation)
            .finish()
    }
}

impl Told {
    fn message(&self, lang: Lang) -> String {
        let template = self.code.template(lang);
        let mut text = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                rest = after;
                break;
            };
            push_cut(
                &mut text,
                self.part(name, lang),
                if name == "value" { LONGEST_VALUE } else { usize::MAX },
            );
            rest = after;
        }
        text.push_str(rest);
        text
    }

    fn part(&self, name: &str, lang: Lang) -> &str {
        if let Some((_, arg)) = self.args.iter().find(|(key, _)| *key == name) {
            return arg.text(lang);
        }
        match name {
            "column" => self.column.as_ref().map(|c| c.text(lang)),
            "value" => self.value.as_deref(),
            _ => None,
        }
        .unwrap_or_default()
    }

    fn describe(&self, lang: Lang) -> String {
        let mut head = self.place.as_ref().map(|p| p.describe(lang)).unwrap_or_default();
        if self.place.is_none()
            && let Some(county) = &self.county
        {
            head += &lang.pick(format!("区县 {county}"), format!("county {county}"));
            if let Some(year) = self.year {
                head += &lang.pick(format!(" {year} 年"), format!(" {year}"));
            }
        }
        if let Some(school) = &self.school {
            head += if head.is_empty() { "" } else { lang.pick("，", ", ") };
            head += &lang.pick(format!("学校 {school}"), format!("school {school}"));
        }
        head += if head.is_empty() { "" } else { lang.pick("：", ": ") };
        let severity = self.code.severity().name(lang);
        head + &self.message(lang) + &lang.pick(format!("（{severity}）"), format!(" ({severity})"))
    }
}

/// Adds a part of a message; of one that would bury the message, its beginning.
fn push_cut(text: &mut String, part: &str, most: usize) {
    match part.char_indices().nth(most) {
        Some((end, _)) => text.extend([part.get(..end).unwrap_or_default(), "…"]),
        None => text.push_str(part),
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_templates_close_their_braces() {
        let mut ids: Vec<_> = Code::ALL.iter().map(|c| c.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Code::ALL.len());
        for code in Code::ALL {
            for lang in [Lang::Zh, Lang::En] {
                let text = code.template(lang);
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{code}");
            }
            // Both languages say the same: they use the same parts.
            let parts = |lang| {
                let mut parts: Vec<_> =
                    code.template(lang).split('{').skip(1).filter_map(|p| p.split('}').next()).collect();
                parts.sort_unstable();
                parts.dedup();
                parts
            };
            assert_eq!(parts(Lang::Zh), parts(Lang::En), "{code}");
        }
    }

    /// A source of schools `1`, `2` and so on in one county, whose values are their rows.
    struct Schools([&'static str; 4]);

    impl Source for Schools {
        fn county_code(&self, _: Item) -> &str {
            "210102"
        }

        fn year(&self, _: Item) -> Option<u16> {
            Some(2024)
        }

        fn school_code(&self, item: Item) -> Option<&str> {
            Some(self.0[item.row as usize])
        }

        fn column_id(&self, item: Item) -> &'static str {
            ["books", "computers"][usize::from(item.what)]
        }

        fn tell(&self, item: Item) -> Finding {
            let school = self.0[item.row as usize];
            let finding = Finding::new(item.code).county("210102", Some(2024)).school(school);
            let finding = finding.column(Arg::names("栏目", self.column_id(item))).value(item.row);
            let place = Place {
                file: "a.csv".into(),
                sheet: None,
                row: Some(item.row + 2),
                column: Some("C".to_owned()),
            };
            finding.arg("before", &item.other).place(Some(place))
        }
    }

    fn schools() -> Arc<Schools> {
        Arc::new(Schools(["1", "2", "3", "4"]))
    }

    /// Every code, column and row there is of a source.
    fn briefs(source: &Arc<Schools>) -> Vec<Finding> {
        let mut all = Vec::new();
        for code in [Code::SchoolMoved, Code::Jump, Code::Negative] {
            for (what, row, other) in [(1, 3, 0), (0, 0, 1), (1, 0, 1), (0, 3, 0), (0, 3, 2)] {
                all.push(Finding::brief(source.clone(), Item { code, what, row, other }));
            }
        }
        all
    }

    fn is_lent(finding: &Finding) -> bool {
        matches!(&finding.0, Kept::Brief(brief) if brief.told.get().is_some())
    }

    #[test]
    fn a_brief_finding_is_what_it_is_in_words() {
        for brief in briefs(&schools()) {
            let told = brief.in_words();
            assert!(matches!(told.0, Kept::Told(_)));
            assert_eq!((brief.code(), brief.severity()), (told.code(), told.severity()));
            assert_eq!((brief.county_code(), brief.year()), (told.county_code(), told.year()));
            assert_eq!((brief.school_code(), brief.column_id()), (told.school_code(), told.column_id()));
            assert_eq!(brief.explanation(), None);
            for lang in [Lang::Zh, Lang::En] {
                assert_eq!(brief.message(lang), told.message(lang));
                assert_eq!(brief.describe(lang), told.describe(lang));
                assert_eq!(brief.value_and_message(lang), told.value_and_message(lang));
            }
            assert_eq!(format!("{brief:?}"), format!("{told:?}"));
            assert_eq!((&brief, &told), (&told, &brief));
            assert!(!is_lent(&brief), "words that are used are not kept");
            assert_eq!((brief.value_found(), brief.found_at()), (told.value_found(), told.found_at()));
            assert!(
                is_lent(&brief) && !is_lent(&brief.clone()),
                "words that are lent are kept, of this alone"
            );
            assert_eq!(brief.clone(), brief);
        }
    }

    #[test]
    fn findings_are_equal_and_in_order_however_they_are_kept() {
        // Of two sources that hold the same, each against itself, the other, and both in words.
        let [one, other] = [(); 2].map(|()| briefs(&schools()));
        let told: Vec<Finding> = one.iter().map(Finding::in_words).collect();
        for (i, j) in (0..one.len()).flat_map(|i| (0..one.len()).map(move |j| (i, j))) {
            let (order, equal) = (told[i].order(&told[j]), told[i] == told[j]);
            for (a, b) in [(&one, &one), (&one, &other), (&one, &told), (&told, &one)] {
                assert_eq!((a[i].order(&b[j]), a[i] == b[j]), (order, equal), "{} {}", a[i], b[j]);
            }
        }
        assert!(!one.iter().any(is_lent));
    }

    #[test]
    fn a_brief_finding_that_is_explained_keeps_the_explanation() {
        let [mut explained, plain] = [(); 2].map(|()| briefs(&schools()).remove(0));
        explained.explain("合并".into());
        assert_eq!(explained.explanation(), Some("合并"));
        assert_eq!(explained.message(Lang::Zh), plain.message(Lang::Zh));
        assert!(explained != plain && explained.clone() == explained);
    }

    #[test]
    fn what_is_changed_of_a_clone_is_not_changed_of_the_first() {
        let first = Finding::new(Code::NotANumber).value(1);
        let mut second = first.clone().value(2);
        second.explain("说明".into());
        assert_eq!((first.value_found(), second.value_found()), (Some("1"), Some("2")));
        assert_eq!((first.explanation(), second.explanation()), (None, Some("说明")));
    }

    #[test]
    fn findings_can_be_shared_by_threads_that_may_panic() {
        fn check<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {}
        check::<Finding>();
    }

    #[test]
    fn a_message_repeats_the_beginning_of_a_very_long_value() {
        let message = |digits: usize| {
            let finding = Finding::new(Code::NotANumber).column(Arg::names("图书册数", "books"));
            finding.value("学".repeat(digits)).message(Lang::En)
        };
        assert!(message(80).starts_with(&format!("the value {} of books", "学".repeat(80))));
        assert!(message(81).starts_with(&format!("the value {}… of books", "学".repeat(80))));
    }

    #[test]
    fn a_message_holds_its_parts_even_if_they_look_like_parts() {
        let finding =
            Finding::new(Code::NotANumber).column(Arg::names("图书册数", "books")).value("{column}{");
        assert!(finding.message(Lang::En).starts_with("the value {column}{ of books is not"));
        assert!(finding.message(Lang::Zh).starts_with("“图书册数”的值“{column}{”不是数"));
    }
}
