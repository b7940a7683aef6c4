//! Sliding windows: what convolution and pooling share, and pooling.

use super::{Call, counts, one, product};
use crate::network::{NodeId, Operation, Window};
use crate::onnx::import::{Import, Value};
use crate::onnx::refusal::{Outcome, misshapen, unsupported};

/// The window that the attributes describe, over the last axes of `shape`.
#[inline(never)]
pub(super) fn window(call: &Call<'_, '_>, shape: &[usize], kernel: Vec<usize>) -> Outcome<Window> {
    let axes = kernel.len();
    if !(1..=3).contains(&axes) || shape.len() <= axes {
        return unsupported(format_args!("a window over {axes} of {} axes", shape.len()));
    }
    let list = |name: &str, default: usize, len: usize| match call.ints(name)? {
        None => Ok(vec![default; len]),
        Some(list) if list.len() == len => counts(&list, name),
        Some(list) => misshapen(format_args!("{name} {list:?} for {axes} axes")),
    };
    let stride = list("strides", 1, axes)?;
    let dilation = list("dilations", 1, axes)?;
    let pads = list("pads", 0, axes.saturating_mul(2))?;
    let (begin, end) = pads.split_at_checked(axes).unwrap_or_default();
    let mut window =
        Window { kernel, stride, pad_begin: begin.to_vec(), pad_end: end.to_vec(), dilation };
    match call.text("auto_pad", "NOTSET")? {
        "" | "NOTSET" => {}
        "VALID" => {
            window.pad_begin = vec![0; axes];
            window.pad_end = vec![0; axes];
        }
        "SAME_UPPER" => {
            let (less, more) = same(&window, shape)?;
            (window.pad_begin, window.pad_end) = (less, more);
        }
        "SAME_LOWER" => {
            let (less, more) = same(&window, shape)?;
            (window.pad_begin, window.pad_end) = (more, less);
        }
        other => return unsupported(format_args!("auto_pad '{other}'")),
    }
    Ok(window)
}

/// Padding on both sides so that there are ⌈n / stride⌉ windows; the second side gets the odd one.
fn same(window: &Window, shape: &[usize]) -> Outcome<(Vec<usize>, Vec<usize>)> {
    let space = shape.iter().skip(shape.len().saturating_sub(window.kernel.len()));
    let steps = window.stride.iter().zip(&window.dilation);
    let mut sides = (Vec::new(), Vec::new());
    for ((&n, &kernel), (&stride, &dilation)) in space.zip(&window.kernel).zip(steps) {
        if stride == 0 || kernel == 0 {
            return misshapen("a window of size or stride 0");
        }
        let reach = reach(kernel, dilation);
        let room = n.div_ceil(stride).saturating_sub(1).saturating_mul(stride);
        let total = room.saturating_add(reach).saturating_sub(n);
        let less = total.checked_div(2).unwrap_or(0);
        sides.0.push(less);
        sides.1.push(total.saturating_sub(less));
    }
    Ok(sides)
}

/// Elements from the first to the last tap.
fn reach(kernel: usize, dilation: usize) -> usize {
    kernel.saturating_sub(1).saturating_mul(dilation).saturating_add(1)
}

/// Counts the positions of a window against the budget: padding can make many out of a small input.
#[inline(never)]
pub(super) fn check_positions(import: &Import<'_, '_>, x: NodeId, window: &Window) -> Outcome<()> {
    let shape = import.shape(x);
    let space = shape.iter().skip(shape.len().saturating_sub(window.kernel.len()));
    let pads = window.pad_begin.iter().zip(&window.pad_end);
    let mut positions = 1u64;
    for (((&n, &stride), (&begin, &end)), (&kernel, &dilation)) in
        space.zip(&window.stride).zip(pads).zip(window.kernel.iter().zip(&window.dilation))
    {
        if stride == 0 || kernel == 0 || dilation == 0 {
            return misshapen("a window of size, stride or dilation 0");
        }
        let room = n.saturating_add(begin).saturating_add(end);
        let room = room.saturating_sub(reach(kernel, dilation));
        let along = room.div_ceil(stride).saturating_add(1);
        positions = positions.saturating_mul(along as u64);
    }
    // What the layer keeps per position: an offset or a divisor.
    import.budget.allocate(positions, 4)?;
    Ok(())
}

