//! The categories a school is reported under.

use std::fmt;

use crate::finding::Arg;

/// Stage of schooling (学段).
#[doc(alias = "学段")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Primary (小学).
    #[doc(alias = "小学")]
    Primary,
    /// Junior secondary (初中).
    #[doc(alias = "初中")]
    Junior,
    /// Senior secondary (高中): never assessed, but it takes part in the split of shared resources.
    #[doc(alias = "高中")]
    Senior,
}

impl Stage {
    /// The two stages of compulsory education, in the order every result lists them.
    pub const COMPULSORY: [Stage; 2] = [Stage::Primary, Stage::Junior];
    /// All three.
    pub const ALL: [Stage; 3] = [Stage::Primary, Stage::Junior, Stage::Senior];

    /// Identifier in files and results.
    pub fn id(self) -> &'static str {
        match self {
            Stage::Primary => "primary",
            Stage::Junior => "junior",
            Stage::Senior => "senior",
        }
    }

    /// Chinese name.
    pub fn zh(self) -> &'static str {
        match self {
            Stage::Primary => "小学",
            Stage::Junior => "初中",
            Stage::Senior => "高中",
        }
    }

    /// The stage with this identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == id)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl From<Stage> for Arg {
    fn from(stage: Stage) -> Self {
        Arg::names(stage.zh(), stage.id())
    }
}

/// Declares an enum with an identifier, a Chinese name and the other texts people write for each variant.
macro_rules! category {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $id:literal, $zh:literal, [$($alias:literal),* $(,)?];)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vmeta])* $variant,)* }

        impl $name {
            /// All of them, in the order of the forms.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// Identifier in files and results.
            pub fn id(self) -> &'static str {
                match self { $($name::$variant => $id,)* }
            }

            /// Chinese name.
            pub fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh,)* }
            }

            /// Reads the Chinese name, the identifier or a usual short form (already trimmed and half-width).
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($id | $zh $(| $alias)* => Some($name::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.id())
            }
        }
    };
}

category! {
    /// Kind of school (学校类别).
    #[doc(alias = "学校类别")]
    SchoolKind {
        /// Primary school (小学).
        Primary = "primary_school", "小学", ["完全小学", "完小", "村小", "普通小学", "中心小学"];
        /// Teaching point (教学点).
        TeachingPoint = "teaching_point", "教学点", ["小学教学点", "教学点(小学)", "村教学点"];
        /// Junior secondary school (初级中学).
        Junior = "junior_school", "初级中学", ["初中", "初级中学校", "普通初中"];
        /// Nine-year school (九年一贯制学校): primary and junior stage.
        NineYear = "nine_year_school", "九年一贯制学校", ["九年一贯制", "九年制", "九年制学校", "九年一贯"];
        /// Complete secondary school (完全中学): junior and senior stage.
        CompleteSecondary = "complete_secondary", "完全中学", ["完中"];
        /// Twelve-year school (十二年一贯制学校): all three stages.
        TwelveYear = "twelve_year_school", "十二年一贯制学校", ["十二年一贯制", "十二年制", "十二年制学校", "十二年一贯"];
        /// Senior secondary school (高级中学).
        Senior = "senior_school", "高级中学", ["高中", "普通高中", "普通高级中学"];
        /// Special-education school (特殊教育学校).
        SpecialEducation = "special_education", "特殊教育学校", ["特殊教育", "特教学校", "特教", "特校"];
        /// Vocational school (职业学校).
        Vocational = "vocational", "职业学校", ["职业中学", "职业高中", "职高", "中职", "中职学校", "中等职业学校", "职业初中"];
    }
}

impl SchoolKind {
    /// Whether a school of this kind has the stage, whatever its pupils.
    ///
    /// Special-education and vocational schools are not assessed; any stage is taken from them as it is given.
    pub fn has(self, stage: Stage) -> bool {
        use SchoolKind::*;
        match stage {
            Stage::Primary => matches!(self, Primary | TeachingPoint | NineYear | TwelveYear),
            Stage::Junior => matches!(self, Junior | NineYear | CompleteSecondary | TwelveYear),
            Stage::Senior => matches!(self, CompleteSecondary | TwelveYear | Senior),
        }
    }

    /// Whether pupils in a stage that the kind does not name are a contradiction.
    pub fn stages_are_fixed(self) -> bool {
        !matches!(self, SchoolKind::SpecialEducation | SchoolKind::Vocational)
    }

    /// Whether pupils in this stage contradict it.
    pub(crate) fn cannot_have(self, stage: Stage) -> bool {
        self.stages_are_fixed() && !self.has(stage)
    }
}

impl From<SchoolKind> for Arg {
    fn from(kind: SchoolKind) -> Self {
        Arg::names(kind.zh(), kind.id())
    }
}

category! {
    /// Sponsor of a school (举办者类别), as table II-2 of the application form codes it.
    #[doc(alias = "办学性质")]
    #[doc(alias = "举办者")]
    Sponsor {
        /// Public, the level not stated (公办): taken as run by the county.
        Public = "public", "公办", ["公立", "公办学校"];
        /// Central education department, code 1.
        CentralEducation = "central_education", "中央教育部门", ["1"];
        /// Other central department, code 2.
        CentralOther = "central_other", "中央其他部门", ["2"];
        /// Provincial education department, code 3.
        ProvincialEducation = "provincial_education", "省级教育部门", ["3"];
        /// Other provincial department, code 4.
        ProvincialOther = "provincial_other", "省级其他部门", ["4"];
        /// Prefecture education department, code 5.
        PrefectureEducation = "prefecture_education", "地级教育部门", ["5", "市级教育部门"];
        /// Other prefecture department, code 6.
        PrefectureOther = "prefecture_other", "地级其他部门", ["6", "市级其他部门"];
        /// County education department, code 7.
        CountyEducation = "county_education", "县级教育部门", ["7", "区县教育部门", "县教育部门"];
        /// Other county department, code 8.
        CountyOther = "county_other", "县级其他部门", ["8", "区县其他部门"];
        /// Local enterprise, code 9.
        Enterprise = "enterprise", "地方企业", ["9"];
        /// Private (民办), code 10.
        Private = "private", "民办", ["10", "私立", "民办学校"];
    }
}

category! {
    /// Where the school lies (城乡类型); the codes of the statistics' urban-rural classification are read too.
    #[doc(alias = "城乡类型")]
    Area {
        /// City (城区).
        City = "city", "城区", ["111", "112", "主城区", "城乡结合区"];
        /// Town (镇区).
        Town = "town", "镇区", ["121", "122", "123", "镇中心区", "镇乡结合区", "特殊区域"];
        /// Village (乡村).
        Rural = "rural", "乡村", ["210", "220", "乡中心区", "村庄"];
    }
}

impl Sponsor {
    /// The code of table II-2 of the application form, 1 to 10; `None` where the level is not stated.
    ///
    /// # Examples
    /// ```
    /// use junheng::model::Sponsor;
    /// assert_eq!(Sponsor::CountyEducation.code(), Some(7));
    /// assert_eq!(Sponsor::Public.code(), None);
    /// ```
    pub fn code(self) -> Option<usize> {
        Self::ALL.iter().position(|s| *s == self).filter(|place| *place > 0)
    }
}
