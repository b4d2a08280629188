//! Files and output of the machine that runs QEMU.

use alloc::ffi::CString;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use raid10_replayer::Console;
use semihosting::fs::File;
use semihosting::io::{self, Read, Stderr, Stdout, Write};

/// Bytes that are read at once.
const PIECE: usize = 4096;

/// The console of a machine under QEMU.
pub(crate) struct Semihosting {
    out: Option<Stdout>,
    err: Option<Stderr>,
}

impl Semihosting {
    pub(crate) fn new() -> Self {
        Self { out: io::stdout().ok(), err: io::stderr().ok() }
    }
}

impl Console for Semihosting {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        let path = CString::new(path).map_err(|error| error.to_string())?;
        slurp(&path).map_err(|error| error.to_string())
    }

    fn trace(&mut self, text: &str) {
        if let Some(out) = &mut self.out {
            // There is nobody left to tell.
            let _ = out.write_all(text.as_bytes());
        }
    }

    fn report(&mut self, text: &str) {
        if let Some(err) = &mut self.err {
            // There is nobody left to tell.
            let _ = err.write_all(text.as_bytes());
        }
    }
}

fn slurp(path: &CString) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    let mut piece = [0; PIECE];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(bytes),
            count => bytes.extend_from_slice(&piece[..count]),
        }
    }
}
