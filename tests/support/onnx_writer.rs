//! Writes ONNX files for tests, valid ones and (with [`Message::raw`]) any others.

/// A protobuf message in the making.
#[derive(Clone, Debug, Default)]
pub struct Message(pub Vec<u8>);

impl Message {
    pub fn new() -> Self {
        Message::default()
    }

    /// Bytes as they are.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn varint(self, mut value: u64) -> Self {
        let mut message = self;
        while value >= 0x80 {
            message.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        message.0.push(value as u8);
        message
    }

    /// The key of a field.
    pub fn key(self, number: u64, wire: u64) -> Self {
        self.varint(number << 3 | wire)
    }

    pub fn int(self, number: u64, value: i64) -> Self {
        self.key(number, 0).varint(value as u64)
    }

    pub fn float(self, number: u64, value: f32) -> Self {
        self.key(number, 5).raw(&value.to_le_bytes())
    }

    pub fn bytes(self, number: u64, content: &[u8]) -> Self {
        self.key(number, 2).varint(content.len() as u64).raw(content)
    }

    pub fn text(self, number: u64, content: &str) -> Self {
        self.bytes(number, content.as_bytes())
    }

    pub fn message(self, number: u64, content: &Message) -> Self {
        self.bytes(number, &content.0)
    }

    /// A field with a length of its own invention.
    pub fn lie(self, number: u64, len: u64, content: &[u8]) -> Self {
        self.key(number, 2).varint(len).raw(content)
    }
}

/// A float tensor in `raw_data`.
pub fn floats(name: &str, dims: &[i64], values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    tensor(name, dims, 1, &raw)
}

/// An int64 tensor in `raw_data`.
pub fn ints(name: &str, dims: &[i64], values: &[i64]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    tensor(name, dims, 7, &raw)
}

/// A tensor of any data type.
pub fn tensor(name: &str, dims: &[i64], data_type: i64, raw: &[u8]) -> Message {
    let message = dims.iter().fold(Message::new(), |message, &n| message.int(1, n));
    message.int(2, data_type).text(8, name).bytes(9, raw)
}

/// An attribute.
pub enum Attribute<'a> {
    Int(i64),
    Float(f32),
    Text(&'a str),
    Ints(&'a [i64]),
    Tensor(Message),
    Graph(Message),
}

/// An operator call; names of inputs and outputs are separated by spaces, `_` is none.
pub fn node(op: &str, inputs: &str, outputs: &str, attributes: &[(&str, Attribute)]) -> Message {
    let mut message = Message::new();
    for (number, names) in [(1, inputs), (2, outputs)] {
        for name in names.split_whitespace() {
            message = message.text(number, if name == "_" { "" } else { name });
        }
    }
    message = message.text(4, op);
    for (name, value) in attributes {
        let attribute = Message::new().text(1, name);
        let attribute = match value {
            Attribute::Int(value) => attribute.int(3, *value).int(20, 2),
            Attribute::Float(value) => attribute.float(2, *value).int(20, 1),
            Attribute::Text(value) => attribute.text(4, value).int(20, 3),
            Attribute::Ints(list) => {
                list.iter().fold(attribute, |attribute, &n| attribute.int(8, n)).int(20, 7)
            }
            Attribute::Tensor(value) => attribute.message(5, value).int(20, 4),
            Attribute::Graph(value) => attribute.message(6, value).int(20, 5),
        };
        message = message.message(5, &attribute);
    }
    message
}

/// A graph input or output; a negative extent is the symbol `N`.
pub fn value(name: &str, data_type: i64, dims: &[i64]) -> Message {
    let shape = dims.iter().fold(Message::new(), |shape, &n| {
        let dim = if n < 0 { Message::new().text(2, "N") } else { Message::new().int(1, n) };
        shape.message(1, &dim)
    });
    let kind = Message::new().int(1, data_type).message(2, &shape);
    Message::new().text(1, name).message(2, &Message::new().message(1, &kind))
}

/// A graph input or output whose axes are numbers or names of open axes.
pub fn open(name: &str, data_type: i64, dims: &[&str]) -> Message {
    let shape = dims.iter().fold(Message::new(), |shape, axis| {
        let dim = match axis.parse() {
            Ok(n) => Message::new().int(1, n),
            Err(_) => Message::new().text(2, axis),
        };
        shape.message(1, &dim)
    });
    let kind = Message::new().int(1, data_type).message(2, &shape);
    Message::new().text(1, name).message(2, &Message::new().message(1, &kind))
}

/// The parts of a model.
#[derive(Clone, Debug)]
pub struct Model {
    pub nodes: Vec<Message>,
    pub initializers: Vec<Message>,
    pub inputs: Vec<Message>,
    pub outputs: Vec<Message>,
    pub metadata: Vec<(String, String)>,
    pub opset: i64,
}

impl Model {
    /// A model with one float input `x` and one output `y`.
    pub fn new(x: &[i64], nodes: Vec<Message>, initializers: Vec<Message>) -> Self {
        Model {
            nodes,
            initializers,
            inputs: vec![value("x", 1, x)],
            outputs: vec![value("y", 1, &[-1])],
            metadata: Vec::new(),
            opset: 17,
        }
    }

    pub fn graph(&self) -> Message {
        let parts =
            [(1, &self.nodes), (5, &self.initializers), (11, &self.inputs), (12, &self.outputs)];
        parts.iter().fold(Message::new(), |graph, (number, list)| {
            list.iter().fold(graph, |graph, part| graph.message(*number, part))
        })
    }

    pub fn bytes(&self) -> Vec<u8> {
        let opset = Message::new().text(1, "").int(2, self.opset);
        let mut model =
            Message::new().int(1, 8).text(2, "heatlens tests").message(7, &self.graph());
        model = model.message(8, &opset);
        for (key, value) in &self.metadata {
            model = model.message(14, &Message::new().text(1, key).text(2, value));
        }
        model.0
    }
}
