//! The JSON of a whole nation, made side by side.

use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;

use serde::Serialize;

use super::{Json, SCHEMA, StandardJson};
use crate::assess::Assessment;
use crate::lang::Lang;
use crate::parallel::{COUNTIES_WORTH_A_THREAD, in_turn, pieces};

/// Counties whose text is made in one go: some 300 kB.
const TOGETHER: usize = 4;

/// Writes an assessment as JSON, on as many threads as there are in the pool of `rayon` that calls: the bytes that
/// `serde_json` makes of a [`Json`].
///
/// A nation is never held as text: a few dozen counties are made before their turn comes.
///
/// # Errors
/// Only those of the writer.
///
/// # Examples
/// ```
/// use junheng::report::{Json, write_json};
/// use junheng::{Assessor, Lang, Standard, read_schools};
///
/// let table = "county_code,school_code,kind,students_primary\n210102,1,小学,1000\n210103,2,小学,800\n";
/// let data = read_schools().from_bytes("schools.csv", table.as_bytes())?;
/// let assessment = Assessor::new(Standard::quality_2017()).assess(&data)?;
/// let mut out = Vec::new();
/// write_json(&assessment, Lang::En, &mut out).unwrap();
/// assert_eq!(out, serde_json::to_vec(&Json::new(&assessment, Lang::En)).unwrap());
/// # Ok::<(), junheng::Error>(())
/// ```
pub fn write_json(assessment: &Assessment, lang: Lang, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    write_on(None, Json::new(assessment, lang), out)
}

fn write_on(
    threads: Option<NonZeroUsize>,
    json: Json<'_>,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    // Of the many small parts none should have to find out where it is written to.
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let counties = json.counties().len();
    let threads = pieces(counties, COUNTIES_WORTH_A_THREAD, threads);
    if threads == 1 {
        // A single county may be as large as a province, and need not be held as text.
        serde_json::to_writer(&mut out, &json)?;
        return out.flush();
    }
    field(&mut out, '{', "schema", &SCHEMA)?;
    field(&mut out, ',', "standard", &StandardJson(json.assessment))?;
    out.write_all(b",\"counties\":[")?;
    let make = |place: usize, mut text: Vec<u8>| {
        text.clear();
        for (number, county) in json.counties().enumerate().skip(place * TOGETHER).take(TOGETHER) {
            if number > 0 {
                text.push(b',');
            }
            serde_json::to_writer(&mut text, &county)?;
        }
        Ok(text)
    };
    in_turn(counties.div_ceil(TOGETHER), threads, make, |text| out.write_all(text))?;
    out.write_all(b"]")?;
    field(&mut out, ',', "excluded", &json.excluded())?;
    field(&mut out, ',', "findings", &json.findings())?;
    out.write_all(b"}")?;
    out.flush()
}

/// A field of an object, with what stands before it.
fn field(out: &mut impl Write, before: char, name: &str, value: &impl Serialize) -> io::Result<()> {
    write!(out, "{before}\"{name}\":")?;
    Ok(serde_json::to_writer(out, value)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DataSet;
    use crate::{Assessor, Standard, read_schools};

    /// So many counties of two schools, one of which is a teaching point that no standard looks at.
    fn assessed(counties: usize) -> Assessment {
        let mut table = "county_code,school_code,kind,students_primary,books\n".to_owned();
        for county in 110_101..110_101 + counties {
            table +=
                &format!("{county},{county}1,小学,{},2000\n{county},{county}2,教学点,30,\n", county % 1000);
        }
        let data = read_schools().from_bytes("schools.csv", table.as_bytes()).expect("a table");
        Assessor::new(Standard::quality_2017()).assess(&data).expect("no county was asked for")
    }

    #[test]
    fn any_number_of_threads_writes_what_one_serializer_does() {
        for counties in [1, 3, 4, 5, 150] {
            let assessment = assessed(counties);
            for lang in [Lang::Zh, Lang::En] {
                let json = Json::new(&assessment, lang);
                let expected = serde_json::to_string(&json).expect("writing to memory");
                assert_eq!(expected.matches("\"excluded\":[{").count(), 1);
                for threads in [1, 2, 3, 8] {
                    let mut out = Vec::new();
                    write_on(NonZeroUsize::new(threads), json, &mut out).expect("writing to memory");
                    assert!(out == expected.as_bytes(), "{counties} counties on {threads} threads");
                }
            }
        }
    }

    #[test]
    fn nothing_to_assess_is_an_empty_list() {
        let data = DataSet::builder().finish().expect("no code twice");
        let assessment = Assessor::new(Standard::quality_2017()).assess(&data).expect("none asked for");
        let mut out = Vec::new();
        write_json(&assessment, Lang::Zh, &mut out).expect("writing to memory");
        let json = serde_json::to_vec(&Json::new(&assessment, Lang::Zh)).expect("writing to memory");
        assert_eq!(out, json);
        assert!(out.windows(13).any(|part| part == b"\"counties\":[]"));
    }

    /// A disk with so much room.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let left = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            self.0 = left;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_ends_it_on_every_thread() {
        let assessment = assessed(150);
        let json = Json::new(&assessment, Lang::Zh);
        let all = serde_json::to_vec(&json).expect("writing to memory").len();
        for threads in [1, 2, 8] {
            for room in [0, all / 3, all - 1] {
                let written = write_on(NonZeroUsize::new(threads), json, &mut Full(room));
                assert_eq!(
                    written.map_err(|e| e.kind()),
                    Err(io::ErrorKind::StorageFull),
                    "{room} on {threads}"
                );
            }
            write_on(NonZeroUsize::new(threads), json, &mut Full(all)).expect("room enough");
        }
    }
}
