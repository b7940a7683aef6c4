//! idx, the format of MNIST: two zero bytes, type, number of axes, extents (u32, big-endian), data.

use super::{Array, Data, elements};
use crate::cli::failure::{Failure, Outcome};

/// Reads unsigned bytes (type 8) and f32 (type 13).
pub fn parse(bytes: &[u8]) -> Outcome<Array> {
    let short = || Failure::data("the idx file ends within its header");
    let [0, 0, kind, axes, rest @ ..] = bytes else {
        return Err(short());
    };
    let axes = usize::from(*axes);
    let (head, body) = rest.split_at_checked(4 * axes).ok_or_else(short)?;
    let shape: Vec<usize> =
        head.as_chunks::<4>().0.iter().map(|n| u32::from_be_bytes(*n) as usize).collect();
    let width = match kind {
        0x08 => 1,
        0x0d => 4,
        _ => return Err(Failure::data(format!("idx type 0x{kind:02x} (only bytes and f32)"))),
    };
    let count = elements(&shape)?;
    if count.checked_mul(width) != Some(body.len()) {
        return Err(Failure::data(format!(
            "{} bytes of idx data for shape {shape:?} ({width} bytes each)",
            body.len()
        )));
    }
    let data = match width {
        1 => Data::Bytes(body.to_vec()),
        _ => {
            Data::Numbers(body.as_chunks::<4>().0.iter().map(|b| f32::from_be_bytes(*b)).collect())
        }
    };
    Ok(Array { shape, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_bytes_and_floats() {
        let array = parse(&[0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9]).unwrap();
        assert_eq!(array, Array { shape: vec![1, 2], data: Data::Bytes(vec![7, 9]) });
        let array = parse(&[0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0]).unwrap();
        assert_eq!(array.data, Data::Numbers(vec![1.0]));
    }

    #[test]
    fn lies_are_errors() {
        let good = [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9];
        for len in 0..good.len() {
            assert_eq!(parse(&good[..len]).unwrap_err().code(), "E_DATA");
        }
        let mut long = good.to_vec();
        long.push(0);
        assert!(parse(&long).is_err());
        assert!(parse(&[[0, 0, 8, 4].as_slice(), &[255; 16], &[1; 8]].concat()).is_err());
        assert!(parse(&[0, 0, 9, 0]).is_err());
    }
}
