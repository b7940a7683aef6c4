//! Extents beyond all bounds, with every operator: a network or an error, soon and in little memory.

use crate::cpu::least;
use crate::memory::peak;
use crate::support::onnx_writer::{Attribute, Message, Model, floats, ints, node, tensor};
use heatlens::error::{Code, Error};
use heatlens::onnx::{self, Options};
use std::time::{Duration, Instant};

/// Nothing, a single one, many, and what no 32-bit and no 64-bit machine can hold.
const EXTENTS: [i64; 6] = [0, 1, 1 << 16, (1 << 31) - 1, 1 << 40, 1 << 62];
/// Memory beside four times the file.
const SPARE: usize = 16 << 20;

/// Reads a file of a few hundred bytes.
#[track_caller]
fn read(what: &dyn Fn() -> String, bytes: &[u8]) -> Result<onnx::Model, Error> {
    let (mut result, start) = (None, Instant::now());
    let held = peak(|| result = Some(onnx::read(bytes, &Options::default())));
    let result = result.unwrap();
    // Slow by the clock: because of the file, or because the machine is busy?
    if start.elapsed() > Duration::from_millis(500) {
        let took = least(3, || drop(onnx::read(bytes, &Options::default())));
        assert!(took < Duration::from_secs(1), "{}: {took:?}", what());
    }
    let most = 4 * bytes.len() + SPARE;
    assert!(held <= most, "{}: {held} bytes held, {:?}", what(), result.as_ref().err());
    result
}

/// A constant `name` of these extents: without data where it has no elements, else computed.
fn constant(name: &str, [a, b]: [i64; 2], whole: bool) -> (Vec<Message>, Vec<Message>) {
    let kind = if whole { 7 } else { 1 };
    if a == 0 || b == 0 {
        return (vec![], vec![tensor(name, &[a, b], kind, &[])]);
    }
    let one = if whole { ints("", &[1], &[1]) } else { floats("", &[1], &[1.0]) };
    let shape = format!("{name}-shape");
    let fill = node("ConstantOfShape", &shape, name, &[("value", Attribute::Tensor(one))]);
    (vec![fill], vec![ints(&shape, &[2], &[a, b])])
}

/// Inputs of a node: `v` the value in question, `z` a constant of the extents, `k` the same of whole
/// numbers, `s` both extents, `r` the first alone, `n` the same without an axis, `o` the number one.
const INPUTS: [&str; 22] = [
    "v",
    "s",
    "v v",
    "v z",
    "z v",
    "v s",
    "v k",
    "v r",
    "v n",
    "v o",
    "s v",
    "o v",
    "n n o",
    "v z z",
    "z v z",
    "v s s",
    "v r r",
    "s v v",
    "v r r o",
    "v s s s",
    "v z z z z",
    "v s s s s",
];

/// Every attribute that an operator may have, with values out of two extents.
fn attributes<'a>(
    both: &'a [i64; 2],
    four: &'a [i64; 4],
) -> Vec<Vec<(&'static str, Attribute<'a>)>> {
    let int = |name, n| vec![(name, Attribute::Int(n))];
    let list = |name, list: &'a [i64]| vec![(name, Attribute::Ints(list))];
    let window = |name, values: &'a [i64]| {
        vec![("kernel_shape", Attribute::Ints(&[1, 1])), (name, Attribute::Ints(values))]
    };
    let wide = vec![
        ("kernel_shape", Attribute::Ints(&both[..])),
        ("pads", Attribute::Ints(&four[..])),
        ("strides", Attribute::Ints(&both[..])),
    ];
    vec![
        vec![],
        int("axis", 0),
        int("axis", 1),
        int("axis", -1),
        int("axis", both[0]),
        list("axes", &[0]),
        list("axes", &[1, 2]),
        list("axes", both),
        int("keepdims", 0),
        list("perm", &[1, 0]),
        list("perm", &[0, 2, 1]),
        list("split", both),
        int("num_outputs", both[0]),
        list("kernel_shape", both),
        window("pads", four),
        window("strides", both),
        window("dilations", both),
        vec![("kernel_shape", Attribute::Ints(both)), ("auto_pad", Attribute::Text("SAME_UPPER"))],
        vec![("kernel_shape", Attribute::Ints(both)), ("ceil_mode", Attribute::Int(1))],
        wide,
        int("group", both[0]),
        int("transA", 1),
        int("transB", 1),
        int("size", both[0]),
        list("pads", four),
        vec![
            ("starts", Attribute::Ints(both)),
            ("ends", Attribute::Ints(four.first_chunk::<2>().unwrap())),
        ],
        list("value_ints", both),
        int("to", 1),
        int("to", 7),
        int("allowzero", 1),
    ]
}

