//! Every column of the school table: what it is called, what it counts, and in which unit.

use std::fmt;

use super::Stage;
use crate::finding::Arg;
use crate::lang::Lang;

/// The unit a column is held in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// No unit: texts, categories, years.
    None,
    /// Pupils (人).
    Pupils,
    /// Members of staff (人).
    Persons,
    /// Classes (个).
    Classes,
    /// Square metres (平方米).
    SquareMetres,
    /// Yuan (元).
    Yuan,
    /// Rooms (间).
    Rooms,
    /// Sets of equipment (台).
    Sets,
    /// Volumes (册).
    Volumes,
    /// Places: at a school, or on the map (个).
    Places,
    /// Questionnaires (份).
    Sheets,
    /// Per cent (%).
    Percent,
    /// A share of one.
    Ratio,
    /// Points of a score (分).
    Points,
}

impl Unit {
    /// Identifier, as in results and standards files.
    pub fn id(self) -> &'static str {
        match self {
            Unit::None => "",
            Unit::Pupils => "pupils",
            Unit::Persons => "persons",
            Unit::Classes => "classes",
            Unit::SquareMetres => "m2",
            Unit::Yuan => "yuan",
            Unit::Rooms => "rooms",
            Unit::Sets => "sets",
            Unit::Volumes => "volumes",
            Unit::Places => "places",
            Unit::Sheets => "sheets",
            Unit::Percent => "%",
            Unit::Ratio => "ratio",
            Unit::Points => "points",
        }
    }

    /// The unit with this identifier.
    pub(crate) fn from_id(id: &str) -> Option<Self> {
        use Unit::*;
        const ALL: [Unit; 14] = [
            None,
            Pupils,
            Persons,
            Classes,
            SquareMetres,
            Yuan,
            Rooms,
            Sets,
            Volumes,
            Places,
            Sheets,
            Percent,
            Ratio,
            Points,
        ];
        ALL.into_iter().find(|unit| unit.id() == id)
    }

    /// As it stands behind a number in a text: `%`, `人`, ` persons`; nothing where there is none.
    pub(crate) fn suffix(self, lang: Lang) -> String {
        match lang {
            _ if self == Unit::Percent => "%".to_owned(),
            Lang::Zh => self.zh().to_owned(),
            Lang::En if self.id().is_empty() => String::new(),
            Lang::En => format!(" {}", self.id()),
        }
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        match self {
            Unit::None => "",
            Unit::Pupils | Unit::Persons => "人",
            Unit::Classes => "个",
            Unit::SquareMetres => "平方米",
            Unit::Yuan => "元",
            Unit::Rooms => "间",
            Unit::Sets => "台",
            Unit::Volumes => "册",
            Unit::Places => "个",
            Unit::Sheets => "份",
            Unit::Percent => "%",
            Unit::Ratio => "",
            Unit::Points => "分",
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldKind {
    /// Text, kept as typed but for blanks around it.
    Text,
    /// A year.
    Year,
    /// One of a closed list.
    Category,
    /// Yes or no.
    Boolean,
    /// A whole number, zero or more.
    Count,
    /// A decimal, zero or more.
    Amount,
    /// Several amounts in one cell.
    List,
}

macro_rules! fields {
    ($($variant:ident, $id:literal, $zh:literal, [$($alias:literal),*], $kind:ident, $unit:ident, $stage:expr;)*) => {
        /// A column of the school table.
        ///
        /// The identifier is the canonical header; the Chinese name and its [aliases](Field::aliases) are read as well.
        /// [`kind`](Field::kind) and [`unit`](Field::unit) say what a cell holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = concat!($zh, " (`", $id, "`).")] #[doc(alias = $zh)] #[doc(alias = $id)] $variant,)*
        }

        impl Field {
            /// All columns, in the order of the school table.
            pub const ALL: &'static [Field] = &[$(Field::$variant),*];

            /// Canonical header.
            pub fn id(self) -> &'static str { match self { $(Field::$variant => $id,)* } }

            /// Chinese name.
            pub fn zh(self) -> &'static str { match self { $(Field::$variant => $zh,)* } }

            /// Other headers in use.
            pub fn aliases(self) -> &'static [&'static str] { match self { $(Field::$variant => &[$($alias),*],)* } }

            /// What a cell of it holds.
            pub fn kind(self) -> FieldKind { match self { $(Field::$variant => FieldKind::$kind,)* } }

            /// The unit it is held in, whatever unit it was typed in.
            pub fn unit(self) -> Unit { match self { $(Field::$variant => Unit::$unit,)* } }

            /// The stage it belongs to; `None` for the whole school.
            pub fn stage(self) -> Option<Stage> { match self { $(Field::$variant => $stage,)* } }
        }
    };
}

