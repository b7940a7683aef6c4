//! Rules in words, for reports.

use super::{LinearRule, MaxPoolRule, RatioRule, Rules};
use crate::network::Class;

impl Rules {
    /// What a pass of relevance does at a layer of this class; `own` is the rule of one with weights.
    pub fn label(&self, class: Class, own: Option<&LinearRule>) -> String {
        match (own, class) {
            (Some(rule), _) => rule.label(),
            (None, Class::Average | Class::Add | Class::Product) => match self.average {
                RatioRule::Exact => "in proportion".into(),
                RatioRule::Gradient | RatioRule::Epsilon(_) => "in proportion, ε = 1e-6".into(),
            },
            (None, Class::MaxPool) => match self.max_pool {
                MaxPoolRule::EqualSplit => "equal split among maxima".into(),
                MaxPoolRule::FirstWinner | MaxPoolRule::Rescale => "first maximum".into(),
            },
            (None, _) => "pass".into(),
        }
    }
}