/// Lets the window take over a border of zeros that a Pad put round its space, if there is one.
#[inline(never)]
pub(super) fn take_border(import: &Import<'_, '_>, x: &mut NodeId, window: &mut Window) -> bool {
    let found = import.borders.iter().find(|(id, _)| id == x);
    let Some((_, border)) = found else { return false };
    let axes = window.kernel.len();
    let split = |list: &[usize]| -> Option<(bool, Vec<usize>)> {
        let (front, space) = list.split_at_checked(list.len().checked_sub(axes)?)?;
        Some((front.iter().all(|&n| n == 0), space.to_vec()))
    };
    let (Some((true, before)), Some((true, after))) = (split(&border.before), split(&border.after))
    else {
        return false;
    };
    let widen = |pads: &mut Vec<usize>, more: Vec<usize>| {
        pads.iter_mut().zip(more).for_each(|(pad, more)| *pad = pad.saturating_add(more));
    };
    widen(&mut window.pad_begin, before);
    widen(&mut window.pad_end, after);
    *x = border.source;
    true
}

fn pool_window(import: &Import<'_, '_>, call: &Call<'_, '_>, x: NodeId) -> Outcome<Window> {
    let Some(kernel) = call.ints("kernel_shape")? else {
        return misshapen("kernel_shape is missing");
    };
    if import.rank(x) != kernel.len().saturating_add(2) {
        return misshapen(format_args!(
            "a window {kernel:?} for an input of {} axes",
            import.rank(x)
        ));
    }
    window(call, &import.shape(x), counts(&kernel, "kernel_shape")?)
}

pub(super) fn max(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let x = call.activation(0)?;
    if call.used.get(1).is_some_and(|&used| used) {
        return unsupported("the output with indices");
    }
    let window = pool_window(import, call, x)?;
    let ceil = call.int("ceil_mode", 0)? != 0;
    check_positions(import, x, &window)?;
    one(Value::float(import.push(Operation::MaxPool { window, ceil }, &[x])?))
}

pub(super) fn average(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let mut x = call.activation(0)?;
    let mut window = pool_window(import, call, x)?;
    let ceil = call.int("ceil_mode", 0)? != 0;
    let mut count_include_pad = call.int("count_include_pad", 0)? != 0;
    // The zeros of a border count, so they may become padding only where padding counts or is none.
    let padded = window.pad_begin.iter().chain(&window.pad_end).any(|&n| n > 0);
    if (count_include_pad || !padded)
        && !ceil
        && !call.text("auto_pad", "NOTSET")?.starts_with("SAME")
        && take_border(import, &mut x, &mut window)
    {
        count_include_pad = true;
    }
    check_positions(import, x, &window)?;
    let operation = Operation::AveragePool { window, ceil, count_include_pad };
    one(Value::float(import.push(operation, &[x])?))
}

/// The window that covers everything behind the channels, and the shape that this needs: more than
/// three axes of space are taken together.
#[inline(never)]
fn global(
    import: &mut Import<'_, '_>,
    call: &Call<'_, '_>,
) -> Outcome<(NodeId, Window, Vec<usize>)> {
    let x = call.activation(0)?;
    let channel = import.axis(x, 1)?;
    let shape = import.shape(x);
    let (front, space) = shape.split_at_checked(channel.saturating_add(1)).unwrap_or((&shape, &[]));
    if space.is_empty() {
        return misshapen("no axes behind the channels");
    }
    let result = front.iter().copied().chain(space.iter().map(|_| 1)).collect();
    let space = if space.len() > 3 { vec![product(space)] } else { space.to_vec() };
    let flat = front.iter().chain(&space).copied().collect();
    let x = import.reshape(x, flat)?;
    Ok((x, Window::new(&space), result))
}

pub(super) fn global_average(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let (x, window, shape) = global(import, call)?;
    let operation = Operation::AveragePool { window, ceil: false, count_include_pad: false };
    let y = import.push(operation, &[x])?;
    one(Value::float(import.reshape(y, shape)?))
}

pub(super) fn global_max(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let (x, window, shape) = global(import, call)?;
    let y = import.push(Operation::MaxPool { window, ceil: false }, &[x])?;
    one(Value::float(import.reshape(y, shape)?))
}
