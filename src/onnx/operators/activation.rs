//! Element-wise functions, softmax and local response normalisation.

use super::{Call, one, product};
use crate::network::{Link, NodeId, Operation, Unit};
use crate::onnx::import::{Import, Value};
use crate::onnx::patterns;
use crate::onnx::refusal::{Outcome, misshapen, unsupported};
use crate::onnx::tensor::{Data, Tensor};

/// A function of every element alone, of a constant too.
#[inline(never)]
pub(super) fn unit(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    unit: Unit,
) -> Outcome<Vec<Value>> {
    match call.required(0)? {
        Value::Constant(tensor) => {
            let values = match tensor.data() {
                Data::Float(list) => Data::Float(list.iter().map(|&z| unit.value(z)).collect()),
                Data::Int(list) if unit == Unit::Abs => {
                    Data::Int(list.iter().map(|z| z.saturating_abs()).collect())
                }
                Data::Int(_) => return unsupported("whole numbers are not supported here"),
            };
            call.budget.allocate(tensor.len() as u64, tensor.width())?;
            one(Value::constant(Tensor::new(tensor.dims(), values)?))
        }
        _ => {
            let x = call.activation(0)?;
            one(Value::float(import.push(Operation::Unit(unit), &[x])?))
        }
    }
}

pub(super) fn elu(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let alpha = call.float("alpha", 1.0)?;
    unit(import, call, Unit::Elu { alpha })
}

/// max(x, 0) + min(α·(e^(x/α) − 1), 0), which is α·elu(x/α).
pub(super) fn celu(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let x = call.activation(0)?;
    let alpha = call.float("alpha", 1.0)?;
    let x = patterns::scaled(import, x, 1.0 / alpha)?;
    let y = import.push(Operation::Unit(Unit::Elu { alpha: 1.0 }), &[x])?;
    one(Value::float(patterns::scaled(import, y, alpha)?))
}

pub(super) fn leaky_relu(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let alpha = call.float("alpha", 0.01)?;
    unit(import, call, Unit::LeakyRelu { alpha })
}

pub(super) fn thresholded_relu(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let alpha = call.float("alpha", 1.0)?;
    unit(import, call, Unit::ThresholdedRelu { alpha })
}

pub(super) fn hard_sigmoid(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let (alpha, beta) = (call.float("alpha", 0.2)?, call.float("beta", 0.5)?);
    unit(import, call, Unit::HardSigmoid { alpha, beta })
}

pub(super) fn selu(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    // The defaults of the operator's definition, rounded to f32.
    let alpha = call.float("alpha", 1.673_263_2)?;
    let gamma = call.float("gamma", 1.050_701)?;
    unit(import, call, Unit::Selu { alpha, gamma })
}

pub(super) fn gelu(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    match call.text("approximate", "none")? {
        "none" => unit(import, call, Unit::Gelu),
        other => unsupported(format_args!("approximation '{other}'")),
    }
}

pub(super) fn clip(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    let mut bounds = [f32::NEG_INFINITY, f32::INFINITY];
    for (i, (bound, name)) in bounds.iter_mut().zip(["min", "max"]).enumerate() {
        *bound = call.float(name, *bound)?;
        if let Some(tensor) = call.constant(i.saturating_add(1))? {
            let Some(value) = tensor.scalar() else { return misshapen("a bound is no scalar") };
            *bound = value;
        }
    }
    clamp(import, call, bounds)
}

/// Elements between two bounds.
#[inline(never)]
pub(super) fn clamp(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    [low, high]: [f32; 2],
) -> Outcome<Vec<Value>> {
    // PyTorch and torchvision write the missing bound as the largest float.
    let (low, high) = (
        if low <= f32::MIN { f32::NEG_INFINITY } else { low },
        if high >= f32::MAX { f32::INFINITY } else { high },
    );
    if low > high || low.is_nan() || high.is_nan() {
        return unsupported("the lower bound is above the upper one");
    }
    match (low, high) {
        (f32::NEG_INFINITY, f32::INFINITY) => super::structure::identity(import, call),
        (0.0, f32::INFINITY) => unit(import, call, Unit::Relu),
        _ => unit(import, call, Unit::Clip { low, high }),
    }
}

pub(super) fn prelu(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    match call.required_constant(1)?.uniform() {
        Some(alpha) => unit(import, call, Unit::LeakyRelu { alpha }),
        None => unsupported("slopes that differ; only one slope for all elements is supported"),
    }
}

/// As the output it is a link: the raw output is in front of it.
pub(super) fn sigmoid(import: &mut Import<'_, '_>, call: &mut Call<'_, '_>) -> Outcome<Vec<Value>> {
    if let Value::Node { id, .. } = *call.required(0)?
        && import.link(Link::Sigmoid)
    {
        return one(Value::float(id));
    }
    unit(import, call, Unit::Sigmoid)
}

/// Softmax over one axis; before operator set 13 over all axes from one on, taken together.
pub(super) fn softmax(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
    logarithm: bool,
) -> Outcome<Vec<Value>> {
    let x = call.activation(0)?;
    let together = call.opset < 13;
    let axis = call.int("axis", if together { 1 } else { -1 })?;
    let axis = import.axis(x, axis)?;
    let shape = import.shape(x);
    let (front, back) = shape.split_at_checked(axis).unwrap_or((&shape, &[]));
    let behind = back.get(1..).map_or(1, product);
    // With nothing behind the axis, it becomes the last one, where a link expects it.
    let mut flat = front.to_vec();
    flat.push(product(back));
    if (together || behind == 1) && import.link(Link::Softmax) {
        return one(Value::float(import.reshape(x, flat)?));
    }
    let y = if together {
        let x = import.reshape(x, flat)?;
        let y = import.push(Operation::Softmax { axis }, &[x])?;
        import.reshape(y, shape)?
    } else {
        import.push(Operation::Softmax { axis }, &[x])?
    };
    one(Value::float(if logarithm { import.push(Operation::Unit(Unit::Log), &[y])? } else { y }))
}

pub(super) fn local_response_norm(
    import: &mut Import<'_, '_>,
    call: &mut Call<'_, '_>,
) -> Outcome<Vec<Value>> {
    let x: NodeId = call.activation(0)?;
    let size = usize::try_from(call.int("size", 0)?).unwrap_or(0);
    let (alpha, beta) = (call.float("alpha", 1e-4)?, call.float("beta", 0.75)?);
    let bias = call.float("bias", 1.0)?;
    // The network's layer takes the third axis from the end as the channels.
    if import.rank(x) != 4 {
        return unsupported(format_args!("{} axes; only N, C, H, W are supported", import.rank(x)));
    }
    let operation = Operation::LocalResponseNorm { size, alpha, beta, bias };
    one(Value::float(import.push(operation, &[x])?))
}
