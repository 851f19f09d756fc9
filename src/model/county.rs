//! What a county reports about itself: figures, attestations, the answers on vetoes.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Field, Quantity, Unit, is_county_code, is_year};
use crate::finding::{Arg, Finding};
use crate::numeric::Decimal;

/// What a column of the county table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountyFieldKind {
    /// Text, kept as typed but for blanks around it.
    Text,
    /// A year.
    Year,
    /// A whole number, zero or more.
    Count,
    /// A decimal, zero or more.
    Amount,
    /// Per cent, 0 to 100: 94.9.
    Percent,
    /// A share of one, 0 to 1: 0.149.
    Ratio,
    /// A level of attainment, 1 to 4 (Ⅰ to Ⅳ), of which 4 is the highest.
    Level,
    /// Whether documents attest it: yes, no or not said.
    Attestation,
    /// Yes or no.
    Boolean,
}

macro_rules! county_fields {
    ($($variant:ident, $id:literal, $zh:literal, $kind:ident, $unit:ident, $items:expr;)*) => {
        /// A column of the county table (区县数据表).
        ///
        /// The identifier is the canonical header; the Chinese name is read as well. The last ones, from the
        /// population on, are additions for the application form alone: all of them may be left out, and no verdict
        /// rests on them.
        #[doc(alias = "区县数据表")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[allow(missing_docs)] // each variant is its identifier; `CountyField::zh` names it
        pub enum CountyField { $(#[doc = $zh] #[doc(alias = $zh)] $variant,)* }

        impl CountyField {
            /// All columns, in the order of the county table.
            pub const ALL: &'static [CountyField] = &[$(CountyField::$variant),*];

            /// Canonical header.
            pub fn id(self) -> &'static str { match self { $(CountyField::$variant => $id,)* } }

            /// Chinese name.
            pub fn zh(self) -> &'static str { match self { $(CountyField::$variant => $zh,)* } }

            /// What it holds.
            pub fn kind(self) -> CountyFieldKind {
                match self { $(CountyField::$variant => CountyFieldKind::$kind,)* }
            }

            /// The unit it is held in.
            pub fn unit(self) -> Unit { match self { $(CountyField::$variant => Unit::$unit,)* } }

            /// The items of the quality standard that look at it; none of what the application form alone asks for.
            pub fn items(self) -> &'static [&'static str] {
                match self { $(CountyField::$variant => &$items,)* }
            }
        }
    };
}

county_fields! {
    Year, "year", "年度", Year, None, [];
    CountyCode, "county_code", "区县代码", Text, None, [];
    County, "county", "区县名称", Text, None, [];
    PlanningAttested, "planning_attested", "规划布局合理", Attestation, None, ["g01"];
    FourUniformAttested, "four_uniform_attested", "城乡四统一", Attestation, None, ["g02"];
    FundingBasePrimary, "funding_base_primary", "小学生均公用经费基准定额", Amount, Yuan, ["g02", "g06"];
    FundingBaseJunior, "funding_base_junior", "初中生均公用经费基准定额", Amount, Yuan, ["g02", "g06"];
    SpecialEducationFunding, "special_education_funding", "特殊教育学校公用经费", Amount, Yuan, ["g07"];
    SpecialEducationStudents, "special_education_students", "特殊教育学生数", Count, Pupils, ["g07"];
    TeacherAveragePay, "teacher_average_pay", "教师年平均工资收入", Amount, Yuan, ["g08"];
    CivilServantAveragePay, "civil_servant_average_pay", "公务员年平均工资收入", Amount, Yuan, ["g08"];
    TeachersTrained, "teachers_trained", "完成360学时培训教师数", Count, Persons, ["g09"];
    TeachersTotal, "teachers_total", "专任教师总数", Count, Persons, ["g09", "g12"];
    StaffingAttested, "staffing_attested", "编制统筹", Attestation, None, ["g10"];
    RotationEligible, "rotation_eligible", "符合交流轮岗条件教师数", Count, Persons, ["g11"];
    RotationActual, "rotation_actual", "交流轮岗教师数", Count, Persons, ["g11"];
    RotationBackbone, "rotation_backbone", "交流轮岗骨干教师数", Count, Persons, ["g11"];
    TeachersCertified, "teachers_certified", "持教师资格证专任教师数", Count, Persons, ["g12"];
    CatchmentRatePrimary, "catchment_rate_primary", "小学就近划片入学比例", Percent, Percent, ["g13"];
    CatchmentRateJunior, "catchment_rate_junior", "初中就近划片入学比例", Percent, Percent, ["g13"];
    QuotaTotal, "quota_total", "优质高中招生名额总数", Count, Places, ["g14"];
    QuotaAllocated, "quota_allocated", "优质高中分配名额", Count, Places, ["g14"];
    QuotaRural, "quota_rural", "分配农村学校名额", Count, Places, ["g14"];
    QuotaTiltAttested, "quota_tilt_attested", "向农村初中倾斜", Attestation, None, ["g14"];
    LeftBehindAttested, "left_behind_attested", "留守儿童关爱体系健全", Attestation, None, ["g15"];
    MigrantEligible, "migrant_eligible", "符合条件随迁子女数", Count, Pupils, ["g15"];
    MigrantPublic, "migrant_public", "公办学校就读随迁子女数", Count, Pupils, ["g15"];
    MigrantPurchased, "migrant_purchased", "政府购买服务民办学校就读随迁子女数", Count, Pupils, ["g15"];
    Graduates, "graduates", "初中毕业生数", Count, Pupils, ["q01"];
    Intake3yAgo, "intake_3y_ago", "三年前入学学生数", Count, Pupils, ["q01"];
    TransferredIn, "transferred_in", "三年转入学生数", Count, Pupils, ["q01"];
    TransferredOut, "transferred_out", "三年转出学生数", Count, Pupils, ["q01"];
    Deceased, "deceased", "三年死亡学生数", Count, Pupils, ["q01"];
    DisabledChildren, "disabled_children", "适龄残疾儿童少年数", Count, Pupils, ["q02"];
    DisabledEnrolled, "disabled_enrolled", "残疾儿童少年入学数", Count, Pupils, ["q02"];
    CharterAttested, "charter_attested", "章程与信息化", Attestation, None, ["q03"];
    DigitalTeachingAttested, "digital_teaching_attested", "信息化教学", Attestation, None, ["q05"];
    MoralCultureAttested, "moral_culture_attested", "德育与校园文化良好以上", Attestation, None, ["q06"];
    CurriculumAttested, "curriculum_attested", "课程开齐开足", Attestation, None, ["q07"];
    WorkloadAttested, "workload_attested", "无过重课业负担", Attestation, None, ["q08"];
    MonitoringChineseLevel, "monitoring_chinese_level", "语文学业水平等级", Level, None, ["q09"];
    MonitoringChineseDifference, "monitoring_chinese_difference", "语文校际差异率", Ratio, Ratio, ["q09"];
    MonitoringMathLevel, "monitoring_math_level", "数学学业水平等级", Level, None, ["q09"];
    MonitoringMathDifference, "monitoring_math_difference", "数学校际差异率", Ratio, Ratio, ["q09"];
    MonitoringScienceLevel, "monitoring_science_level", "科学学业水平等级", Level, None, ["q09"];
    MonitoringScienceDifference, "monitoring_science_difference", "科学校际差异率", Ratio, Ratio, ["q09"];
    MonitoringPeLevel, "monitoring_pe_level", "体育学业水平等级", Level, None, ["q09"];
    MonitoringPeDifference, "monitoring_pe_difference", "体育校际差异率", Ratio, Ratio, ["q09"];
    MonitoringArtsLevel, "monitoring_arts_level", "艺术学业水平等级", Level, None, ["q09"];
    MonitoringArtsDifference, "monitoring_arts_difference", "艺术校际差异率", Ratio, Ratio, ["q09"];
    MonitoringMoralLevel, "monitoring_moral_level", "德育学业水平等级", Level, None, ["q09"];
    MonitoringMoralDifference, "monitoring_moral_difference", "德育校际差异率", Ratio, Ratio, ["q09"];
    QuestionnairesValid, "questionnaires_valid", "有效问卷数", Count, Sheets, ["s01"];
    QuestionnairesSatisfied, "questionnaires_satisfied", "满意问卷数", Count, Sheets, ["s01"];
    Visited, "visited", "实地走访人数", Count, Persons, ["s01"];
    VisitedSatisfied, "visited_satisfied", "走访满意人数", Count, Persons, ["s01"];
    RecognitionRate, "recognition_rate", "社会认可度", Percent, Percent, ["s01"];
    VetoExamAdmission, "veto_exam_admission", "以考试方式招生", Boolean, None, ["veto_exam_admission"];
    VetoSchoolChoice, "veto_school_choice", "违规择校", Boolean, None, ["veto_school_choice"];
    VetoKeyClasses, "veto_key_classes", "重点学校或重点班", Boolean, None, ["veto_key_classes"];
    VetoStaffing, "veto_staffing", "有编不补或长期聘用编外教师", Boolean, None, ["veto_staffing"];
    VetoIncident, "veto_incident", "重大安全责任事故或严重违纪违规", Boolean, None, ["veto_incident"];
    VetoFalsified, "veto_falsified", "弄虚作假", Boolean, None, ["veto_falsified"];
    // What only the application form asks for; no verdict rests on it.
    Population, "population", "总人口", Count, Persons, [];
    RuralPopulation, "rural_population", "农村人口", Count, Persons, [];
    Townships, "townships", "乡镇数", Count, Places, [];
    Villages, "villages", "行政村数", Count, Places, [];
    GdpPerHead, "gdp_per_head", "人均国内生产总值", Amount, Yuan, [];
    RevenuePerHead, "revenue_per_head", "人均地方财政收入", Amount, Yuan, [];
    FarmerIncome, "farmer_income", "农民人均纯收入", Amount, Yuan, [];
    UrbanIncome, "urban_income", "城镇居民人均可支配收入", Amount, Yuan, [];
    StaffPrimary, "staff_primary", "小学教职工数", Count, Persons, [];
    StaffJunior, "staff_junior", "初中教职工数", Count, Persons, [];
    DisabledInSpecialSchools, "disabled_in_special_schools", "特殊教育学校就读残疾儿童少年数", Count, Pupils, [];
    Questionnaires, "questionnaires", "发放问卷数", Count, Sheets, [];
    QuestionnairesParents, "questionnaires_parents", "家长发放问卷数", Count, Sheets, [];
    QuestionnairesValidParents, "questionnaires_valid_parents", "家长有效问卷数", Count, Sheets, [];
    QuestionnairesSatisfiedParents, "questionnaires_satisfied_parents", "家长满意问卷数", Count, Sheets, [];
    VisitedParents, "visited_parents", "走访家长人数", Count, Persons, [];
    VisitedSatisfiedParents, "visited_satisfied_parents", "走访家长满意人数", Count, Persons, [];
}

impl CountyField {
    /// The field with this canonical header.
    ///
    /// # Examples
    /// ```
    /// use junheng::model::{CountyField, Unit};
    /// let field = CountyField::from_id("quota_total").unwrap();
    /// assert_eq!((field.zh(), field.unit()), ("优质高中招生名额总数", Unit::Places));
    /// ```
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.id() == id)
    }

    /// Other headers in use: those of the school table for what both have.
    pub fn aliases(self) -> &'static [&'static str] {
        match self {
            CountyField::Year => Field::Year.aliases(),
            CountyField::CountyCode => Field::CountyCode.aliases(),
            CountyField::County => Field::County.aliases(),
            _ => &[],
        }
    }

    /// Whether it holds a number.
    pub fn is_numeric(self) -> bool {
        use CountyFieldKind::*;
        matches!(self.kind(), Count | Amount | Percent | Ratio | Level)
    }

    /// Whether it holds yes or no.
    pub fn is_answer(self) -> bool {
        matches!(self.kind(), CountyFieldKind::Attestation | CountyFieldKind::Boolean)
    }
}

