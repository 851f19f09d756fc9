//! Overlays: what they change, how they are composed, and what is refused with its line.

use junheng::model::Stage;
use junheng::{Date, Direction, Part, Standard};

fn day(text: &str) -> Option<Date> {
    Some(text.parse().expect("a date"))
}

fn value(standard: &Standard, item: &str, name: &str, stage: Stage, date: &str, county: &str) -> String {
    let parameter = standard.item(item).and_then(|i| i.parameter(name)).expect("known");
    let found = parameter.in_force(stage, day(date), county).expect("in force");
    found.value(stage).expect("of the stage").to_string()
}

#[test]
fn the_quality_standard_has_fifteen_nine_one_and_six_items() {
    let standard = Standard::quality_2017();
    let count = |part| standard.items().iter().filter(|i| i.part() == part).count();
    assert_eq!([Part::Government, Part::Quality, Part::Recognition, Part::Veto].map(count), [15, 9, 1, 6]);
    assert_eq!(standard.parts(), [Part::Government, Part::Quality, Part::Recognition, Part::Veto]);
    let basic = Standard::basic_2012();
    assert_eq!(basic.parts(), [Part::SchoolStandard, Part::Government, Part::Recognition]);
}

#[test]
fn the_funding_base_is_that_of_the_year_and_the_region() {
    let standard = Standard::quality_2017();
    // provincial.md: 600/800 from 2016, 650/850 in the east; 650/850 everywhere from 2019; 720/940 from 2023.
    for (date, county, primary, junior) in [
        ("2018-12-31", "410102", "600", "800"),
        ("2018-12-31", "210102", "650", "850"),
        ("2019-01-01", "410102", "650", "850"),
        ("2022-12-31", "210102", "650", "850"),
        ("2023-01-01", "210102", "720", "940"),
        ("2023-01-01", "540102", "720", "940"),
        ("2015-12-31", "440102", "650", "850"),
    ] {
        assert_eq!(
            value(&standard, "g02", "funding_base", Stage::Primary, date, county),
            primary,
            "{date} {county}"
        );
        assert_eq!(
            value(&standard, "g02", "funding_base", Stage::Junior, date, county),
            junior,
            "{date} {county}"
        );
    }
    // The east: 11 provinces of provincial.md and no other.
    let east: Vec<u32> = (11..=65)
        .filter(|province| {
            let county = format!("{province}0101");
            value(&standard, "g02", "funding_base", Stage::Primary, "2017-12-31", &county) == "650"
        })
        .collect();
    assert_eq!(east, [11, 12, 13, 21, 31, 32, 33, 35, 37, 44, 46]);
    // A county without a code may lie anywhere.
    let base = standard.item("g02").and_then(|i| i.parameter("funding_base")).expect("known");
    assert!(base.in_force(Stage::Primary, day("2018-12-31"), "").is_none());
}

#[test]
fn shipped_overlays_compose_in_order_and_the_strictest_holds() {
    let open = |name: &str| Standard::open(name).expect(name);
    let both = open("quality-2017+liaoning+shenyang");
    assert_eq!(
        (both.id(), both.overlays()),
        ("quality-2017", &["liaoning".to_owned(), "shenyang".to_owned()][..])
    );
    let base = |s: &Standard, stage| value(s, "g02", "funding_base", stage, "2023-12-31", "210102");
    assert_eq!(base(&open("quality-2017+liaoning"), Stage::Primary), "935");
    assert_eq!(base(&open("quality-2017+liaoning"), Stage::Junior), "1155");
    assert_eq!((base(&both, Stage::Primary), base(&both, Stage::Junior)), ("1150".into(), "1350".into()));
    // In the other order too: a province cannot undo what its city asks beyond it.
    let error = Standard::open("quality-2017+shenyang+liaoning").expect_err("looser");
    assert!(error.to_string().contains("935 is looser than the standard extended (1150)"), "{error}");
    let vetoes = |s: &Standard| s.items().iter().filter(|i| i.part() == Part::Veto).count();
    assert_eq!((vetoes(&open("quality-2017+liaoning")), vetoes(&both)), (8, 8));
    let special = open("quality-2017+special-education-8000");
    assert_eq!(value(&special, "g07", "least", Stage::Primary, "2023-12-31", "210102"), "8000");
    assert_eq!(
        value(&Standard::quality_2017(), "g07", "least", Stage::Primary, "2023-12-31", "210102"),
        "6000"
    );
    // Where the source does not say from when, nothing is invented.
    let least = special.item("g07").and_then(|i| i.parameter("least")).expect("known");
    let shipped = least.in_force(Stage::Primary, day("2017-12-31"), "210102").expect("in force");
    assert_eq!((shipped.from(), shipped.cite().to_string().as_str()), (None, "现行国家督导评估认定申报表"));
    assert_eq!(
        Standard::shipped_overlays().collect::<Vec<_>>(),
        ["special-education-8000", "liaoning", "shenyang"]
    );
}

