//! Sliding windows: what convolution and pooling share, and pooling.

use super::reduce::{self, Kind};
use crate::network::{Operation, Window};
use crate::onnx::import::Import;
use crate::onnx::value::{Value, first};

/// One number for each of `len` entries of a window's attribute.
#[inline(never)]
fn entries(import: &mut Import<'_, '_>, name: &str, default: usize, len: usize) -> Vec<usize> {
    if import.attribute(name).is_none() {
        return vec![default; len];
    }
    let list = import.counts(name, usize::MAX);
    if list.len() == len {
        return list;
    }
    import.misshapen(&format_args!("{name} {list:?} for {len} places"))
}

/// The window that the attributes describe, over the axes of `x` behind the channels, and what it
/// slides over: a border of zeros that a Pad put round `x` becomes padding if `take_border` allows it.
#[inline(never)]
pub(super) fn window(
    import: &mut Import<'_, '_>,
    mut x: Value,
    kernel: &[i64],
    take_border: bool,
) -> (Value, Window) {
    let axes = kernel.len();
    if !(1..=3).contains(&axes) || import.rank(x) != axes.saturating_add(2) {
        return import.misshapen(&format_args!("a window over {axes} axes behind the channels"));
    }
    let kernel = import.extents(kernel, false);
    let stride = entries(import, "strides", 1, axes);
    let dilation = entries(import, "dilations", 1, axes);
    let pads = entries(import, "pads", 0, axes.saturating_mul(2));
    let (begin, end) = pads.split_at_checked(axes).unwrap_or_default();
    let (mut pad_begin, mut pad_end) = (begin.to_vec(), end.to_vec());
    let auto_pad = import.text("auto_pad", "NOTSET");
    let same = match auto_pad {
        "" | "NOTSET" => false,
        "VALID" | "SAME_UPPER" | "SAME_LOWER" => {
            pad_begin.fill(0);
            pad_end.fill(0);
            auto_pad != "VALID"
        }
        other => return import.unsupported(&format_args!("auto_pad '{other}'")),
    };
    // What depends on the size stays with the size that includes the border.
    if take_border && !same {
        let padded = import.node(x);
        if let Some(border) = import.borders.iter().find(|border| Some(border.padded) == padded)
            && let Some(front) = border.before.len().checked_sub(axes)
            && border.before.iter().chain(&border.after).take(front).all(|&n| n == 0)
            && border.after.iter().take(front).all(|&n| n == 0)
        {
            add(&mut pad_begin, border.before.get(front..).unwrap_or(&[]));
            add(&mut pad_end, border.after.get(front..).unwrap_or(&[]));
            x = border.source;
        }
    }
    let shape = import.shape(x);
    let mut positions = Vec::with_capacity(axes);
    for axis in 0..axes {
        let at = |list: &[usize]| list.get(axis).copied().unwrap_or(0);
        let (stride, n) = (at(&stride), shape.count(axis.saturating_add(2)));
        let (kernel, dilation) = (at(&kernel), at(&dilation));
        // Elements from the first to the last tap.
        let reach = kernel.saturating_sub(1).saturating_mul(dilation).saturating_add(1);
        let Some(steps) = n.saturating_sub(1).checked_div(stride) else {
            return import.misshapen(&"a window of stride 0");
        };
        if let (true, Some(begin), Some(end)) =
            (same, pad_begin.get_mut(axis), pad_end.get_mut(axis))
        {
            // ⌈n / stride⌉ windows; one side gets the odd element.
            let total = steps.saturating_mul(stride).saturating_add(reach).saturating_sub(n);
            *begin = total.div_ceil(2);
            *end = total.saturating_sub(*begin);
            if auto_pad == "SAME_UPPER" {
                std::mem::swap(begin, end);
            }
        }
        let room = n.saturating_add(at(&pad_begin)).saturating_add(at(&pad_end));
        positions.push(room.saturating_sub(reach).div_ceil(stride).saturating_add(1));
    }
    // Padding can make many positions out of a small input, and the layer keeps a number for each.
    import.budget.allocate(&positions, 4);
    (x, Window { kernel, stride, pad_begin, pad_end, dilation })
}

/// Adds number by number.
fn add(pads: &mut [usize], more: &[usize]) {
    for (pad, more) in pads.iter_mut().zip(more) {
        *pad = pad.saturating_add(*more);
    }
}

pub(super) fn max(import: &mut Import<'_, '_>) -> Value {
    let x = import.activation(0);
    if import.is_used(1) {
        return import.unsupported(&"the output with indices");
    }
    let kernel = import.list("kernel_shape", usize::MAX).unwrap_or_default();
    let (x, window) = window(import, x, &kernel, false);
    let ceil = import.flag("ceil_mode");
    import.layer(Operation::MaxPool { window, ceil }, &[x])
}

pub(super) fn average(import: &mut Import<'_, '_>) -> Value {
    let x = import.activation(0);
    let kernel = import.list("kernel_shape", usize::MAX).unwrap_or_default();
    let (ceil, mut count_include_pad) =
        (import.flag("ceil_mode"), import.flag("count_include_pad"));
    // The zeros of a border count, so they may become padding only where padding counts or is none.
    let pads = import.list("pads", usize::MAX).unwrap_or_default();
    let take_border = !ceil && (count_include_pad || pads.iter().all(|&n| n == 0));
    let (source, window) = window(import, x, &kernel, take_border);
    count_include_pad |= source != x;
    import.layer(Operation::AveragePool { window, ceil, count_include_pad }, &[source])
}

/// The mean or the largest of everything behind the channels.
pub(super) fn global(import: &mut Import<'_, '_>, kind: Kind) -> Value {
    let x = import.activation(0);
    let axes = first(import.rank(x));
    let space = axes.get(2..).unwrap_or(&[]);
    if space.is_empty() {
        return import.misshapen(&"no axes behind the channels");
    }
    reduce::along(import, x, space, true, kind)
}
