//! Constants, and arithmetic among them.

use super::{Call, counts, one};
use crate::onnx::decode::decode;
use crate::onnx::import::{Import, Value};
use crate::onnx::limits::Budget;
use crate::onnx::refusal::{Outcome, misshapen, mixes_batch, unsupported};
use crate::onnx::tensor::{BATCH, Data, Tensor, broadcast};
use std::cmp::Ordering;

/// An operator with two sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Min,
    Max,
    Mod,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// Computes element by element, repeating the smaller side.
#[inline(never)]
pub(super) fn binary(
    kind: Binary,
    a: &Tensor,
    b: &Tensor,
    budget: &Budget<'_>,
) -> Outcome<Vec<Value>> {
    let Some(dims) = broadcast(a.dims(), b.dims()) else {
        return misshapen(format_args!("constants of shapes {:?} and {:?}", a.dims(), b.dims()));
    };
    let (wide_a, wide_b) = (a.expanded(&dims, budget)?, b.expanded(&dims, budget)?);
    let (mut numbers, mut whole) = (Vec::new(), Vec::new());
    if let (Data::Int(a), Data::Int(b)) = (wide_a.data(), wide_b.data()) {
        for (&a, &b) in a.iter().zip(b) {
            whole.push(int(kind, a, b)?);
        }
    } else {
        let (a, b) = (wide_a.to_floats(), wide_b.to_floats());
        for (&a, &b) in a.iter().zip(&b) {
            match float(kind, a, b) {
                Some(value) => numbers.push(value),
                None => whole.push(i64::from(truth(kind, a.partial_cmp(&b)))),
            }
        }
    }
    let both_whole = wide_a.is_whole() && wide_b.is_whole();
    let data =
        if both_whole || !whole.is_empty() { Data::Int(whole) } else { Data::Float(numbers) };
    one(Value::constant(Tensor::new(&dims, data)?))
}

pub(super) fn float(kind: Binary, a: f32, b: f32) -> Option<f32> {
    Some(match kind {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div => a / b,
        Binary::Pow => libm::powf(a, b),
        Binary::Min => a.min(b),
        Binary::Max => a.max(b),
        Binary::Mod => a % b,
        _ => return None,
    })
}

/// Whether a comparison holds for two numbers that compare so (NaN does not compare).
fn truth(kind: Binary, order: Option<Ordering>) -> bool {
    order.is_some_and(|order| match kind {
        Binary::Less => order.is_lt(),
        Binary::LessOrEqual => order.is_le(),
        Binary::Greater => order.is_gt(),
        Binary::GreaterOrEqual => order.is_ge(),
        _ => order.is_eq(),
    })
}

/// Whole numbers, one of which may be the batch size: that one may only be compared for equality or
/// combined with the operator's neutral element.
pub(super) fn int(kind: Binary, a: i64, b: i64) -> Outcome<i64> {
    if a == BATCH || b == BATCH {
        let other = if a == BATCH { b } else { a };
        return match kind {
            Binary::Equal => Ok(i64::from(a == b)),
            Binary::Add if other == 0 => Ok(BATCH),
            Binary::Mul if other == 1 => Ok(BATCH),
            Binary::Sub if b == 0 => Ok(BATCH),
            Binary::Div if b == 1 => Ok(BATCH),
            _ => mixes_batch("computes with the batch size"),
        };
    }
    let zero = || misshapen("division by zero");
    Ok(match kind {
        Binary::Add => a.wrapping_add(b),
        Binary::Sub => a.wrapping_sub(b),
        Binary::Mul => a.wrapping_mul(b),
        Binary::Div => return a.checked_div(b).map_or_else(zero, Ok),
        // The sign of the divisor, as in Python.
        Binary::Mod => match a.checked_rem(b) {
            Some(rest) if rest != 0 && (rest < 0) != (b < 0) => rest.wrapping_add(b),
            Some(rest) => rest,
            None => return zero(),
        },
        Binary::Pow => match u32::try_from(b) {
            Ok(b) => a.wrapping_pow(b),
            Err(_) => return unsupported("a whole number to a negative power"),
        },
        Binary::Min => a.min(b),
        Binary::Max => a.max(b),
        Binary::And => i64::from(a != 0 && b != 0),
        Binary::Or => i64::from(a != 0 || b != 0),
        _ => i64::from(truth(kind, Some(a.cmp(&b)))),
    })
}