/// Whether the operator knows all these attributes.
fn known(op: &str, attributes: &[(&str, Attribute)]) -> bool {
    let bytes = Model::new(&[-1, 4], vec![node(op, "x", "y", attributes)], vec![]).bytes();
    match onnx::read(&bytes, &Options::default()) {
        Err(error) => !error.message().contains("is not supported. Supported"),
        Ok(_) => true,
    }
}

#[test]
fn every_operator_with_extents_beyond_all_bounds() {
    let (mut files, mut loaded) = (0, 0);
    for op in onnx::supported() {
        let sets = attributes(&[1, 1], &[1; 4]);
        let sets: Vec<usize> = (0..sets.len()).filter(|&i| known(op, &sets[i])).collect();
        for a in EXTENTS {
            for b in EXTENTS {
                let (both, four) = ([a, b], [a, b, b, a]);
                let attributes = attributes(&both, &four);
                for (&set, inputs) in sets.iter().flat_map(|set| INPUTS.map(|inputs| (set, inputs)))
                {
                    // Few operators with attributes, for whole numbers or for images have many inputs.
                    let kinds: &[usize] = match inputs.len() {
                        0..=3 => &[0, 1, 2, 3],
                        _ if set > 0 => continue,
                        _ => &[0, 2],
                    };
                    for &kind in kinds {
                        let bytes = file(op, inputs, &attributes[set], both, kind);
                        let what =
                            || format!("{op}({inputs}) {a} {b}, attributes {set}, kind {kind}");
                        loaded += usize::from(read(&what, &bytes).is_ok());
                        files += 1;
                    }
                }
            }
        }
    }
    println!("{files} files, {loaded} load");
    assert!(loaded > 1000);
}

/// One operator before an output. The value in question is a constant (kind 0 and, of whole numbers, 1) or
/// an activation of three axes or of four. Extents that no input may have are 4 there.
fn file(
    op: &str,
    inputs: &str,
    attributes: &[(&str, Attribute)],
    [a, b]: [i64; 2],
    kind: usize,
) -> Vec<u8> {
    let (mut nodes, mut initializers) = (Vec::new(), Vec::new());
    let names: String =
        inputs.replace('v', if kind < 2 { if kind == 0 { "z" } else { "k" } } else { "x" });
    for (name, whole) in [("z", false), ("k", true)] {
        if names.contains(name) {
            let (more, tensors) = constant(name, [a, b], whole);
            nodes.extend(more);
            initializers.extend(tensors);
        }
    }
    initializers.extend([
        ints("s", &[2], &[a, b]),
        ints("r", &[1], &[a]),
        ints("n", &[], &[a]),
        ints("o", &[1], &[1]),
    ]);
    let fits = |n: i64| if (1..=1 << 16).contains(&n) { n } else { 4 };
    let (a, b) = if fits(a) * fits(b) <= 1 << 16 { (fits(a), fits(b)) } else { (4, fits(b)) };
    let x = if kind == 3 { vec![-1, 1, a, b] } else { vec![-1, a, b] };
    if kind < 2 {
        // What comes of constants alone meets the activation at the end.
        nodes.push(node(op, &names, "c d", attributes));
        nodes.push(node("Mul", "x c", "y", &[]));
    } else {
        nodes.push(node(op, &names, "y d", attributes));
    }
    Model::new(&x, nodes, initializers).bytes()
}

#[track_caller]
fn refused(nodes: Vec<Message>, initializers: Vec<Message>, x: &[i64]) {
    let bytes = Model::new(x, nodes, initializers).bytes();
    let name = || format!("{} bytes", bytes.len());
    let error = read(&name, &bytes).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::Limit, "{error}");
}

