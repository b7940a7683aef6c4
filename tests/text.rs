//! Texts: spans that put together are the text, whatever it is; relevance word by word against formulas;
//! vocabularies that do not fit.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod support;

use heatlens::error::Code;
use heatlens::methods::{Options, Target, Value};
use heatlens::onnx;
use heatlens::random::Random;
use heatlens::recipe::Recipe;
use heatlens::text::{Reader, Token, tokenize};
use support::texts::{TEXT, file, open, tokens};

/// Rounding of sums of a few hundred numbers of single precision.
const ROUNDING: f64 = 2e-4;

/// A code unit of one of several kinds.
fn unit(random: &mut Random, kind: usize) -> u16 {
    let within = |random: &mut Random, low: u16, high: u16| {
        low + random.below(usize::from(high - low)) as u16
    };
    match kind {
        0 => within(random, 0x61, 0x7b),
        1 => within(random, 0x30, 0x3a),
        2 => within(random, 0x20, 0x40),
        3 => within(random, 0xd800, 0xe000),
        4 => [within(random, 0x300, 0x370), within(random, 0x900, 0xe80)][random.below(2)],
        5 => within(random, 0x590, 0x700),
        6 => [0xad, 0x200d, 0x200e, 0x202e, 0x2066, 0xfeff, 0xd, 0xa, 0x2028][random.below(9)],
        7 => [0x27, 0x2019, 0x40, 0x2e, 0x2d][random.below(5)],
        _ => random.below(0x1_0000) as u16,
    }
}

#[test]
fn tokens_lie_in_order_and_leave_no_word_out() {
    const STRINGS: usize = 10_000;
    let mut random = Random::new(4);
    let mut found = 0;
    for _ in 0..STRINGS {
        let (len, kinds) = (random.below(60), 1 + random.below(9));
        let text: Vec<u16> = (0..len)
            .map(|_| {
                let kind = random.below(kinds);
                unit(&mut random, kind)
            })
            .collect();
        let tokens = tokenize(&text);
        let mut at = 0;
        let mut between = Vec::new();
        for token in &tokens {
            assert!(token.span.start >= at && token.span.end > token.span.start, "{text:x?}");
            between.extend_from_slice(&text[at..token.span.start]);
            at = token.span.end;
            let form = token.form.as_deref();
            assert!(form.is_none_or(|form| !form.contains('@') && !form.is_empty()), "{text:x?}");
        }
        assert!(at <= text.len());
        between.extend_from_slice(&text[at..]);
        // No code point between tokens is a letter or digit; cuts never part a surrogate pair.
        let letters = char::decode_utf16(text.iter().copied()).flatten();
        let inside: usize = tokens
            .iter()
            .map(|token| {
                let letters = char::decode_utf16(text[token.span.clone()].iter().copied());
                letters.flatten().filter(|letter| letter.is_alphanumeric()).count()
            })
            .sum();
        assert_eq!(inside, letters.filter(|letter| letter.is_alphanumeric()).count(), "{text:x?}");
        found += tokens.len();
    }
    assert!(found > STRINGS, "{found} tokens");
}

#[test]
fn the_vocabularies_hold_no_addresses_no_long_numbers_and_nothing_twice() {
    for name in ["text-linear.onnx", "text-cnn.onnx"] {
        let (_, reader) = open(name);
        let vocabulary = reader.vocabulary();
        assert!(vocabulary.len() > 10_000);
        for number in 0..vocabulary.len() {
            let word = std::str::from_utf8(vocabulary.word(number)).unwrap();
            let digits = word.bytes().all(|byte| byte.is_ascii_digit());
            assert!(!word.contains('@'), "{name}: {word}");
            assert!(!digits || word.len() <= 4, "{name}: {word}");
            // A word of the vocabulary is one that the tokeniser makes.
            assert_eq!(tokens(word).first().and_then(|t| t.form.as_deref()), Some(word), "{name}");
        }
    }
}