const P: Option<Stage> = Some(Stage::Primary);
const J: Option<Stage> = Some(Stage::Junior);
const S: Option<Stage> = Some(Stage::Senior);

fields! {
    Year, "year", "年度", ["监测年度", "学年", "年份"], Year, None, None;
    Province, "province", "省份", ["省", "省(自治区、直辖市)"], Text, None, None;
    City, "city", "地市", ["市", "地级市"], Text, None, None;
    CountyCode, "county_code", "区县代码", ["县代码", "行政区划代码", "县(市、区)代码"], Text, None, None;
    County, "county", "区县名称", ["区县", "县(市、区)", "县名", "县名称"], Text, None, None;
    Township, "township", "乡镇街道", ["乡镇", "镇街", "街道", "乡镇(街道)"], Text, None, None;
    Group, "group", "教育集团", ["集团", "学区"], Text, None, None;
    SchoolCode, "school_code", "学校标识码", ["学校代码", "机构代码"], Text, None, None;
    SchoolName, "school_name", "学校名称", ["学校", "校名"], Text, None, None;
    Kind, "kind", "学校类别", ["学校类型", "办学类型"], Category, None, None;
    Ownership, "ownership", "办学性质", ["举办性质", "公办民办", "举办者类型", "举办者类别"], Category, None, None;
    UrbanRural, "urban_rural", "城乡类型", ["城乡分类", "学校所在地城乡类型"], Category, None, None;
    Boarding, "boarding", "是否寄宿制", ["寄宿制学校"], Boolean, None, None;
    DenseCityCentre, "dense_city_centre", "是否人口密度过高的中心城区学校", ["是否人口密度过高的大城市中心城区学校"], Boolean, None, None;
    FoundedYear, "founded_year", "建校年份", ["建校时间"], Year, None, None;
    StudentsPrimary, "students_primary", "小学在校生数", ["小学学生人数", "小学学生人数（在校人数）", "小学学生数"], Count, Pupils, P;
    StudentsJunior, "students_junior", "初中在校生数", ["初中学生人数", "初中学生人数（在校人数）", "初中学生数"], Count, Pupils, J;
    StudentsSenior, "students_senior", "高中在校生数", ["高中部学生人数（在校人数）", "高中学生数"], Count, Pupils, S;
    MigrantStudents, "migrant_students", "进城务工人员随迁子女在校生数", ["进城务工人员随迁子女在校生人数"], Count, Pupils, None;
    CatchmentStudentsPrimary, "catchment_students_primary", "小学划片范围内在校生数", ["家庭住址在划片范围内的在校学生人数（小学）"], Count, Pupils, P;
    CatchmentStudentsJunior, "catchment_students_junior", "初中划片范围内在校生数", ["家庭住址在划片范围内的在校学生人数（初中）"], Count, Pupils, J;
    ClassesPrimary, "classes_primary", "小学班级数", ["小学教学班数"], Count, Classes, P;
    ClassesJunior, "classes_junior", "初中班级数", ["初中教学班数"], Count, Classes, J;
    ClassesOverLimitPrimary, "classes_over_limit_primary", "小学超45人班级数", ["超45人小学班级数"], Count, Classes, P;
    ClassesOverLimitJunior, "classes_over_limit_junior", "初中超50人班级数", ["超50人初中班级数"], Count, Classes, J;
    Classes56plusPrimary, "classes_56plus_primary", "小学56人及以上班级数", ["小学大班额班级数"], Count, Classes, P;
    Classes56plusJunior, "classes_56plus_junior", "初中56人及以上班级数", ["初中大班额班级数"], Count, Classes, J;
    Classes66plusPrimary, "classes_66plus_primary", "小学66人及以上班级数", ["小学超大班额班级数"], Count, Classes, P;
    Classes66plusJunior, "classes_66plus_junior", "初中66人及以上班级数", ["初中超大班额班级数"], Count, Classes, J;
    MaxClassSize, "max_class_size", "最大班额", ["最大班额人数"], Count, Pupils, None;
    TeachersPrimary, "teachers_primary", "小学专任教师数", ["小学专任教师总人数"], Count, Persons, P;
    TeachersJunior, "teachers_junior", "初中专任教师数", ["初中专任教师总人数"], Count, Persons, J;
    AboveQualifiedPrimary, "above_qualified_teachers_primary", "小学高于规定学历教师数", ["小学高于规定学历专任教师数"], Count, Persons, P;
    AboveQualifiedJunior, "above_qualified_teachers_junior", "初中高于规定学历教师数", ["初中高于规定学历专任教师数"], Count, Persons, J;
    BackbonePrimary, "backbone_teachers_primary", "小学县级以上骨干教师数", ["小学县级及以上骨干教师人数", "小学骨干教师数"], Count, Persons, P;
    BackboneJunior, "backbone_teachers_junior", "初中县级以上骨干教师数", ["初中县级及以上骨干教师人数", "初中骨干教师数"], Count, Persons, J;
    PeArtsPrimary, "pe_arts_teachers_primary", "小学体育艺术专任教师数", ["小学体育、艺术(美术、音乐)专任教师数", "小学体育艺术教师数"], Count, Persons, P;
    PeArtsJunior, "pe_arts_teachers_junior", "初中体育艺术专任教师数", ["初中体育、艺术(美术、音乐)专任教师数", "初中体育艺术教师数"], Count, Persons, J;
    PeArtsItinerantPrimary, "pe_arts_itinerant_primary", "小学体育艺术交流轮岗兼职走教教师数", [], Count, Persons, P;
    PeArtsItinerantJunior, "pe_arts_itinerant_junior", "初中体育艺术交流轮岗兼职走教教师数", [], Count, Persons, J;
    MidSeniorPrimary, "mid_senior_teachers_primary", "小学中级及以上职称教师数", ["小学中级及以上专业技术职务教师数"], Count, Persons, P;
    MidSeniorJunior, "mid_senior_teachers_junior", "初中中级及以上职称教师数", ["初中中级及以上专业技术职务教师数"], Count, Persons, J;
    CertifiedTeachers, "certified_teachers", "持教师资格证专任教师数", ["持有教师资格证的专任教师人数"], Count, Persons, None;
    TrainedTeachers, "trained_teachers", "五年满360学时专任教师数", ["近5年培训满360学时专任教师人数"], Count, Persons, None;
    TeachingArea, "teaching_area", "教学及辅助用房面积", ["教学及辅助用房总面积", "教学及辅助用房面积(平方米)"], Amount, SquareMetres, None;
    TeachingAreaNet, "teaching_area_net", "教学及辅助用房面积(不含室内体育用房)", [], Amount, SquareMetres, None;
    IndoorSportsArea, "indoor_sports_area", "室内体育用房面积", ["体育馆面积", "学校体育馆面积", "室内体育用房面积(平方米)"], Amount, SquareMetres, None;
    SportsFieldArea, "sports_field_area", "运动场地面积", ["校内体育场面积", "运动场地面积(平方米)", "体育场面积"], Amount, SquareMetres, None;
    SportsTotalArea, "sports_total_area", "体育运动场馆面积", ["体育场馆面积", "体育运动场馆总面积"], Amount, SquareMetres, None;
    OtherSportsArea, "other_sports_area", "校内其他专用运动场地面积", ["校内其他体育场面积"], Amount, SquareMetres, None;
    OffcampusSportsArea, "offcampus_sports_area", "校外租赁体育场馆面积", ["校外租赁场馆面积", "就近便利到达的校外周边体育场馆面积"], Amount, SquareMetres, None;
    EquipmentValue, "equipment_value", "教学仪器设备值", ["教学仪器设备资产值", "教学仪器设备资产值（账面原值）"], Amount, Yuan, None;
    MultimediaClassrooms, "multimedia_classrooms", "网络多媒体教室数", ["网络多媒体教室间数"], Count, Rooms, None;
    Computers, "computers", "计算机台数", ["学校计算机总台数", "计算机数"], Count, Sets, None;
    ComputersTeaching, "computers_teaching", "教学用计算机台数", ["教学用计算机"], Count, Sets, None;
    Books, "books", "图书册数", ["图书总册数", "图书藏量(册)"], Count, Volumes, None;
    MusicRoomAreas, "music_room_areas", "音乐专用教室面积", ["音乐教室面积"], List, SquareMetres, None;
    ArtRoomAreas, "art_room_areas", "美术专用教室面积", ["美术教室面积"], List, SquareMetres, None;
    PublicFundingBudget, "public_funding_budget", "上年度公用经费预算总额", ["公用经费预算总额"], Amount, Yuan, None;
    TrainingFunding, "training_funding", "上年度教师培训经费", ["教师培训经费预算总额"], Amount, Yuan, None;
    GraduatesJunior, "graduates_junior", "初中毕业生数", ["初中毕业学生人数"], Count, Pupils, J;
    IntakeJunior3yAgo, "intake_junior_3y_ago", "三年前初一在校生数", ["初中毕业年级三年前初一时在校学生人数"], Count, Pupils, J;
    TransferredInJunior, "transferred_in_junior", "毕业年级三年转入学生数", ["初中毕业年级三年转入学生人数"], Count, Pupils, J;
    TransferredOutJunior, "transferred_out_junior", "毕业年级三年转出学生数", ["初中毕业年级三年转出学生人数"], Count, Pupils, J;
    DeceasedJunior, "deceased_junior", "毕业年级三年死亡学生数", ["初中毕业年级三年死亡学生人数"], Count, Pupils, J;
}