#[test]
fn an_unknown_or_repeated_overlay_is_refused() {
    let error = Standard::open("quality-2017+henan").expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "no standard is called \"henan\"; built in are special-education-8000, liaoning, shenyang, or give the path of a standards file"
    );
    let error = Standard::open("quality-2017+liaoning+liaoning").expect_err("twice");
    assert_eq!(error.to_string(), "liaoning line 3: the overlay liaoning is applied already");
    let error = Standard::open("basic-2012+liaoning").expect_err("of another standard");
    assert_eq!(error.to_string(), "liaoning line 6: there is no standard \"quality-2017\" to extend");
}

const HEAD: &str = "\
schema = \"junheng.standard/1\"
id = \"somewhere\"
title = \"某市补充规定\"
extends = \"quality-2017\"
[documents.S]
title = \"某市补充规定\"
number = \"某教督〔2020〕1号\"
[[item]]
";

fn refusal(body: &str) -> String {
    Standard::from_toml("my.toml", &format!("{HEAD}{body}")).expect_err("refused").to_string()
}

#[test]
fn a_wrong_overlay_is_refused_with_its_line() {
    let parameter = |item: &str, name: &str, value: &str| {
        format!("id = \"{item}\"\n[[item.parameter]]\nname = \"{name}\"\n[[item.parameter.value]]\n{value}")
    };
    let cited = |value: &str| format!("from = \"2020-01-01\"\n{value}\ndocument = \"S\"\n");
    for (body, expected) in [
        // Unknown key, item, parameter.
        (parameter("g07", "least", &cited("valu = \"1\"")), "my.toml line 14: not a valid standards file: unknown field `valu`"),
        (parameter("g99", "least", &cited("value = \"1\"")), "my.toml line 9: the standard extended has no item g99"),
        (parameter("g07", "most", &cited("value = \"1\"")), "my.toml line 11: the item has no parameter \"most\"; there are least"),
        // No citation, no date, a date that only shipped files may leave open.
        (parameter("g07", "least", "from = \"2020-01-01\"\nvalue = \"9000\"\n"), "my.toml line 12: not a valid standards file: missing field `document`"),
        (parameter("g07", "least", "value = \"9000\"\ndocument = \"S\"\n"), "my.toml line 12: not a valid standards file: missing field `from`"),
        (parameter("g07", "least", "from = \"unknown\"\nvalue = \"9000\"\ndocument = \"S\"\n"), "my.toml line 13: the date of effect cannot be unknown, expected YYYY-MM-DD"),
        (parameter("g07", "least", "from = \"2020-01-01\"\nvalue = \"9000\"\ndocument = \"T\"\n"), "my.toml line 15: documents has no \"T\""),
        (parameter("g07", "least", &format!("{}[[item.parameter.value]]\n{}", cited("value = \"8000\""), cited("value = \"9000\""))), "my.toml line 16: there are two values from the same day for the same area"),
        // Wrong unit, direction, no value.
        ("id = \"g07\"\n[[item.parameter]]\nname = \"least\"\nunit = \"%\"\n".to_owned(), "my.toml line 12: the unit of the parameter least is yuan"),
        ("id = \"g07\"\n[[item.parameter]]\nname = \"least\"\ndirection = \"at_most\"\n".to_owned(), "my.toml line 12: an overlay cannot change the direction of a parameter"),
        (parameter("g07", "least", &cited("")), "my.toml line 12: value, primary or junior is missing"),
        (parameter("g07", "least", &cited("value = \"-1\"")), "my.toml line 14: \"-1\" is not a decimal of zero or more, expected something like \"4.2\""),
        // Looser than the standard allows, whichever way the figure is held.
        (parameter("g07", "least", &cited("value = \"5999\"")), "my.toml line 12: 5999 is looser than the standard extended (6000), which may only be tightened"),
        (parameter("g04", "max_pupils", &cited("value = \"2001\"")), "my.toml line 12: 2001 is looser than the standard extended (2000), which may only be tightened"),
        (parameter("q09", "difference", &cited("value = \"0.16\"")), "my.toml line 12: 0.16 is looser than the standard extended (0.15), which may only be tightened"),
        (parameter("g02", "funding_base", &cited("primary = \"649\"")), "my.toml line 12: 649 is looser than the standard extended (650), which may only be tightened"),
        // New items are vetoes, whole and dated.
        ("id = \"g16\"\npart = \"government\"\ntitle = \"某\"\nrule = \"attested\"\nfrom = \"2020-01-01\"\ndocument = \"S\"\n".to_owned(), "my.toml line 9: an overlay can add items of the part \"veto\" only"),
        ("id = \"veto_x\"\npart = \"veto\"\ntitle = \"某\"\nrule = \"veto\"\ndocument = \"S\"\n".to_owned(), "my.toml line 9: the item added lacks from"),
        ("id = \"veto_falsified\"\npart = \"veto\"\ntitle = \"某\"\nrule = \"veto\"\nfrom = \"2020-01-01\"\ndocument = \"S\"\n".to_owned(), "my.toml line 9: the item veto_falsified occurs twice"),
        ("id = \"g07\"\ntitle = \"某\"\n".to_owned(), "my.toml line 9: an overlay cannot change title of an item"),
    ] {
        let error = refusal(&body);
        assert!(error.starts_with(expected), "{body}\n{error}\n{expected}");
    }
}

