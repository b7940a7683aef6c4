//! .npy, the format of `numpy.save`: magic, version, length of the header, a Python literal as the
//! header, data.

use super::{Array, Data, elements};
use crate::cli::failure::{Failure, Outcome};

/// Reads `<f4`, `<f8`, `|u1` and `<i8` in C order, versions 1 to 3.
pub fn parse(bytes: &[u8]) -> Outcome<Array> {
    let short = || Failure::data("the .npy file ends within its header");
    let (len, rest) = match bytes.get(6..).ok_or_else(short)? {
        [1, _, a, b, rest @ ..] => (u32::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]), rest),
        [1..=3, ..] | [] => return Err(short()),
        [version, ..] => return Err(Failure::data(format!(".npy version {version}"))),
    };
    let (header, body) = rest.split_at_checked(len as usize).ok_or_else(short)?;
    let header = String::from_utf8_lossy(header);
    let wrong = || Failure::data(format!("the .npy header is '{}'", header.trim()));
    let kind = value(&header, "descr").and_then(quoted).ok_or_else(wrong)?;
    if !value(&header, "fortran_order").ok_or_else(wrong)?.starts_with("False") {
        return Err(Failure::data("the .npy file is in Fortran order (save it in C order)"));
    }
    let shape = value(&header, "shape").and_then(tuple).ok_or_else(wrong)?;
    let width = match kind {
        "|u1" => 1,
        "<f4" => 4,
        "<f8" | "<i8" => 8,
        _ => return Err(Failure::data(format!(".npy type '{kind}' (only f4, f8, u1 and i8)"))),
    };
    if elements(&shape)?.checked_mul(width) != Some(body.len()) {
        return Err(Failure::data(format!(
            "{} bytes of .npy data for shape {shape:?} ({width} bytes each)",
            body.len()
        )));
    }
    let eights = body.as_chunks::<8>().0.iter();
    let data = match kind {
        "|u1" => Data::Bytes(body.to_vec()),
        "<f4" => {
            Data::Numbers(body.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
        }
        "<f8" => Data::Numbers(eights.map(|b| f64::from_le_bytes(*b) as f32).collect()),
        _ => Data::Numbers(eights.map(|b| i64::from_le_bytes(*b) as f32).collect()),
    };
    Ok(Array { shape, data })
}

/// An .npy file, version 1, of f32.
pub fn write(shape: &[usize], values: impl Iterator<Item = f32>) -> Vec<u8> {
    let axes: String = shape.iter().map(|n| format!("{n}, ")).collect();
    // One axis needs its comma; several need none behind the last.
    let axes = if shape.len() > 1 { axes.trim_end_matches(", ") } else { axes.trim_end() };
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({axes}), }}");
    // The data start at a multiple of 64 bytes.
    let padding = 64 - (10 + header.len() + 1) % 64;
    header.extend(std::iter::repeat_n(' ', padding % 64));
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend(values.flat_map(f32::to_le_bytes));
    bytes
}

/// What follows `'key':` in the header.
fn value<'h>(header: &'h str, key: &str) -> Option<&'h str> {
    let (_, rest) = header.split_once(&format!("'{key}':"))?;
    Some(rest.trim_start())
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.split_once('\'').map(|(word, _)| word)
}

fn tuple(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    let numbers = inside.split(',').map(str::trim).filter(|number| !number.is_empty());
    numbers.map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x02\x00".to_vec();
        bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn what_is_written_is_read_back() {
        for shape in [vec![], vec![3], vec![1, 3], vec![3, 1, 2]] {
            let len = shape.iter().product::<usize>();
            let values: Vec<f32> = (0..len).map(|i| i as f32 - 0.5).collect();
            let bytes = write(&shape, values.iter().copied());
            assert_eq!((bytes.len() - 4 * len) % 64, 0);
            assert_eq!(parse(&bytes).unwrap(), Array { shape, data: Data::Numbers(values) });
        }
    }

    #[test]
    fn other_types_are_widened_or_narrowed() {
        let header = |kind| format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': (1,)}}");
        let array = |kind, body: &[u8]| parse(&file(&header(kind), body)).unwrap().data;
        assert_eq!(array("<f8", &1.5f64.to_le_bytes()), Data::Numbers(vec![1.5]));
        assert_eq!(array("<i8", &(-3i64).to_le_bytes()), Data::Numbers(vec![-3.0]));
        assert_eq!(array("|u1", &[200]), Data::Bytes(vec![200]));
    }

    #[test]
    fn lies_are_errors() {
        let good = write(&[2, 2], [1.0; 4].into_iter());
        for len in 6..good.len() {
            assert_eq!(parse(&good[..len]).unwrap_err().code(), "E_DATA", "{len}");
        }
        for header in [
            "",
            "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 4)}",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1",
        ] {
            assert!(parse(&file(header, &[0; 4])).is_err(), "{header}");
        }
    }
}
