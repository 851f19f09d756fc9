//! What parts and figures of items are called.

use crate::lang::Lang;
use crate::model::{CountyField, Stage};

macro_rules! names {
    (parts { $($part:ident $part_id:literal $zh:literal $en:literal;)* } figures { $($figure:ident $id:literal;)* }) => {
        /// A part of an item, or a figure that goes into one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::assess) enum Name {
            $($part,)*
            $($figure,)*
            /// A column of the county table.
            Column(CountyField),
        }

        impl Name {
            /// Identifier within the item.
            pub(super) fn id(self) -> &'static str {
                match self {
                    $(Name::$part => $part_id,)*
                    $(Name::$figure => $id,)*
                    Name::Column(field) => field.id(),
                }
            }

            /// Name for people; of a figure its identifier.
            pub(super) fn name(self, lang: Lang) -> &'static str {
                match self {
                    $(Name::$part => lang.pick($zh, $en),)*
                    $(Name::$figure => $id,)*
                    Name::Column(field) => lang.pick(field.zh(), field.id()),
                }
            }
        }
    };
}

names! {
    parts {
        Primary "primary" "小学" "primary stage";
        Junior "junior" "初中" "junior stage";
        Share "share" "比例" "share";
        Attested "attested" "佐证材料" "attestation";
        Rotated "rotated" "交流轮岗教师比例" "teachers who rotated";
        Backbone "backbone" "其中骨干教师比例" "backbone teachers among them";
        Music "music" "音乐专用教室" "music rooms";
        Art "art" "美术专用教室" "fine-arts rooms";
        Rooms "rooms" "音乐、美术专用教室合计" "music and fine-arts rooms together";
        Single "single" "小学、初中" "primary and junior schools";
        Through "through" "一贯制学校" "nine- and twelve-year schools";
        Questionnaires "questionnaires" "问卷" "questionnaires";
        Visits "visits" "走访" "visits";
    }
    figures {
        SingleOver "single_over";
        ThroughOver "through_over";
        PrimaryOver "primary_over";
        JuniorOver "junior_over";
        SmallSchools "small_schools";
        SmallPupils "small_pupils";
        SmallFunding "small_funding";
        Below "below";
    }
}

impl Name {
    /// The part of an item that is about a stage of compulsory education.
    pub(super) fn of_stage(stage: Stage) -> Self {
        if stage == Stage::Primary { Name::Primary } else { Name::Junior }
    }
}
