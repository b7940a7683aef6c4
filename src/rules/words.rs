//! Rules in words, for reports.

use super::{BiasRule, LinearRule, MaxPoolRule, Rules};
use crate::network::{Class, Layer};

impl Rules {
    /// What a pass of relevance does at a layer; `own` is the rule of one with weights. `none` where there is no
    /// rule, and relevance ends or is refused.
    pub fn label(&self, layer: &Layer, own: Option<&LinearRule>) -> String {
        match (own, layer.class()) {
            (Some(rule), _) => {
                let biased = matches!(layer, Layer::Linear(linear) if !linear.bias().is_empty());
                let ignored = biased && self.bias == BiasRule::Ignore;
                rule.label() + if ignored { ", bias ignored" } else { "" }
            }
            (None, Class::Average) => self.average.label(),
            (None, Class::Add) => self.add.label(),
            (None, Class::Product) => self.product.label(),
            (None, Class::MaxPool) => match self.max_pool {
                MaxPoolRule::EqualSplit => "equal split among maxima".into(),
                MaxPoolRule::FirstWinner | MaxPoolRule::Rescale => "first maximum".into(),
            },
            (None, Class::Embedding) => "none".into(),
            (None, _) if matches!(layer, Layer::Softmax { .. }) => "none".into(),
            (None, _) => "pass".into(),
        }
    }
}
