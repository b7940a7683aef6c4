//! What values come to: data types, positions, remainders.

use crate::support::imported::{gives, read, run};
use crate::support::onnx_writer::{Attribute, Message, Model, floats, ints, node, tensor};
use heatlens::onnx::Status;

#[test]
fn constants_in_every_data_type() {
    let bytes = |list: &[f64], write: fn(f64) -> Vec<u8>| -> Vec<u8> {
        list.iter().flat_map(|&v| write(v)).collect()
    };
    let list = [1.0, -2.0, 0.5, 0.0];
    let packed = |number: u64, list: &[u64]| {
        let body = list.iter().fold(Message::new(), |message, &v| message.varint(v));
        Message::new().int(1, 4).text(8, "w").message(number, &body)
    };
    let halves = [0x3c00u64, 0xc000, 0x3800, 0];
    let whole = [1.0f32, -2.0, 3.0, 0.0];
    let weights: Vec<(Message, [f32; 4])> = vec![
        (tensor("w", &[4], 11, &bytes(&list, |v| v.to_le_bytes().to_vec())), [1.0, -2.0, 0.5, 0.0]),
        (
            tensor("w", &[4], 16, &bytes(&list, |v| (v as f32).to_le_bytes()[2..].to_vec())),
            [1.0, -2.0, 0.5, 0.0],
        ),
        (packed(5, &halves).int(2, 10), [1.0, -2.0, 0.5, 0.0]),
        (
            halves.iter().fold(Message::new().int(1, 4).text(8, "w").int(2, 10), |message, &v| {
                message.int(5, v as i64)
            }),
            [1.0, -2.0, 0.5, 0.0],
        ),
        (
            list.iter().fold(Message::new().int(1, 4).text(8, "w").int(2, 1), |message, &v| {
                message.float(4, v as f32)
            }),
            [1.0, -2.0, 0.5, 0.0],
        ),
        (packed(5, &[1, (-2i64) as u64, 3, 0]).int(2, 6), whole),
        (packed(7, &[1, (-2i64) as u64, 3, 0]).int(2, 7), whole),
        (tensor("w", &[4], 3, &[1, 254, 3, 0]), whole),
        (tensor("w", &[4], 9, &[1, 0, 1, 0]), [1.0, 0.0, 1.0, 0.0]),
    ];
    for (weight, expected) in weights {
        let nodes = vec![
            node("Cast", "w", "f", &[("to", Attribute::Int(1))]),
            node("Mul", "x f", "y", &[]),
        ];
        let model = read(&Model::new(&[-1, 4], nodes, vec![weight]));
        gives(&model, &[1, 4], &[1.0; 4], &expected);
        assert_eq!(model.report[0].status, Status::Constant);
    }
}

#[test]
fn any_positions_of_an_axis_can_be_taken() {
    let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
    // [N, 4, 3] by a matrix of indices, one of them counted from the end.
    let gather = node("Gather", "x i", "y", &[("axis", Attribute::Int(1))]);
    let indices = ints("i", &[2, 2], &[3, 0, 0, -2]);
    let model = read(&Model::new(&[-1, 4, 3], vec![gather], vec![indices]));
    assert_eq!(run(&model, &[1, 4, 3], &x).shape(), [1, 2, 2, 3]);
    let expected = [9.0, 10.0, 11.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 6.0, 7.0, 8.0];
    gives(&model, &[1, 4, 3], &x, &expected);
    // Backwards, from the end of the axis to its second element.
    let nodes = vec![node("Slice", "x s e a d", "y", &[])];
    let bounds = [("s", 9), ("e", 0), ("a", -1), ("d", -1)];
    let bounds = bounds.iter().map(|(name, n)| ints(name, &[1], &[*n])).collect();
    let model = read(&Model::new(&[-1, 4, 3], nodes, bounds));
    gives(&model, &[1, 4, 3], &x, &[2.0, 1.0, 5.0, 4.0, 8.0, 7.0, 11.0, 10.0]);
    // Some examples of the batch are no part of an example.
    let gather = node("Gather", "x i", "y", &[]);
    let first = ints("i", &[], &[0]);
    let model = read(&Model::new(&[2, 2, 3], vec![gather], vec![first]));
    assert!(!model.batched);
    gives(&model, &[1, 2, 2, 3], &x, &x[..6]);
}

#[test]
fn remainders_have_the_sign_of_the_divisor_or_for_floats_of_the_dividend() {
    let nodes = |ty: i64| {
        vec![
            node("Mod", "a b", "m", &[("fmod", Attribute::Int(i64::from(ty == 1)))]),
            node("Cast", "m", "f", &[("to", Attribute::Int(1))]),
            node("Mul", "x f", "y", &[]),
        ]
    };
    let whole = vec![ints("a", &[4], &[7, -7, 7, -7]), ints("b", &[4], &[3, 3, -3, -3])];
    let model = read(&Model::new(&[-1, 4], nodes(7), whole));
    gives(&model, &[1, 4], &[1.0; 4], &[1.0, 2.0, -2.0, -1.0]);
    let real = vec![
        floats("a", &[4], &[7.5, -7.5, 7.5, -7.5]),
        floats("b", &[4], &[2.0, 2.0, -2.0, -2.0]),
    ];
    let model = read(&Model::new(&[-1, 4], nodes(1), real));
    gives(&model, &[1, 4], &[1.0; 4], &[1.5, -1.5, 1.5, -1.5]);
}
