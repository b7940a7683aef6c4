//! Sliding windows: what convolution and pooling share, and pooling.

use super::reduce::{self, Kind};
use crate::network::{Operation, Window};
use crate::onnx::builder::GraphBuilder;
use crate::onnx::value::{Value, first};

/// One number for each of `len` entries of a window's attribute.
#[inline(never)]
fn entries(
    builder: &mut GraphBuilder<'_, '_>,
    name: &str,
    default: usize,
    len: usize,
) -> Vec<usize> {
    if builder.attribute(name).is_none() {
        return vec![default; len];
    }
    let list = builder.counts(name, usize::MAX);
    if list.len() == len {
        return list;
    }
    builder.shape_error(&format_args!("{name} {list:?} for {len} places"))
}

/// The window that the attributes describe, over the axes of `x` behind the channels, and what it
/// slides over: a border of zeros that a Pad put round `x` becomes padding if `take_border` allows it.
#[inline(never)]
pub(super) fn window(
    builder: &mut GraphBuilder<'_, '_>,
    mut x: Value,
    kernel: &[i64],
    take_border: bool,
) -> (Value, Window) {
    let axes = kernel.len();
    if !(1..=3).contains(&axes) || builder.rank(x) != axes.saturating_add(2) {
        return builder.shape_error(&format_args!("a window over {axes} axes behind the channels"));
    }
    let kernel = builder.extents(kernel, false);
    let stride = entries(builder, "strides", 1, axes);
    let dilation = entries(builder, "dilations", 1, axes);
    let pads = entries(builder, "pads", 0, axes.saturating_mul(2));
    let (begin, end) = pads.split_at_checked(axes).unwrap_or_default();
    let (mut pad_begin, mut pad_end) = (begin.to_vec(), end.to_vec());
    let auto_pad = builder.text("auto_pad", "NOTSET");
    let same = match auto_pad {
        "" | "NOTSET" => false,
        "VALID" | "SAME_UPPER" | "SAME_LOWER" => {
            pad_begin.fill(0);
            pad_end.fill(0);
            auto_pad != "VALID"
        }
        other => return builder.unsupported(&format_args!("auto_pad '{other}'")),
    };
    // What depends on the size stays with the size that includes the border.
    if take_border
        && !same
        && let Some(border) = builder.border(x)
        && let Some(front) = border.before.len().checked_sub(axes)
        && border.before.iter().chain(&border.after).take(front).all(|&n| n == 0)
        && border.after.iter().take(front).all(|&n| n == 0)
    {
        add(&mut pad_begin, border.before.get(front..).unwrap_or(&[]));
        add(&mut pad_end, border.after.get(front..).unwrap_or(&[]));
        x = border.source;
    }
    let shape = builder.shape(x);
    let mut positions = Vec::with_capacity(axes);
    for axis in 0..axes {
        let at = |list: &[usize]| list.get(axis).copied().unwrap_or(0);
        let (stride, n) = (at(&stride), shape.count(axis.saturating_add(2)));
        let (kernel, dilation) = (at(&kernel), at(&dilation));
        // Elements from the first to the last tap.
        let reach = kernel.saturating_sub(1).saturating_mul(dilation).saturating_add(1);
        let Some(steps) = n.saturating_sub(1).checked_div(stride) else {
            return builder.shape_error(&"a window of stride 0");
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
    builder.allocate(&positions, 4);
    (x, Window { kernel, stride, pad_begin, pad_end, dilation })
}

/// Adds number by number.
fn add(pads: &mut [usize], more: &[usize]) {
    for (pad, more) in pads.iter_mut().zip(more) {
        *pad = pad.saturating_add(*more);
    }
}

pub(super) fn max(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.activation(0);
    if builder.is_used(1) {
        return builder.unsupported(&"the output with indices");
    }
    let kernel = builder.list("kernel_shape", usize::MAX).unwrap_or_default();
    let (x, window) = window(builder, x, &kernel, false);
    let ceil = builder.flag("ceil_mode");
    builder.layer(Operation::MaxPool { window, ceil }, &[x])
}

pub(super) fn average(builder: &mut GraphBuilder<'_, '_>) -> Value {
    let x = builder.activation(0);
    let kernel = builder.list("kernel_shape", usize::MAX).unwrap_or_default();
    let (ceil, mut count_include_pad) =
        (builder.flag("ceil_mode"), builder.flag("count_include_pad"));
    // The zeros of a border count, so they may become padding only where padding counts or is none.
    let pads = builder.list("pads", usize::MAX).unwrap_or_default();
    let take_border = !ceil && (count_include_pad || pads.iter().all(|&n| n == 0));
    let (source, window) = window(builder, x, &kernel, take_border);
    count_include_pad |= source != x;
    builder.layer(Operation::AveragePool { window, ceil, count_include_pad }, &[source])
}

/// The mean or the largest of everything behind the channels.
pub(super) fn global(builder: &mut GraphBuilder<'_, '_>, kind: Kind) -> Value {
    let x = builder.activation(0);
    let axes = first(builder.rank(x));
    let space = axes.get(2..).unwrap_or(&[]);
    if space.is_empty() {
        return builder.shape_error(&"no axes behind the channels");
    }
    reduce::along(builder, x, space, true, kind)
}