#[test]
fn linear_relevance_is_weight_times_input_and_sums_to_the_score_less_the_bias() {
    let (model, mut reader) = open("text-linear.onnx");
    let tokens = tokens(TEXT);
    let encoded = reader.encode(&model, &tokens).unwrap();
    let network = encoded.network();
    let heatlens::network::Layer::Linear(linear) = &network.nodes()[2].layer else {
        panic!("a dense layer")
    };
    let none = vec![false; tokens.len()];
    let logits = encoded.predict(&[&none]).unwrap().remove(0).logits;
    let count = |slot| encoded.token_features().iter().filter(|&&s| s == Some(slot)).count() as f64;
    // tf-idf by its formula, from the metadata alone.
    let stated = |key: &str| model.metadata.get(key).unwrap().clone();
    let documents: Vec<f64> = stated("heatlens.text.documents")
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    let mut x = vec![0.0f64; linear.weight().len() / 20];
    for (slot, word) in encoded.token_features().iter().zip(encoded.words()) {
        if let (Some(slot), Some(word)) = (slot, word) {
            let rarity = 1.0 + ((1.0 + documents[0]) / (1.0 + documents[word + 1])).ln();
            x[*slot] = (1.0 + count(*slot).ln()) * rarity;
        }
    }
    let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    for class in [3, 13, 14] {
        for method in ["gradient-x-input", "lrp", "integrated-gradients", "deeplift"] {
            let target = Target::Class { output: 0, class };
            let told =
                encoded.explain(&none, method, &Options::new(), &target, &mut |_, _| true).unwrap();
            for (token, slot) in encoded.token_features().iter().enumerate() {
                let Some(slot) = *slot else {
                    assert_eq!(told.relevance[token], 0.0);
                    continue;
                };
                let weight = f64::from(linear.weight()[class * x.len() + slot]);
                let wanted = weight * x[slot] / norm / count(slot);
                let got = f64::from(told.relevance[token]);
                assert!((got - wanted).abs() < ROUNDING, "{method}: {got}, {wanted}");
            }
            let sum: f64 = told.relevance.iter().map(|&r| f64::from(r)).sum();
            let score = f64::from(logits[class]) - f64::from(linear.bias()[class]);
            assert!((sum - score).abs() < ROUNDING, "{method}: {sum}, {score}");
        }
    }
}

#[test]
fn striking_out_a_word_is_writing_the_text_without_it() {
    // For tf-idf anywhere; for windows over words a gap stays, so an unknown word stands there.
    for (name, without) in [
        ("text-linear.onnx", TEXT.replace("sick", " ")),
        ("text-cnn.onnx", TEXT.replace("sick", "zzzqqq")),
    ] {
        let (model, mut reader) = open(name);
        let all = tokens(TEXT);
        let words: Vec<Option<&str>> = all.iter().map(|token| token.form.as_deref()).collect();
        let struck: Vec<bool> = words.iter().map(|word| *word == Some("sick")).collect();
        assert_eq!(struck.iter().filter(|struck| **struck).count(), 1);
        let one = reader.encode(&model, &all).unwrap().predict(&[&struck]).unwrap();
        let other = tokens(&without);
        let none = vec![false; other.len()];
        let two = reader.encode(&model, &other).unwrap().predict(&[&none]).unwrap();
        for (a, b) in one[0].logits.iter().zip(&two[0].logits) {
            assert!((a - b).abs() < 1e-4, "{name}: {a}, {b}");
        }
    }
}

#[test]
fn more_padding_changes_nothing() {
    let (model, mut reader) = open("text-cnn.onnx");
    let short = tokens(TEXT);
    let long = tokens(&format!("{TEXT} {}", "zzzqqq ".repeat(500)));
    let read = |reader: &mut Reader, tokens: &[Token]| {
        let encoded = reader.encode(&model, tokens).unwrap();
        encoded.predict(&[&vec![false; tokens.len()]]).unwrap().remove(0).logits
    };
    let (a, b) = (read(&mut reader, &short), read(&mut reader, &long));
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-4), "{a:?} {b:?}");
}

#[test]
fn convolutional_relevance_keeps_its_promises() {
    let (model, mut reader) = open("text-cnn.onnx");
    let tokens = tokens(TEXT);
    let encoded = reader.encode(&model, &tokens).unwrap();
    let none = vec![false; tokens.len()];
    let whole = encoded.predict(&[&none]).unwrap().remove(0).logits;
    let empty = encoded.predict(&[&vec![true; tokens.len()]]).unwrap().remove(0).logits;
    let explain = |method: &str, options: &Options, class: usize| {
        let target = Target::Class { output: 0, class };
        encoded.explain(&none, method, options, &target, &mut |_, _| true).unwrap()
    };
    let class = 14;
    let score = f64::from(whole[class]);
    let fall = score - f64::from(empty[class]);
    let sum = |relevance: &[f32]| relevance.iter().map(|&r| f64::from(r)).sum::<f64>();
    // Completeness, to the error of 50 steps along a line with kinks.
    let options = Options::from_iter([("steps".to_owned(), Value::Number(200.0))]);
    let ig = explain("integrated-gradients", &options, class);
    assert!((sum(&ig.relevance) - fall).abs() < 0.02 * fall.abs(), "{} {fall}", sum(&ig.relevance));
    // The efficiency of Shapley values.
    let shap = explain("kernel-shap", &Options::new(), class);
    assert!((sum(&shap.relevance) - fall).abs() < 1e-3, "{} {fall}", sum(&shap.relevance));
    // Word by word: what striking the word out costs.
    let occlusion = explain("occlusion", &Options::new(), class);
    for word in 0..tokens.len() {
        let mut struck = none.clone();
        struck[word] = true;
        let left = encoded.predict(&[&struck]).unwrap().remove(0).logits[class];
        let wanted = whole[class] - left;
        assert!((occlusion.relevance[word] - wanted).abs() < 1e-4, "word {word}");
    }
    // Conservation, layer by layer.
    let lrp = explain("lrp", &Options::new(), class);
    let layers = &lrp.explanation.layers;
    let taken: f64 = layers.iter().map(|layer| layer.bias + layer.stabilizer).sum();
    assert!((sum(&lrp.relevance) + taken - score).abs() < 1e-3 * score.abs().max(1.0));
}

