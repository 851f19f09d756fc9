//! Names of places and schools, put together from syllables.

use rand_chacha::ChaCha8Rng;

use super::dice;
use crate::model::{Area, SchoolKind};

const FIRST: [&str; 36] = [
    "安", "宁", "长", "平", "永", "新", "东", "西", "南", "北", "江", "河", "山", "阳", "清", "云", "石",
    "龙", "金", "大", "嘉", "兴", "华", "福", "德", "文", "武", "明", "泰", "和", "青", "双", "万", "高",
    "桃", "柳",
];
const SECOND: [&str; 30] = [
    "城", "川", "源", "丰", "昌", "远", "化", "陵", "原", "林", "水", "州", "海", "湖", "台", "溪", "泉",
    "庆", "康", "顺", "乐", "桥", "坪", "岭", "沟", "店", "塘", "湾", "坝", "口",
];
const COURTESY: [&str; 14] = [
    "育才", "实验", "希望", "红旗", "育英", "光明", "胜利", "朝阳", "和平", "解放", "建设", "新华", "前进",
    "友谊",
];
const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

fn pick<'a>(rng: &mut ChaCha8Rng, list: &[&'a str]) -> &'a str {
    let i = dice::below(rng, list.len());
    list.get(i).copied().unwrap_or_default()
}

/// A place name of two syllables, such as 安城.
pub(super) fn place(rng: &mut ChaCha8Rng) -> String {
    format!("{}{}", pick(rng, &FIRST), pick(rng, &SECOND))
}

/// A county's name, such as 清源县.
pub(super) fn county(rng: &mut ChaCha8Rng) -> String {
    let suffix = ["县", "区", "市"].get(dice::weighted(rng, &[0.55, 0.33, 0.12])).copied().unwrap_or("县");
    place(rng) + suffix
}

/// A town's, a township's or a sub-district's name.
pub(super) fn township(rng: &mut ChaCha8Rng, area: Area) -> String {
    let suffix = match area {
        Area::City => "街道",
        Area::Rural => "乡",
        _ => "镇",
    };
    place(rng) + suffix
}

/// A school's name, such as 示例县安城镇第三小学.
pub(super) fn school(
    rng: &mut ChaCha8Rng,
    county: &str,
    township: &str,
    kind: SchoolKind,
    area: Area,
) -> String {
    let own = match area {
        Area::City if dice::happens(rng, 0.6) => format!("第{}", pick(rng, &NUMERALS)),
        Area::Rural => place(rng),
        _ => pick(rng, &COURTESY).to_owned(),
    };
    match kind {
        SchoolKind::Primary => format!("{county}{township}{own}小学"),
        SchoolKind::TeachingPoint => format!("{county}{township}{own}村教学点"),
        SchoolKind::Junior => format!("{county}{township}{own}初级中学"),
        SchoolKind::NineYear => format!("{county}{township}{own}学校"),
        SchoolKind::TwelveYear => format!("{county}{own}外国语学校"),
        SchoolKind::CompleteSecondary => format!("{county}{own}中学"),
        SchoolKind::Senior => format!("{county}{own}高级中学"),
        SchoolKind::SpecialEducation => format!("{county}{own}特殊教育学校"),
        SchoolKind::Vocational => format!("{county}{own}职业中等专业学校"),
    }
}