/// Comparisons and logic, of constants only.
pub(super) fn compare(
    _: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    kind: Binary,
) -> Outcome<Vec<Value>> {
    let (a, b) = (call.required_constant(0)?, call.required_constant(1)?);
    binary(kind, &a, &b, call.budget)
}

pub(super) fn not(_: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let x = call.required_constant(0)?;
    let Data::Int(list) = x.data() else { return misshapen("no truth values") };
    let list = list.iter().map(|&v| i64::from(v == 0)).collect();
    one(Value::constant(Tensor::new(x.dims(), Data::Int(list))?))
}

/// Floor and Ceil, of constants only.
pub(super) fn round(
    _: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    f: fn(f32) -> f32,
) -> Outcome<Vec<Value>> {
    let x = call.required_constant(0)?;
    let Data::Float(list) = x.data() else { return misshapen("whole numbers") };
    let list = list.iter().map(|&v| f(v)).collect();
    one(Value::constant(Tensor::new(x.dims(), Data::Float(list))?))
}

/// `condition ? a : b`, of constants only.
pub(super) fn choose(_: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let condition = call.required_constant(0)?;
    let (a, b) = (call.required_constant(1)?, call.required_constant(2)?);
    let dims = broadcast(a.dims(), b.dims()).and_then(|dims| broadcast(&dims, condition.dims()));
    let Some(dims) = dims else { return misshapen("shapes that cannot be broadcast") };
    let condition = condition.expanded(&dims, call.budget)?;
    let (a, b) = (a.expanded(&dims, call.budget)?, b.expanded(&dims, call.budget)?);
    let Data::Int(condition) = condition.data() else { return misshapen("no truth values") };
    let mut data = a.empty(&dims, call.budget)?;
    for (i, condition) in condition.iter().enumerate() {
        if !if *condition != 0 { &a } else { &b }.copy(i, 1, &mut data) {
            return misshapen("values of different types");
        }
    }
    one(Value::constant(Tensor::new(&dims, data)?))
}

pub(super) fn constant(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let tensor = if let Some(attribute) = call.attribute("value") {
        let tensor = decode(&attribute.tensor(call.budget)?, call.budget)?;
        import.nonfinite = import.nonfinite.saturating_add(tensor.nonfinite());
        tensor
    } else if let Some(attribute) = call.attribute("value_floats") {
        let list = attribute.floats(call.budget)?;
        Tensor::new(&[list.len()], Data::Float(list))?
    } else if let Some(attribute) = call.attribute("value_ints") {
        Tensor::ints(attribute.ints(call.budget)?)
    } else if let Some(attribute) = call.attribute("value_float") {
        Tensor::new(&[], Data::Float(vec![attribute.float()?]))?
    } else if let Some(attribute) = call.attribute("value_int") {
        Tensor::new(&[], Data::Int(vec![attribute.int()?]))?
    } else {
        return misshapen("no value");
    };
    one(Value::constant(tensor))
}

pub(super) fn of_shape(_: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let Some(shape) = call.int_list(0)? else { return misshapen("the shape is missing") };
    if shape.contains(&BATCH) {
        return mixes_batch("makes a constant of the batch size");
    }
    let dims = counts(&shape, "shape")?;
    let value = match call.attribute("value") {
        Some(attribute) => decode(&attribute.tensor(call.budget)?, call.budget)?,
        None => Tensor::new(&[], Data::Float(vec![0.0]))?,
    };
    if value.len() != 1 {
        return misshapen("the value is not one number");
    }
    one(Value::constant(value.reshaped(Vec::new())?.expanded(&dims, call.budget)?))
}

pub(super) fn range(_: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let mut bounds = [0i64; 3];
    for (i, bound) in bounds.iter_mut().enumerate() {
        match call.int_list(i)?.as_deref() {
            Some([BATCH]) => return mixes_batch("counts to the batch size"),
            Some([value]) => *bound = *value,
            _ => return misshapen(format_args!("input {i} is no scalar")),
        }
    }
    let [start, end, step] = bounds;
    let span = if step > 0 { end.checked_sub(start) } else { start.checked_sub(end) };
    let (Some(span), true) = (span, step != 0) else { return misshapen("a range without end") };
    let count = u64::try_from(span).unwrap_or(0).div_ceil(step.unsigned_abs());
    let count = call.budget.allocate(count, 8)?;
    let mut list = Vec::with_capacity(count);
    let mut at = start;
    for _ in 0..count {
        list.push(at);
        at = at.wrapping_add(step);
    }
    one(Value::constant(Tensor::ints(list)))
}