impl fmt::Display for CountyField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl From<CountyField> for Arg {
    fn from(field: CountyField) -> Self {
        Arg::names(field.zh(), field.id())
    }
}

/// Why a [`CountyData`] or a [`CountyTable`] does not take a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CountyError {
    /// The county code is not six digits.
    #[error("the county code {0:?} is not six digits")]
    CountyCode(String),
    /// The year is not between 1900 and 2999.
    #[error("{0} is not a year of this time")]
    Year(u16),
    /// The field holds something else.
    #[error("{field} holds a {kind:?}")]
    Kind {
        /// The field.
        field: CountyField,
        /// What it holds.
        kind: CountyFieldKind,
    },
    /// The field is of another unit.
    #[error("{field} takes {expected:?}, not {found:?}")]
    Unit {
        /// The field.
        field: CountyField,
        /// Its unit.
        expected: Unit,
        /// The unit offered.
        found: Unit,
    },
    /// The value is negative, not whole where things are counted, or beyond the range of the field.
    #[error("{field} cannot be {value}")]
    Value {
        /// The field.
        field: CountyField,
        /// The value offered.
        value: Decimal,
    },
    /// No name of a veto that an overlay may add.
    #[error("{0:?} is no veto of an overlay: expected an identifier that begins with veto_")]
    Veto(String),
    /// A negative figure, one over 100 per cent, or one with too many decimals.
    #[error("the answer to {item} cannot be {answer}")]
    Answer {
        /// The item of the scoring table.
        item: String,
        /// The answer offered.
        answer: super::Answer,
    },
    /// A county twice in a year.
    #[error("the county {code} occurs twice{}", .year.map_or(String::new(), |y| format!(" in {y}")))]
    Repeated {
        /// Its code.
        code: String,
        /// The year.
        year: Option<u16>,
    },
}

