//! Reading and writing files: bounded, never waiting for a pipe, never leaving half a file.

use super::failure::{Failure, Outcome};
use super::text;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// All bytes of a regular file, or of the standard input for `-`; an error where there are more than
/// `limit`.
pub fn read(path: &Path, limit: u64) -> Outcome<Vec<u8>> {
    let fail = |error: io::Error| Failure::io(format!("cannot read {}: {error}", text::path(path)));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map_err(fail)?;
    } else {
        let kind = fs::metadata(path).map_err(fail)?;
        if !kind.is_file() {
            let what = if kind.is_dir() { "a directory" } else { "not a regular file" };
            let hint = if kind.is_dir() { "" } else { " ('-' reads the standard input)" };
            return Err(Failure::io(format!(
                "cannot read {}: it is {what}{hint}",
                text::path(path)
            )));
        }
        File::open(path).map_err(fail)?.take(limit + 1).read_to_end(&mut bytes).map_err(fail)?;
    }
    if bytes.len() as u64 > limit {
        return Err(Failure::io(format!("{} has more than {limit} bytes", text::path(path))));
    }
    Ok(bytes)
}

/// The same, unpacked if it is gzipped; `limit` holds for both sizes.
pub fn read_unpacked(path: &Path, limit: u64) -> Outcome<Vec<u8>> {
    let bytes = read(path, limit)?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    unpack(&bytes, limit).map_err(|failure| failure.context(text::path(path)))
}

fn unpack(bytes: &[u8], limit: u64) -> Outcome<Vec<u8>> {
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit + 1)
        .read_to_end(&mut unpacked)
        .map_err(|error| Failure::data(format!("broken gzip data: {error}")))?;
    if unpacked.len() as u64 > limit {
        return Err(Failure::data(format!("unpacks to more than {limit} bytes")));
    }
    Ok(unpacked)
}

/// Whether `path` can become a file: an error if it is there and is no regular file.
pub fn writable(path: &Path) -> Outcome<()> {
    match fs::metadata(path) {
        Ok(kind) if kind.is_dir() => {
            Err(Failure::io(format!("cannot write {}: it is a directory", text::path(path))))
        }
        Ok(kind) if !kind.is_file() => {
            Err(Failure::io(format!("cannot write {}: it is not a regular file", text::path(path))))
        }
        _ => Ok(()),
    }
}

/// Writes a whole file or none: into a new file in the same folder, which then takes the name.
pub fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    writable(path)?;
    // A link keeps pointing to its file.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let temporary = temporary(path);
    let written =
        OpenOptions::new().write(true).create_new(true).open(&temporary).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()?;
            drop(file);
            fs::rename(&temporary, path)
        });
    written.map_err(|error| {
        // The file is not there if creating it failed.
        let _ = fs::remove_file(&temporary);
        Failure::io(format!("cannot write {}: {error}", text::path(path)))
    })
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

/// Writes to the standard output. A reader that has gone away ends the program quietly.
pub fn print(text: &str) -> Outcome<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Failure::io(format!("cannot write to the standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_gzip_is_an_error() {
        assert_eq!(unpack(&[0x1f, 0x8b, 8, 0, 0], 100).unwrap_err().code(), "E_DATA");
    }
}
