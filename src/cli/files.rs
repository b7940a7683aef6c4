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

/// Most bytes of a file, which its first bytes decide.
type Limit = fn(&[u8]) -> u64;

/// Bytes that decide.
const HEAD: u64 = 8;

/// The same, unpacked if it is gzipped; `most` holds for the file as it is, `limit` for what it unpacks to.
pub fn read_unpacked(path: &Path, most: u64, limit: Limit) -> Outcome<Vec<u8>> {
    let bytes = read(path, most)?;
    let unpacked = if bytes.starts_with(&[0x1f, 0x8b]) { unpack(&bytes, limit) } else { Ok(bytes) };
    let within = unpacked.and_then(|bytes| {
        let limit = limit(&bytes);
        let what = format!("has, or unpacks to, more than {limit} bytes");
        if bytes.len() as u64 > limit { Err(Failure::data(what)) } else { Ok(bytes) }
    });
    within.map_err(|failure| failure.context(text::path(path)))
}

/// What gzipped bytes are, or one byte more than they may be.
fn unpack(bytes: &[u8], limit: Limit) -> Outcome<Vec<u8>> {
    let broken = |error: io::Error| Failure::data(format!("broken gzip data: {error}"));
    let (mut unpacked, mut decoder) = (Vec::new(), flate2::read::MultiGzDecoder::new(bytes));
    decoder.by_ref().take(HEAD).read_to_end(&mut unpacked).map_err(broken)?;
    let rest = (limit(&unpacked) + 1).saturating_sub(HEAD);
    decoder.take(rest).read_to_end(&mut unpacked).map_err(broken)?;
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
    let fail = |error| Failure::io(format!("cannot write {}: {error}", text::path(path)));
    let (temporary, mut file) = temporary(path).map_err(fail)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    written.and_then(|()| fs::rename(&temporary, path)).map_err(|error| {
        // Made above, so it is no one else's.
        let _ = fs::remove_file(&temporary);
        fail(error)
    })
}

/// Files of this program's names that may be in the way.
const TRIES: usize = 100;

/// A new file beside `path`; one that is there already is left alone.
fn temporary(path: &Path) -> io::Result<(PathBuf, File)> {
    let mut result = Err(ErrorKind::AlreadyExists.into());
    for number in 0..TRIES {
        let name = temporary_name(path, number);
        result =
            OpenOptions::new().write(true).create_new(true).open(&name).map(|file| (name, file));
        if !matches!(&result, Err(error) if error.kind() == ErrorKind::AlreadyExists) {
            break;
        }
    }
    result
}

fn temporary_name(path: &Path, number: usize) -> PathBuf {
    path.with_file_name(format!(".heatlens-{}-{number}.tmp", std::process::id()))
}

/// Writes lines to the standard output, without letters that steer a terminal. A reader that has gone away
/// ends the program quietly.
pub fn print(lines: &str) -> Outcome<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text::visible_lines(lines).as_bytes()).and_then(|()| out.flush()) {
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
        assert_eq!(unpack(&[0x1f, 0x8b, 8, 0, 0], |_| 100).unwrap_err().code(), "E_DATA");
    }

    #[test]
    fn files_of_others_are_left_alone() {
        let folder = std::env::temp_dir().join(format!("heatlens-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("out");
        let others = [0, 1].map(|number| temporary_name(&path, number));
        others.iter().for_each(|other| fs::write(other, "not mine").unwrap());
        write(&path, b"mine").unwrap();
        // Where no name is free, nothing is written and nothing is lost.
        (2..TRIES).for_each(|number| fs::write(temporary_name(&path, number), "").unwrap());
        assert_eq!(write(&path, b"more").unwrap_err().code(), "E_IO");
        assert_eq!(fs::read(&path).unwrap(), b"mine");
        assert!(others.iter().all(|other| fs::read(other).unwrap() == b"not mine"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