/// What one county reports of one year: what is not set is missing, never zero and never no.
///
/// # Examples
/// ```
/// use junheng::model::{CountyData, CountyField, Quantity};
///
/// let county = CountyData::new("210102")?
///     .with_year(2023)?
///     .with_answer(CountyField::PlanningAttested, true)?
///     .with_count(CountyField::QuotaTotal, 1200)?
///     .with(CountyField::TeacherAveragePay, Quantity::yuan("102000".parse()?))?
///     .with_number(CountyField::CatchmentRateJunior, "96.4".parse()?)?;
/// assert_eq!(county.value(CountyField::QuotaTotal).unwrap().to_string(), "1200");
/// assert_eq!(county.answer(CountyField::StaffingAttested), None);
/// assert!(county.with_number(CountyField::CatchmentRateJunior, "120".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountyData {
    pub(crate) code: String,
    pub(crate) name: String,
    /// 0 where it is not given.
    pub(crate) year: u16,
    pub(crate) values: BTreeMap<CountyField, Decimal>,
    pub(crate) answers: BTreeMap<CountyField, bool>,
    /// Answers on vetoes that overlays add, by the identifier of the item.
    pub(crate) vetoes: BTreeMap<String, bool>,
}

impl CountyData {
    /// A county by its code (six digits).
    ///
    /// # Errors
    /// A malformed code.
    pub fn new(code: &str) -> Result<Self, CountyError> {
        if !is_county_code(code) {
            return Err(CountyError::CountyCode(code.to_owned()));
        }
        Ok(CountyData {
            code: code.to_owned(),
            name: String::new(),
            year: 0,
            values: BTreeMap::new(),
            answers: BTreeMap::new(),
            vetoes: BTreeMap::new(),
        })
    }