#[test]
fn subsets_of_words_are_sufficient_and_disjoint() {
    for (name, mask) in
        [("text-linear.onnx", "0"), ("text-cnn.onnx", "0"), ("text-cnn.onnx", "mean")]
    {
        let (model, mut reader) = open(name);
        let tokens = tokens(TEXT);
        let encoded = reader.encode(&model, &tokens).unwrap();
        let none = vec![false; tokens.len()];
        let mask = match mask {
            "0" => Value::Number(0.0),
            word => Value::Word(word.into()),
        };
        let options = Options::from_iter([
            ("threshold".to_owned(), Value::Number(0.3)),
            ("mask".to_owned(), mask),
        ]);
        let told = encoded.explain(&none, "sis", &options, &Target::Top, &mut |_, _| true).unwrap();
        let sis = told.explanation.sis.unwrap();
        assert!(!sis.sets.is_empty(), "{name}");
        let mut seen = Vec::new();
        for set in &sis.sets {
            assert!(set.score >= 0.3);
            for &slot in &set.features {
                assert!(
                    encoded.token_features().contains(&Some(slot)),
                    "{name}: {slot} is no word"
                );
                assert!(!seen.contains(&slot));
                seen.push(slot);
            }
        }
    }
}

#[test]
fn a_text_without_known_words_is_not_explained() {
    for name in ["text-linear.onnx", "text-cnn.onnx"] {
        let (model, mut reader) = open(name);
        let read = |reader: &mut Reader, text: &str| {
            let tokens = tokens(text);
            let encoded = reader.encode(&model, &tokens).unwrap();
            let none = vec![false; tokens.len()];
            let target = Target::Class { output: 0, class: 0 };
            for method in ["lrp", "occlusion", "kernel-shap", "sis"] {
                let told =
                    encoded.explain(&none, method, &Options::new(), &target, &mut |_, _| true);
                assert_eq!(told.unwrap_err().code(), Code::NotApplicable, "{name}, {method}");
            }
            encoded.predict(&[&none]).unwrap().remove(0).logits
        };
        assert_eq!(read(&mut reader, ""), read(&mut reader, "zzzqqq мир 😀 \0"), "{name}");
    }
}

#[test]
fn limits_and_wrong_vocabularies() {
    let (model, mut reader) = open("text-cnn.onnx");
    let many = tokens(&"a ".repeat(100_001));
    assert_eq!(reader.encode(&model, &many).unwrap_err().code(), Code::Limit);
    let encoded = reader.encode(&model, &tokens(TEXT)).unwrap();
    assert_eq!(encoded.predict(&[&[true]]).unwrap_err().code(), Code::Request);

    let broken = |key: &str, value: &str| {
        let bytes = file("text-cnn.onnx");
        let mut model = onnx::read(&bytes, &onnx::Options::default()).unwrap();
        model.metadata.insert(key.into(), value.into());
        Reader::new(&model, &Recipe::new(&bytes)).unwrap_err().code()
    };
    assert_eq!(broken("heatlens.vocabulary", "a\nb"), Code::Shape);
    assert_eq!(broken("heatlens.vocabulary", "b\na"), Code::Malformed);
    assert_eq!(broken("heatlens.text", "characters"), Code::Malformed);
    assert_eq!(broken("heatlens.text.padding", "-1"), Code::Malformed);
    // With 65 words, 32 bits would count from zero again.
    for padding in ["100001", "4294967232", "4294967295"] {
        assert_eq!(broken("heatlens.text.padding", padding), Code::Limit);
    }
    let digits = file("digits-mlp.onnx");
    let model = onnx::read(&digits, &onnx::Options::default()).unwrap();
    assert!(Reader::new(&model, &Recipe::new(&digits)).unwrap().is_none());
}

#[test]
fn a_map_without_a_number_per_word_is_refused_and_not_read_as_zeros() {
    for name in ["text-linear.onnx", "text-cnn.onnx"] {
        let (model, mut reader) = open(name);
        let tokens = tokens(TEXT);
        let encoded = reader.encode(&model, &tokens).unwrap();
        let none = vec![false; tokens.len()];
        let ask = |method: &str, options: &[(&str, Value)]| {
            let options = options.iter().map(|(key, value)| (key.to_string(), value.clone()));
            let options: Options = options.collect();
            encoded.explain(&none, method, &options, &Target::Top, &mut |_, _| true)
        };
        let windows = ("map", Value::Word("windows".into()));
        let pair = [windows.clone(), ("window", Value::Number(2.0))];
        let error = ask("occlusion", &pair).unwrap_err();
        assert_eq!(error.code(), Code::Request, "{name}");
        assert!(error.message().contains("per word"), "{name}: {error}");
        // Windows of one word at every word are words.
        let single = ask("occlusion", &[windows]).unwrap().relevance;
        assert_eq!(single, ask("occlusion", &[]).unwrap().relevance, "{name}");
        assert!(single.iter().any(|&r| r != 0.0));
    }
}
