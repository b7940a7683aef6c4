//! Layers that move elements: which element of the input each element of the output is.

use super::layer::{Layer, NOWHERE};
use crate::error::{Code, Error, Result, ensure};

/// `(k, j, strides of the input)` → what place j along output axis k adds to the flat index in the
/// input; none outside it.
type Source<'s> = dyn Fn(usize, usize, &[usize]) -> Option<usize> + 's;

/// A layer that moves elements, with `fill` where an axis has no source, and the shape of its output. That
/// `to` is not too large has been checked.
pub(super) fn rearrange(
    from: &[usize],
    to: Vec<usize>,
    fill: f32,
    source: &Source<'_>,
) -> (Layer, Vec<usize>) {
    let strides: Vec<usize> =
        (0..from.len()).map(|axis| from[axis + 1..].iter().product()).collect();
    // Axis by axis, since the source then is asked once for each place along an axis and not for each
    // element.
    let mut map = vec![0];
    for (k, &n) in to.iter().enumerate() {
        let steps: Vec<u32> =
            (0..n).map(|j| source(k, j, &strides).map_or(NOWHERE, |step| step as u32)).collect();
        let mut longer = Vec::with_capacity(map.len() * n);
        for &at in &map {
            let place = |&step: &u32| match (at, step) {
                (NOWHERE, _) | (_, NOWHERE) => NOWHERE,
                _ => at + step,
            };
            longer.extend(steps.iter().map(place));
        }
        map = longer;
    }
    (Layer::Rearrange { map, fill, input_len: from.iter().product() }, to)
}

/// Values one behind the other along an axis.
pub(super) fn concat(shapes: &[&[usize]], axis: usize) -> Result<(Layer, Vec<usize>)> {
    let mut to = shapes[0].to_vec();
    ensure(axis < to.len(), Code::Shape, || format!("no axis {axis}"))?;
    let agree = shapes.iter().all(|shape| {
        shape.len() == to.len() && (0..to.len()).all(|d| d == axis || shape[d] == to[d])
    });
    ensure(agree, Code::Shape, || format!("{shapes:?} differ beside axis {axis}"))?;
    let chunks = shapes.iter().map(|shape| shape[axis..].iter().product()).collect();
    let joined = shapes.iter().try_fold(0usize, |sum, shape| sum.checked_add(shape[axis]));
    to[axis] = joined.ok_or_else(|| Error::new(Code::Limit, "an axis beyond all bounds"))?;
    Ok((Layer::Concat { chunks }, to))
}