    /// Sets the name (区县名称).
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = name.trim().to_owned();
        self
    }

    /// Sets the year of the data (年度).
    ///
    /// # Errors
    /// A year outside 1900 to 2999.
    pub fn with_year(mut self, year: u16) -> Result<Self, CountyError> {
        if !is_year(year) {
            return Err(CountyError::Year(year));
        }
        self.year = year;
        Ok(self)
    }

    /// Sets a count or an amount with its unit.
    ///
    /// # Errors
    /// A field without a number, another unit, a value outside the range of the field.
    pub fn with(self, field: CountyField, quantity: Quantity) -> Result<Self, CountyError> {
        if field.is_numeric() && field.unit() != quantity.unit() {
            return Err(CountyError::Unit { field, expected: field.unit(), found: quantity.unit() });
        }
        self.with_number(field, quantity.value())
    }

    /// Sets a number in the [unit](CountyField::unit) of the field: a count, an amount, a percentage (94.9), a ratio
    /// (0.149) or a level (1 to 4).
    ///
    /// # Errors
    /// A field without a number, a value outside the range of the field.
    pub fn with_number(mut self, field: CountyField, value: Decimal) -> Result<Self, CountyError> {
        self.set_number(field, value)?;
        Ok(self)
    }

    pub(crate) fn set_number(&mut self, field: CountyField, value: Decimal) -> Result<(), CountyError> {
        let most = match field.kind() {
            CountyFieldKind::Count | CountyFieldKind::Amount => None,
            CountyFieldKind::Percent => Some(100),
            CountyFieldKind::Ratio => Some(1),
            CountyFieldKind::Level => Some(4),
            kind => return Err(CountyError::Kind { field, kind }),
        };
        let whole = matches!(field.kind(), CountyFieldKind::Count | CountyFieldKind::Level);
        let none = field.kind() == CountyFieldKind::Level && value.is_zero();
        let above = most.is_some_and(|most: u32| value > most.into());
        if value.is_negative() || above || none || (whole && !value.is_whole()) {
            return Err(CountyError::Value { field, value });
        }
        self.values.insert(field, value);
        Ok(())
    }

    /// Sets a count.
    ///
    /// # Errors
    /// A field that is not counted.
    pub fn with_count(self, field: CountyField, count: u32) -> Result<Self, CountyError> {
        match field.kind() {
            CountyFieldKind::Count => self.with_number(field, count.into()),
            kind => Err(CountyError::Kind { field, kind }),
        }
    }

    /// Sets an attestation, or the answer on a veto.
    ///
    /// # Errors
    /// A field that holds no yes or no.
    pub fn with_answer(mut self, field: CountyField, yes: bool) -> Result<Self, CountyError> {
        if !field.is_answer() {
            return Err(CountyError::Kind { field, kind: field.kind() });
        }
        self.answers.insert(field, yes);
        Ok(self)
    }

    /// Sets the answer on a veto that an overlay adds, by the identifier of its item (`veto_…`).
    ///
    /// # Errors
    /// An identifier that does not begin with `veto_`.
    pub fn with_veto(mut self, id: &str, yes: bool) -> Result<Self, CountyError> {
        if let Some(field) = CountyField::from_id(id) {
            return self.with_answer(field, yes);
        }
        if !id.starts_with("veto_") {
            return Err(CountyError::Veto(id.to_owned()));
        }
        self.vetoes.insert(id.to_owned(), yes);
        Ok(self)
    }

    /// Six digits.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its name; blank where it is not given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The year of the data.
    pub fn year(&self) -> Option<u16> {
        (self.year != 0).then_some(self.year)
    }

    /// A number, in the unit of the field; `None` where it is missing.
    pub fn value(&self, field: CountyField) -> Option<Decimal> {
        self.values.get(&field).copied()
    }

    /// An attestation or the answer on a veto; `None` where it is missing.
    pub fn answer(&self, field: CountyField) -> Option<bool> {
        self.answers.get(&field).copied()
    }

    /// The answer on a veto by the identifier of its item; `None` where it is missing.
    pub fn veto(&self, id: &str) -> Option<bool> {
        match CountyField::from_id(id) {
            Some(field) => self.answer(field),
            None => self.vetoes.get(id).copied(),
        }
    }

    fn key(&self) -> (&str, u16) {
        (&self.code, self.year)
    }
}

