//! Black-box methods on texts: masking a word is reading the text without it, whatever the model makes of the rest.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::methods::{Options, Target, Value};
use support::texts::{TEXT, open, tokens};

/// Rounding of sums of a few hundred numbers of single precision.
const ROUNDING: f64 = 2e-4;

/// The marks of all tokens in one of these features.
fn marks(token_features: &[Option<usize>], struck: &[usize]) -> Vec<bool> {
    token_features.iter().map(|slot| slot.is_some_and(|slot| struck.contains(&slot))).collect()
}

#[test]
fn masking_a_word_is_reading_the_text_without_it() {
    // A word again and again: without it the others weigh more, so that striking it out raises the score.
    let repeated = "The goalie saved the puck. The goalie saved the puck. The goalie saved the puck. \
                    Hockey hockey hockey. I am not sure.";
    for name in ["text-linear.onnx", "text-cnn.onnx"] {
        for text in [TEXT, repeated] {
            let (model, mut reader) = open(name);
            let tokens = tokens(text);
            let encoded = reader.encode(&model, &tokens).unwrap();
            let token_features = encoded.token_features().to_vec();
            let kinds = token_features.iter().flatten().max().unwrap() + 1;
            let none = vec![false; tokens.len()];
            let read = |struck: &[bool]| encoded.predict(&[struck]).unwrap().remove(0);
            let whole = read(&none).logits;
            for class in [10, 14] {
                let target = Target::Class { output: 0, class };
                let explain = |method: &str, options: &Options| {
                    encoded.explain(&none, method, options, &target, &mut |_, _| true).unwrap()
                };
                // A slot's number: that of its tokens together.
                let of = |relevance: &[f32], wanted: usize| -> f64 {
                    let own = token_features
                        .iter()
                        .zip(relevance)
                        .filter(|(slot, _)| **slot == Some(wanted));
                    own.map(|(_, &r)| f64::from(r)).sum()
                };
                let occlusion = explain("occlusion", &Options::new()).relevance;
                for slot in 0..kinds {
                    let left = read(&marks(&token_features, &[slot])).logits[class];
                    let wanted = f64::from(whole[class] - left);
                    let got = of(&occlusion, slot);
                    assert!((got - wanted).abs() < ROUNDING, "{name}, {slot}: {got}, {wanted}");
                }
                let fall = f64::from(whole[class] - read(&vec![true; tokens.len()]).logits[class]);
                let samples = [("samples".to_owned(), Value::Number(600.0))];
                for method in ["kernel-shap", "lime"] {
                    let told = explain(method, &samples.clone().into_iter().collect());
                    let sum: f64 = told.relevance.iter().map(|&r| f64::from(r)).sum();
                    assert!(method == "lime" || (sum - fall).abs() < 1e-3, "{name}: {sum}, {fall}");
                    assert!((told.explanation.score - f64::from(whole[class])).abs() < ROUNDING);
                }
            }
            let options = Options::from_iter([("threshold".to_owned(), Value::Number(0.3))]);
            let told =
                encoded.explain(&none, "sis", &options, &Target::Top, &mut |_, _| true).unwrap();
            let (class, sis) = (told.explanation.target, told.explanation.sis.unwrap());
            assert!(!sis.sets.is_empty());
            for set in &sis.sets {
                let mut struck = marks(&token_features, &set.features);
                struck.iter_mut().for_each(|struck| *struck = !*struck);
                let alone = read(&struck).probabilities.unwrap()[class];
                assert!((alone - set.score).abs() < 1e-5, "{name}: {alone}, {}", set.score);
            }
        }
    }
}

#[test]
fn shapley_values_of_a_short_text_are_means_over_all_orders_of_reading() {
    let (model, mut reader) = open("text-linear.onnx");
    let tokens = tokens("goalie, goalie: the shuttle won");
    let encoded = reader.encode(&model, &tokens).unwrap();
    let token_features = encoded.token_features().to_vec();
    let kinds = token_features.iter().flatten().max().unwrap() + 1;
    let none = vec![false; tokens.len()];
    let class = 10;
    let target = Target::Class { output: 0, class };
    let told =
        encoded.explain(&none, "shapley", &Options::new(), &target, &mut |_, _| true).unwrap();
    let value = |kept: usize| {
        let struck: Vec<usize> = (0..kinds).filter(|slot| kept >> slot & 1 == 0).collect();
        let read = encoded.predict(&[&marks(&token_features, &struck)]).unwrap().remove(0);
        f64::from(read.logits[class])
    };
    let factorial = |n: usize| (1..=n).product::<usize>() as f64;
    for slot in 0..kinds {
        let others = (0..1usize << kinds).filter(|kept| kept >> slot & 1 == 0);
        let wanted: f64 = others
            .map(|kept| {
                let size = kept.count_ones() as usize;
                let weight = factorial(size) * factorial(kinds - size - 1) / factorial(kinds);
                weight * (value(kept | 1 << slot) - value(kept))
            })
            .sum();
        let own = token_features.iter().zip(&told.relevance).filter(|(s, _)| **s == Some(slot));
        let got: f64 = own.map(|(_, &r)| f64::from(r)).sum();
        assert!((got - wanted).abs() < ROUNDING, "{slot}: {got}, {wanted}");
    }
}