#[test]
fn an_overlay_may_tighten_and_dates_decide_from_when() {
    let body = "id = \"g04\"\n[[item.parameter]]\nname = \"max_pupils\"\nunit = \"pupils\"\n[[item.parameter.value]]\nfrom = \"2021-09-01\"\nvalue = \"1800\"\ndocument = \"S\"\narticle = \"第二条\"\n";
    let standard = Standard::from_toml("my.toml", &format!("{HEAD}{body}")).expect("valid");
    let most = |date| value(&standard, "g04", "max_pupils", Stage::Junior, date, "210102");
    assert_eq!((most("2021-08-31"), most("2021-09-01")), ("2000".to_owned(), "1800".to_owned()));
    let parameter = standard.item("g04").and_then(|i| i.parameter("max_pupils")).expect("known");
    assert_eq!(parameter.direction(), Direction::AtMost);
    let cite = parameter.in_force(Stage::Primary, None, "210102").expect("in force").cite().to_string();
    assert_eq!(cite, "某教督〔2020〕1号 第二条");
}

#[test]
fn an_overlay_below_a_later_national_base_does_not_loosen_it() {
    // 700 was more than the 650 of 2020; from 2023 the national 720 holds.
    let body = "id = \"g02\"\n[[item.parameter]]\nname = \"funding_base\"\n[[item.parameter.value]]\nfrom = \"2020-01-01\"\nprimary = \"700\"\ndocument = \"S\"\n";
    let standard = Standard::from_toml("my.toml", &format!("{HEAD}{body}")).expect("valid");
    let base = |date, stage| value(&standard, "g02", "funding_base", stage, date, "410102");
    assert_eq!(base("2019-12-31", Stage::Primary), "650");
    assert_eq!(base("2020-01-01", Stage::Primary), "700");
    assert_eq!(base("2023-01-01", Stage::Primary), "720");
    assert_eq!(base("2020-01-01", Stage::Junior), "850");
}

#[test]
fn a_comparison_of_standards_shows_what_an_overlay_changes() {
    let (base, local) = (Standard::quality_2017(), Standard::open("quality-2017+liaoning").expect("shipped"));
    let shown: Vec<_> = base
        .diff(&local, day("2023-12-31"))
        .into_iter()
        .map(|d| {
            let value = |p: Option<junheng::Parameter>| p.map(|p| format!("{} ({})", p.value(), p.layer()));
            (d.key().to_owned(), value(d.left), value(d.right))
        })
        .collect();
    let row = |key: &str, left: Option<&str>, right: &str| {
        (key.to_owned(), left.map(str::to_owned), Some(right.to_owned()))
    };
    assert_eq!(
        shown,
        [
            row("item/g02/funding_base/primary", Some("720 (quality-2017)"), "935 (liaoning)"),
            row("item/g02/funding_base/junior", Some("940 (quality-2017)"), "1155 (liaoning)"),
            row("item/veto_outside_training", None, "veto (liaoning)"),
            row("item/veto_homework", None, "veto (liaoning)"),
        ]
    );
    // In 2018 the eastern provinces have rows of their own.
    let keys: Vec<_> = base.parameters(day("2018-12-31")).map(|p| p.key().to_owned()).collect();
    assert!(keys.contains(&"item/g02/funding_base/junior/44".to_owned()));
    assert!(!keys.contains(&"item/g02/funding_base/junior/41".to_owned()));
    // Clauses are listed while they hold.
    let clause = "item/g03/clause/rooms_small_rural";
    let listed = |date| base.parameters(day(date)).find(|p| p.key() == clause).map(|p| p.value().to_owned());
    assert_eq!(listed("2021-12-31").as_deref(), Some("music_area = 54 / 61; art_area = 54 / 61"));
    assert_eq!(listed("2023-12-31"), None);
}

#[test]
fn an_item_without_its_columns_or_parameters_is_refused() {
    let base = include_str!("../src/standards/data/quality-2017.toml");
    for (from, to, expected) in [
        (
            "columns = { attested = \"planning_attested\" }\n",
            "",
            "rule = \"attested\" needs among its columns: attested",
        ),
        (
            "attested = \"planning_attested\"",
            "attested = \"quota_total\"",
            "column cannot be \"quota_total\"",
        ),
        (
            "denominator = \"disabled_children\", shown",
            "shown",
            "rule = \"ratio_at_least\" needs among its columns: numerator, denominator",
        ),
        (
            "name = \"max_pupils_through\"",
            "name = \"most\"",
            "rule = \"school_size\" needs the parameter max_pupils_through, for both stages",
        ),
        ("rule = \"school_size\"", "rule = \"size\"", "rule cannot be \"size\""),
        (
            "includes = [\"teaching_point_below_50\"]",
            "includes = [\"teaching_point\"]",
            "includes cannot be \"teaching_point\"",
        ),
    ] {
        assert!(base.contains(from), "{from}");
        let error =
            Standard::from_toml("base.toml", &base.replace(from, to)).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}
