//! The catalogue: every method there is, in the order in which it is listed.

use super::*;

/// Every method there is.
pub static CATALOG: &[Descriptor] = &[
    gradient::DESCRIPTOR,
    saliency::DESCRIPTOR,
    gradient_x_input::DESCRIPTOR,
    smooth_grad::SMOOTH_GRAD,
    smooth_grad::SQUARED,
    smooth_grad::VARGRAD,
    integrated_gradients::DESCRIPTOR,
    expected_gradients::DESCRIPTOR,
    deconvnet::DESCRIPTOR,
    guided_backprop::DESCRIPTOR,
    lrp::DESCRIPTOR,
    deeplift::DESCRIPTOR,
    grad_cam::DESCRIPTOR,
    guided_grad_cam::DESCRIPTOR,
    occlusion::DESCRIPTOR,
    sis::DESCRIPTOR,
    shapley::DESCRIPTOR,
    kernel_shap::DESCRIPTOR,
    lime::DESCRIPTOR,
];

/// The method of this name with these parameters. Nodes are looked up in `network`.
pub fn method_from_options(
    network: &Network,
    name: &str,
    options: &Options,
) -> Result<Box<dyn Method>> {
    let descriptor = Descriptor::find(name)?;
    (descriptor.read)(&Reader::new(descriptor, options, network)?)
}

impl Descriptor {
    /// Every parameter: the given value or the default.
    pub fn parameters(&self, given: &Options) -> Parameters {
        let value = |param: &Param| {
            let given = given.get(param.name).cloned();
            (param.name, given.unwrap_or_else(|| param.kind.default()))
        };
        Parameters(self.params.iter().map(value).collect())
    }

    /// The catalogue's entry of this name.
    pub fn find(name: &str) -> Result<&'static Descriptor> {
        CATALOG.iter().find(|entry| entry.name == name).ok_or_else(|| {
            let known: Vec<&str> = CATALOG.iter().map(|entry| entry.name).collect();
            Error::new(
                Code::Request,
                format!("no method is named '{name}'; there are: {}", known.join(", ")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::{Options, Value, method_from_options};
    use crate::network::{Builder, Operation, OutputActivation};

    #[test]
    fn every_entry_reads_its_defaults_and_every_parameter() {
        let mut b = Builder::new();
        let x = b.input("x", &[2]).unwrap();
        let dense = Operation::Dense { weight: vec![1.0; 4], outputs: 2, bias: vec![] };
        let y = b.push("y", dense, &[x]).unwrap();
        let network = b.finish(vec![("y".into(), y, OutputActivation::Softmax)]).unwrap();
        for entry in CATALOG {
            let defaults = method_from_options(&network, entry.name, &Options::new()).unwrap();
            let mut options = Options::new();
            for param in entry.params {
                let good = param.kind.default();
                let bad = match param.kind {
                    Kind::Number { max, .. } => Value::Number(max + 1.0),
                    Kind::Integer { .. } => Value::Number(0.5),
                    _ => Value::Word("?".into()),
                };
                let wrong = Options::from_iter([(param.name.to_string(), bad)]);
                let error = method_from_options(&network, entry.name, &wrong).unwrap_err();
                assert!(
                    error.message().contains('?') || error.message().contains(param.name),
                    "{error}"
                );
                options.insert(param.name.into(), good);
            }
            let read = method_from_options(&network, entry.name, &options).unwrap();
            assert_eq!(read.descriptor().name, entry.name);
            let x = ndarray::arr2(&[[0.25f32, -0.5]]).into_dyn();
            let explained = |method: &dyn Method| {
                explain(&network, &[x.view()], method, &Target::Top, None, &mut |_, _| true)
                    .map_err(|error| error.to_string())
            };
            assert_eq!(explained(&*read), explained(&*defaults), "{}", entry.name);
            let unknown = Options::from_iter([("nonsense".to_string(), Value::Number(1.0))]);
            assert!(method_from_options(&network, entry.name, &unknown).is_err());
        }
        assert!(method_from_options(&network, "__proto__", &Options::new()).is_err());
    }

    #[test]
    fn names_are_unique_kebab_case() {
        for (i, entry) in CATALOG.iter().enumerate() {
            assert!(
                entry
                    .name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            );
            assert!(CATALOG[..i].iter().all(|other| other.name != entry.name));
            assert!(entry.summary.ends_with('.') && !entry.source.is_empty());
        }
    }
}
