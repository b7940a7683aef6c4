//! Sums, means and extremes along axes: pooling over a window that covers them.

use super::arithmetic::Binary;
use crate::network::{Operation, Window};
use crate::onnx::builder::GraphBuilder;
use crate::onnx::patterns;
use crate::onnx::tensor::{BATCH, Shape, product};
use crate::onnx::value::Value;

/// What is taken along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Sum,
    Mean,
    Max,
    Min,
    Product,
}

pub(super) fn reduce(builder: &mut GraphBuilder<'_, '_>, kind: Kind) -> Value {
    let x = builder.input(0);
    let mut axes = Vec::new();
    for along in builder.list("axes", 1).unwrap_or_default() {
        axes.push(builder.axis(x, along));
    }
    if axes.is_empty() {
        if builder.flag("noop_with_empty_axes") {
            return x;
        }
        axes = (0..builder.rank(x)).collect();
    }
    let keep = builder.int("keepdims", 1) != 0;
    along(builder, x, &axes, keep, kind)
}

/// Takes what `kind` says along some axes, which then have extent 1 or, unless `keep`, are gone.
#[inline(never)]
pub(super) fn along(
    builder: &mut GraphBuilder<'_, '_>,
    x: Value,
    axes: &[usize],
    keep: bool,
    kind: Kind,
) -> Value {
    if builder.is_batched(x) && axes.contains(&0) {
        return builder.mixes_batch(&"reduces the batch axis");
    }
    // The axes become the last ones.
    let (mut perm, mut last, mut result) = (Vec::new(), Vec::new(), Shape::default());
    for (axis, &n) in builder.shape(x).iter().enumerate() {
        let reduced = axes.contains(&axis);
        if reduced { &mut last } else { &mut perm }.push(axis);
        if keep || !reduced {
            result.push(if reduced { 1 } else { n });
        }
    }
    let kept = perm.len();
    perm.append(&mut last);
    let shape = builder.shape(x);
    let count = axes_product(&shape, &perm, kept);
    if count == 1 {
        return builder.reshape(x, result);
    }
    let x = builder.transpose(x, &perm);
    if builder.node(x).is_none() {
        return constant(builder, x, count, result, kind);
    }
    let shape = builder.shape(x);
    let (front, space) = shape.split_at_checked(kept).unwrap_or_default();
    let (batch, front) = front.split_at_checked(usize::from(builder.batched())).unwrap_or_default();
    let mut window = builder.extents(space, false);
    let mut planes = x;
    if front.is_empty() || window.len() > 3 {
        // One row per kept element.
        let mut rows = Shape::of(batch);
        rows.extend(&[product(front), product(space)]);
        planes = builder.reshape(x, rows);
        window = vec![count];
    }
    let window = Window::new(&window);
    let y = match kind {
        Kind::Max => builder.layer(Operation::MaxPool { window, ceil: false }, &[planes]),
        Kind::Mean | Kind::Sum => {
            let average = Operation::AveragePool { window, ceil: false, count_include_pad: false };
            let y = builder.layer(average, &[planes]);
            if kind == Kind::Sum { patterns::scaled(builder, y, count as f32) } else { y }
        }
        Kind::Min | Kind::Product => {
            return builder.unsupported(&"of an activation; sums, means and maxima are supported");
        }
    };
    builder.reshape(y, result)
}

/// Elements along the axes behind the first `kept` of an order of axes.
fn axes_product(shape: &Shape, perm: &[usize], kept: usize) -> usize {
    perm.iter().skip(kept).fold(1, |n: usize, &axis| n.saturating_mul(shape.count(axis)))
}

/// The same for the last axes of a constant, `count` numbers at a time.
fn constant(
    builder: &mut GraphBuilder<'_, '_>,
    x: Value,
    count: usize,
    result: Shape,
    kind: Kind,
) -> Value {
    let combine = match kind {
        Kind::Sum | Kind::Mean => Binary::Add,
        Kind::Product => Binary::Mul,
        Kind::Max => Binary::Max,
        Kind::Min => Binary::Min,
    };
    let whole = builder.is_whole(x);
    if count == 0 {
        return builder.shape_error(&"nothing to reduce");
    }
    if builder.numbers(x).contains(&(BATCH as f64)) {
        return builder.mixes_batch(&"computes with the batch size");
    }
    let mut list = Vec::with_capacity(builder.room(&result));
    for row in builder.numbers(x).chunks_exact(count) {
        let mut rest = row.iter();
        let mut total = rest.next().copied().unwrap_or(0.0);
        for &n in rest {
            total = combine.value(total, n, whole);
        }
        if kind == Kind::Mean {
            total /= count as f64;
        }
        list.push(if whole { total.trunc() } else { f64::from(total as f32) });
    }
    builder.constant(result, whole, list)
}
