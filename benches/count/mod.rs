//! A sink that counts what is written to it.

use std::io::{self, Write};

/// How many bytes were written.
#[derive(Default)]
pub struct Count(pub u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