impl Field {
    /// The field with this canonical header.
    ///
    /// # Examples
    /// ```
    /// use junheng::model::{Field, Unit};
    /// let field = Field::from_id("sports_field_area").unwrap();
    /// assert_eq!((field.zh(), field.unit()), ("运动场地面积", Unit::SquareMetres));
    /// ```
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.id() == id)
    }

    /// Columns without which a table cannot be read; one of the pupils columns is needed as well.
    pub const REQUIRED: [Field; 3] = [Field::CountyCode, Field::SchoolCode, Field::Kind];

    /// Optional components whose blank means that there is none; a note in the result says where it was taken so.
    pub fn blank_means_none(self) -> bool {
        matches!(
            self,
            Field::PeArtsItinerantPrimary
                | Field::PeArtsItinerantJunior
                | Field::IndoorSportsArea
                | Field::OtherSportsArea
                | Field::OffcampusSportsArea
        )
    }

    /// Whether it is a number in a column of its own: a count or an amount.
    pub fn is_numeric(self) -> bool {
        matches!(self.kind(), FieldKind::Count | FieldKind::Amount)
    }

    /// The pupils of a stage.
    pub fn students(stage: Stage) -> Field {
        match stage {
            Stage::Primary => Field::StudentsPrimary,
            Stage::Junior => Field::StudentsJunior,
            Stage::Senior => Field::StudentsSenior,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl From<Field> for Arg {
    fn from(field: Field) -> Self {
        Arg::names(field.zh(), field.id())
    }
}