#[test]
fn no_elements_beside_a_huge_axis() {
    for huge in [1i64 << 26, 1 << 30, (1 << 31) - 1, 1 << 40, 1 << 62] {
        let empty = |dims: &[i64]| vec![tensor("w", dims, 1, &[]), floats("c", &[1], &[1.0])];
        let add = |from: &str| node("Add", &format!("x {from}"), "y", &[]);
        let zero = || vec![tensor("w", &[huge, 0], 1, &[]), ints("i", &[1], &[0])];
        refused(vec![node("Gather", "w i", "g", &[]), add("g")], zero(), &[-1, 4]);
        refused(
            vec![node("Gemm", "x w c", "y", &[("transB", Attribute::Int(1))])],
            empty(&[huge, 0]),
            &[-1, 4],
        );
        refused(vec![node("MatMul", "x w", "y", &[])], empty(&[0, huge]), &[-1, 4]);
        refused(vec![node("Transpose", "w", "t", &[]), add("t")], empty(&[huge, 0]), &[-1, 4]);
        // Extents that appear where a value without elements is given another shape.
        let shape = || vec![tensor("w", &[0], 1, &[]), ints("s", &[2], &[huge, 0])];
        let allow = [("allowzero", Attribute::Int(1))];
        let reshape = node("Reshape", "w s", "r", &allow);
        refused(vec![reshape, node("Transpose", "r", "t", &[]), add("t")], shape(), &[-1, 4]);
        refused(
            vec![
                node("ConstantOfShape", "s", "e", &[]),
                node("Transpose", "e", "t", &[]),
                add("t"),
            ],
            shape(),
            &[-1, 4],
        );
    }
}

#[test]
fn what_layers_keep_is_counted_before_it_is_made() {
    // An activation of 4,096 elements repeated 65,536 times: the layer would keep 2^28 positions.
    let shape = |dims: &[i64]| vec![ints("s", &[dims.len() as i64], dims)];
    refused(vec![node("Expand", "x s", "y", &[])], shape(&[1, 4096, 1 << 16]), &[-1, 4096, 1]);
    refused(vec![node("Tile", "x s", "y", &[])], shape(&[1, 1, 1 << 16]), &[-1, 4096, 1]);
    let wide = [0, 0, 0, 0, 0, 1 << 16];
    refused(vec![node("Pad", "x s", "y", &[])], shape(&wide), &[-1, 4096, 1]);
    // A bias of one number, repeated for weights that are made of one number.
    let wide = || vec![ints("s", &[2], &[1, 1 << 28]), floats("c", &[1], &[1.0])];
    let fill = || {
        node("ConstantOfShape", "s", "w", &[("value", Attribute::Tensor(floats("", &[1], &[1.0])))])
    };
    refused(vec![fill(), node("Gemm", "x w c", "y", &[])], wide(), &[-1, 1]);
    // An axis of 129 · 2^25 elements, which 32 bits count as 2^25.
    let many = ["x"; 129].join(" ");
    let join = node("Concat", &many, "j", &[("axis", Attribute::Int(1))]);
    let least = node("ReduceMax", "j", "y", &[("axes", Attribute::Ints(&[1]))]);
    refused(vec![join, least], vec![], &[-1, 1 << 25]);
    // One position of a window in a padded image of 2^28 elements, which a prediction would copy.
    let window =
        [("pads", Attribute::Ints(&[1 << 13; 4])), ("strides", Attribute::Ints(&[1 << 13; 2]))];
    let weight = vec![floats("w", &[1, 1, 1, 1], &[1.0])];
    refused(vec![node("Conv", "x w", "y", &window)], weight, &[-1, 1, 1, 1]);
}

#[test]
fn small_values_without_elements_are_no_fault() {
    // An empty list of scales or of a region, as exporters leave it, joined to what there is.
    let nodes = vec![
        node("Concat", "none s", "t", &[("axis", Attribute::Int(0))]),
        node("Reshape", "x t", "y", &[]),
    ];
    let none = tensor("none", &[0], 7, &[]);
    let model = Model::new(&[-1, 4], nodes, vec![none, ints("s", &[3], &[-1, 2, 2])]);
    let name = || "an empty list".to_owned();
    assert_eq!(read(&name, &model.bytes()).unwrap().network.nodes().len(), 2);
}
