//! How large the parts of a zipped workbook are: a file of a few megabytes may unpack to more than any memory has.

use std::io::Cursor;

use zip::ZipArchive;

/// Bytes of a part that are read: twice as many as a sheet of the nation's schools has.
pub(super) const MOST: u64 = 2 << 30;

/// Whether a part of a file says that it unpacks to more bytes than these; not of a file that is no archive.
///
/// One that says less than it unpacks to is damaged: no more is read of it than it says.
pub(super) fn is_beyond(file: &[u8], most: u64) -> bool {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(file)) else { return false };
    (0..archive.len()).any(|part| archive.by_index_raw(part).is_ok_and(|part| part.size() > most))
}

#[cfg(test)]
mod tests {
    use std::io::{Write, copy, sink};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// An archive of two parts, the second of so many zeros.
    fn archive(length: usize) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, length) in [("first", 10), ("second", length)] {
            archive.start_file(name, SimpleFileOptions::default()).expect("a part");
            archive.write_all(&vec![0; length]).expect("zeros");
        }
        archive.finish().expect("an archive").into_inner()
    }

    #[test]
    fn a_part_beyond_the_most_is_found() {
        let most = 1 << 20;
        assert!(!is_beyond(&archive(1 << 20), most));
        assert!(is_beyond(&archive((1 << 20) + 1), most));
        assert!(!is_beyond(&[0; 100], 1));
    }

    /// What the above takes for granted of the library.
    #[test]
    fn no_more_is_unpacked_than_a_file_says() {
        let length = (1 << 20) + 1u32;
        let mut file = archive(length as usize);
        // It says so at the head of the part and in the list of all.
        let is_told = |bytes: &[u8]| bytes == length.to_le_bytes();
        let told: Vec<usize> =
            file.windows(4).enumerate().filter(|(_, bytes)| is_told(bytes)).map(|(at, _)| at).collect();
        assert_eq!(told.len(), 2);
        told.iter().for_each(|at| file[*at..at + 4].copy_from_slice(&7u32.to_le_bytes()));
        let mut archive = ZipArchive::new(Cursor::new(file)).expect("an archive");
        let mut part = archive.by_index(1).expect("a part");
        assert_eq!(part.size(), 7);
        assert!(copy(&mut part, &mut sink()).is_err());
    }
}