/// The county table (区县数据表): one row a county and year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountyTable {
    rows: Vec<CountyData>,
    findings: Vec<Finding>,
}

impl CountyTable {
    /// A table of these rows, in order of code, then year.
    ///
    /// # Errors
    /// A county twice in a year.
    pub fn new(rows: impl IntoIterator<Item = CountyData>) -> Result<Self, CountyError> {
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut seen = BTreeSet::new();
        if let Some(row) = rows.iter().find(|row| !seen.insert(row.key())) {
            return Err(CountyError::Repeated { code: row.code.clone(), year: row.year() });
        }
        Ok(CountyTable { rows, findings: Vec::new() })
    }

    pub(crate) fn with_findings(self, findings: Vec<Finding>) -> Self {
        CountyTable { findings, ..self }
    }

    /// What was noticed while the table was read, in a fixed order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// All rows, in order of code, then year.
    pub fn rows(&self) -> &[CountyData] {
        &self.rows
    }

    /// The row of a county and year. A row that gives no year stands for every year without a row of its own; data
    /// that gives no year takes the row of its county where there is only one.
    pub fn get(&self, code: &str, year: Option<u16>) -> Option<&CountyData> {
        row_of(&self.rows, CountyData::key, code, year)
    }
}

/// The row of a county and year among rows in order of code and year (0 where none is given): its own, else the one
/// without a year; without a year, the only one of the county.
pub(super) fn row_of<'a, T>(
    rows: &'a [T],
    key: impl Fn(&T) -> (&str, u16),
    code: &str,
    year: Option<u16>,
) -> Option<&'a T> {
    let start = rows.partition_point(|row| key(row).0.cmp(code) == Ordering::Less);
    let mine = || rows.iter().skip(start).take_while(|row| key(row).0 == code);
    let exact = mine().find(|row| key(row).1 == year.unwrap_or(0));
    exact.or_else(|| match year {
        Some(_) => mine().find(|row| key(row).1 == 0),
        None => mine().next().filter(|_| mine().count() == 1),
    })
}
