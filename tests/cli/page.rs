//! `heatlens page`: what is in the file, and that nothing of what others wrote runs there.

use crate::onnx_writer::{Model, floats, node, value};
use crate::program::{CNN, Folder, digit, fails, heatlens, stdout};
use base64::prelude::{BASE64_STANDARD, Engine};
use std::io::Read;

const LINEAR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/text-linear.onnx");
const AMES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/models/ames.onnx");
const HEAD: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>";
const TEMPLATE: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title><!--heatlens:title--></title>\n\
                        <body><!--heatlens:lens-->\n<!--heatlens:data--><p>end</p>\n";

/// A tag with its attributes, or a text.
#[derive(Debug, PartialEq)]
enum Piece {
    Tag(String, Vec<(String, String)>),
    Text(String),
}

/// What HTML makes of the few references that the page uses.
fn unescaped(text: &str) -> String {
    let letters = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#13;", "\r")];
    let plain = letters.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    assert!(!plain.replace("&amp;", "").contains('&'), "a bare & in {text:.200}");
    plain.replace("&amp;", "&")
}

/// The page in tags and texts, by rules stricter than HTML's: values in double quotes, no comments, no `<` elsewhere.
fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = page.strip_prefix("<!doctype html>").unwrap();
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        if !text.trim().is_empty() {
            pieces.push(Piece::Text(unescaped(text)));
        }
        if tag.is_empty() {
            break;
        }
        let name_end = tag.find([' ', '>']).unwrap();
        let (name, mut inside) = tag.split_at(name_end);
        let named = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(named(name.trim_start_matches('/')), "<{name:.80}");
        let mut attributes = Vec::new();
        while let Some(attribute) = inside.strip_prefix(' ') {
            let end = attribute.find([' ', '>', '=']).unwrap();
            let (key, after) = attribute.split_at(end);
            assert!(named(key), "{key:.80}");
            let (value, after) = match after.strip_prefix("=\"") {
                Some(value) => value.split_once('"').unwrap(),
                None => ("", after),
            };
            assert!(!value.contains('<'), "{value:.80}");
            attributes.push((key.to_owned(), unescaped(value)));
            inside = after;
        }
        rest = inside.strip_prefix('>').unwrap();
        pieces.push(Piece::Tag(name.to_owned(), attributes));
    }
    pieces
}

/// The attributes of the first tag of this name for which they hold.
fn attributes<'p>(pieces: &'p [Piece], name: &str, with: &str) -> &'p [(String, String)] {
    let found = pieces.iter().find_map(|piece| match piece {
        Piece::Tag(tag, attributes) if tag == name => {
            let has = attributes
                .iter()
                .any(|(key, value)| with.is_empty() || key == with || value == with);
            (has || with.is_empty()).then_some(attributes.as_slice())
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no <{name} {with}>"))
}

fn attribute<'p>(pieces: &'p [Piece], name: &str) -> Option<&'p str> {
    let all = attributes(pieces, "heat-lens", "");
    all.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The file that the page holds under an id.
fn data(pieces: &[Piece], id: &str) -> Vec<u8> {
    let at = pieces.iter().position(
        |piece| matches!(piece, Piece::Tag(_, all) if all.iter().any(|(key, value)| key == "id" && value == id)),
    );
    let Some(Piece::Text(packed)) = at.map(|at| &pieces[at + 1]) else { panic!("no {id}") };
    let packed = BASE64_STANDARD.decode(packed).unwrap();
    let mut bytes = Vec::new();
    flate2::read::DeflateDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The words of the caption.
fn caption(pieces: &[Piece]) -> String {
    let of = |wanted: &str| {
        pieces
            .iter()
            .position(|piece| matches!(piece, Piece::Tag(name, _) if name == wanted))
            .unwrap()
    };
    let texts =
        pieces[of("figcaption")..of("/figcaption")].iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Tag(..) => None,
        });
    texts.collect::<Vec<_>>().join("\n")
}

fn pictures(pieces: &[Piece]) -> Vec<Vec<u8>> {
    let sources = pieces.iter().filter_map(|piece| match piece {
        Piece::Tag(name, all) if name == "img" => {
            Some(all.iter().find(|(key, _)| key == "src").unwrap())
        }
        _ => None,
    });
    let bytes = |source: &(String, String)| {
        BASE64_STANDARD.decode(source.1.strip_prefix("data:image/png;base64,").unwrap()).unwrap()
    };
    sources.map(bytes).collect()
}

fn pixels(png: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    pixels
}

#[test]
fn a_page_of_a_picture_holds_network_input_maps_and_words() {
    let folder = Folder::new("page");
    let (input, out) = (folder.digit(), folder.path("why.html"));
    let template = folder.write("page.html", TEMPLATE.as_bytes());
    let start = ["page", CNN, "--input", &input, "--template", &template, "--out", &out];
    let asked =
        ["--method", "lrp,saliency", "--target", "7", "--against", "1", "--palette", "orange-blue"];
    let sets = ["--set", "composite=gamma", "--set", "lrp.gamma=2", "--set", "norm=abs"];
    let said = stdout(&[&start[..], &asked, &sets].concat());
    assert!(said.contains("‘7’ (class 7), probability"), "{said}");
    let page = std::fs::read_to_string(&out).unwrap();
    assert!(page.starts_with(HEAD) && page.ends_with("<p>end</p>\n"));
    let pieces = pieces(&page);
    let expected = [
        ("model", "#heatlens-model"),
        ("input", "#heatlens-input"),
        ("method", "lrp,saliency"),
        ("target", "7"),
        ("against", "1"),
        ("options", r#"{"lrp":{"composite":"gamma","gamma":2},"saliency":{"norm":"abs"}}"#),
        ("controls", ""),
        ("palette", "orange-blue"),
        ("normalisation", "max"),
    ];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(attributes(&pieces, "heat-lens", ""), expected);
    assert_eq!(data(&pieces, "heatlens-model"), std::fs::read(CNN).unwrap());
    let npy = data(&pieces, "heatlens-input");
    let numbers: Vec<u8> = digit().iter().flat_map(|value| value.to_le_bytes()).collect();
    assert!(npy.starts_with(b"\x93NUMPY") && npy.ends_with(&numbers));
    assert!(String::from_utf8_lossy(&npy[..128]).contains("'shape': (1, 28, 28)"));
    // The input, and each map with its scale.
    let pictures = pictures(&pieces);
    assert_eq!(pictures.len(), 5);
    let png = folder.path("map.png");
    let explain = ["explain", CNN, "--input", &input, "--method", "lrp", "--out", &png];
    stdout(&[&explain[..], &asked[2..], &sets[..2], &["--set", "gamma=2"]].concat());
    assert_eq!(pixels(&pictures[1]), pixels(&std::fs::read(&png).unwrap()));
    let seen = pixels(&pictures[0]);
    assert_eq!(
        [seen[0], seen[4 * (65 * 280 + 85)]],
        [0, (255.0 * digit()[6 * 28 + 8]).round() as u8]
    );
    let words = caption(&pieces);
    for part in [
        "digits-cnn.onnx says ‘7’ (class 7), probability",
        "Explained: ‘7’ (class 7) against ‘1’ (class 1).",
        "orange speaks for ‘7’ (class 7), blue for ‘1’ (class 1); full colour = max |R|: ",
        "LRP (composite=gamma, gamma=2): ",
        "the stronger the colour, the larger the number",
        "Sum of all numbers ",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[test]
fn a_page_of_a_text_holds_the_text_and_colours_its_words() {
    let folder = Folder::new("page-text");
    let text = "The shuttle\r\nis in  orbit,\n\n<b>said</b> the \u{2028}goalie & more.";
    let (input, out) = (folder.write("post.txt", text.as_bytes()), folder.path("why.html"));
    let template = folder.write("page.html", TEMPLATE.as_bytes());
    let start = ["page", LINEAR, "--input", &input, "--template", &template, "--out", &out];
    stdout(&[&start[..], &["--method", "lrp", "--palette", "grey"]].concat());
    let pieces = pieces(&std::fs::read_to_string(&out).unwrap());
    assert_eq!((attribute(&pieces, "text"), attribute(&pieces, "input")), (Some(text), None));
    let spans: Vec<(&Piece, &Piece)> = pieces.iter().zip(&pieces[1..]).collect();
    let colored = |word: &str| {
        spans.iter().any(|(tag, text)| {
            matches!(tag, Piece::Tag(name, all) if name == "span" && all.iter().any(|a| a.1.starts_with("background:#")))
                && **text == Piece::Text(word.into())
        })
    };
    assert!(colored("orbit") && colored("shuttle") && !colored("is"));
    let words = caption(&pieces);
    let ends = "plain grey speaks for ‘sci.space’ (class 14), underlined grey against it";
    assert!(
        words.contains(ends) && words.contains("says ‘sci.space’ (class 14), probability"),
        "{words}"
    );
    let shown: String = pieces
        .iter()
        .skip_while(
            |piece| !matches!(piece, Piece::Tag(_, all) if all.iter().any(|(key, _)| key == "dir")),
        )
        .take_while(|piece| !matches!(piece, Piece::Tag(name, _) if name == "/p"))
        .filter_map(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
        .collect();
    assert_eq!(
        shown.split_whitespace().collect::<Vec<_>>(),
        text.split_whitespace().collect::<Vec<_>>()
    );
}

/// x → MatMul → y of two classes with these labels.
fn labelled(one: &str, two: &str) -> Vec<u8> {
    let dense = node("MatMul", "x w", "y", &[]);
    let weights = floats("w", &[4, 2], &[0.5, -0.5, 0.5, -0.5, 0.5, -0.5, 0.5, -0.5]);
    let mut model = Model::new(&[-1, 4], vec![dense], vec![weights]);
    model.outputs = vec![value("y", 1, &[-1, 2])];
    model.metadata = vec![
        ("heatlens.labels".into(), format!("{one}\n{two}")),
        ("heatlens.output-activation".into(), "softmax".into()),
    ];
    model.bytes()
}

#[test]
fn nothing_that_others_wrote_is_markup_in_a_page() {
    let payloads: Vec<String> =
        serde_json::from_str(include_str!("../support/payloads.json")).unwrap();
    assert_eq!(payloads.len(), 40);
    let folder = Folder::new("page-hostile");
    let template = folder.write("page.html", TEMPLATE.as_bytes());
    let (input, out) = (folder.write("x.json", b"[1, 2, 3, 4]"), folder.path("why.html"));
    let plain = {
        let model = folder.write("plain.onnx", &labelled("one", "two"));
        let run = ["page", &model, "--input", &input, "--template", &template, "--out", &out];
        stdout(&[&run[..], &["--method", "lrp", "--against", "two", "--title", "plain"]].concat());
        shape(&pieces(&std::fs::read_to_string(&out).unwrap()))
    };
    for payload in &payloads {
        let name: String = payload.chars().filter(|c| !"/\0".contains(*c)).take(80).collect();
        let model = folder.write(&format!("{name}.onnx"), &labelled("one", payload));
        let run = ["page", &model, "--input", &input, "--template", &template, "--out", &out];
        let bare = payload.replace('\0', "");
        let against = if payload.contains('\0') { "1" } else { payload.as_str() };
        let (against_is, title_is) = (format!("--against={against}"), format!("--title={bare}"));
        let asked = ["--method", "lrp", &against_is, &title_is];
        let output = heatlens(&[&run[..], &asked].concat());
        assert!(output.status.success(), "{payload}: {}", String::from_utf8_lossy(&output.stderr));
        let pieces = pieces(&std::fs::read_to_string(&out).unwrap());
        assert_eq!(shape(&pieces), plain, "{payload}");
        assert_eq!(attribute(&pieces, "against"), Some(against));
        let shown = payload.replace('\0', "\u{fffd}");
        assert!(caption(&pieces).contains(&format!("blue for ‘{shown}’")), "{payload}");
        assert_eq!(pieces[2], Piece::Text(bare));
    }
    let text = format!("orbit {}", payloads.join(" shuttle\n"));
    let input = folder.write("post.txt", text.as_bytes());
    let run = ["page", LINEAR, "--input", &input, "--template", &template, "--out", &out];
    stdout(&[&run[..], &["--method", "lrp"]].concat());
    let pieces = pieces(&std::fs::read_to_string(&out).unwrap());
    assert_eq!(attribute(&pieces, "text"), Some(text.replace('\0', "\u{fffd}").as_str()));
    let known = [
        "meta",
        "title",
        "body",
        "heat-lens",
        "figure",
        "div",
        "p",
        "b",
        "img",
        "span",
        "figcaption",
        "script",
    ];
    for piece in &pieces {
        if let Piece::Tag(name, _) = piece {
            assert!(known.contains(&name.trim_start_matches('/')), "{piece:?}");
        }
    }
}

/// The page's tags with the names of their attributes.
fn shape(pieces: &[Piece]) -> Vec<String> {
    let tag = |piece: &Piece| match piece {
        Piece::Tag(name, all) => {
            let keys: Vec<&str> = all.iter().map(|(key, _)| key.as_str()).collect();
            Some(format!("{name} {}", keys.join(" ")))
        }
        Piece::Text(_) => None,
    };
    pieces.iter().filter_map(tag).collect()
}

#[test]
fn what_becomes_no_page_is_said_and_nothing_is_written() {
    let folder = Folder::new("page-refused");
    let (input, out) = (folder.digit(), folder.path("why.html"));
    let template = folder.write("page.html", TEMPLATE.as_bytes());
    let twice = folder.write("twice.html", format!("{TEMPLATE}<!--heatlens:data-->").as_bytes());
    let none = folder.write("none.html", b"<title></title>");
    let latin = folder.write("latin.html", &[0xfc]);
    let smiles = folder.write("list.smi", b"CCO");
    let run = |model: &str, input: &str, template: &[&str], more: &[&str], exit, words: &[&str]| {
        let start = ["page", model, "--input", input, "--out", &out];
        fails(&[&start[..], template, more].concat(), exit, words);
        assert!(!std::path::Path::new(&out).exists());
    };
    let (with, lrp) = (["--template", template.as_str()], ["--method", "lrp"]);
    run(CNN, &input, &[], &lrp, 2, &["template", "--template", "npm", "./build.sh pkg"]);
    run(CNN, &input, &["--template", &folder.path("no.html")], &lrp, 1, &["no.html"]);
    run(CNN, &input, &["--template", &twice], &lrp, 1, &["2 times <!--heatlens:data-->"]);
    run(CNN, &input, &["--template", &none], &lrp, 1, &["0 times <!--heatlens:title-->"]);
    run(CNN, &input, &["--template", &latin], &lrp, 1, &["latin.html"]);
    run(AMES, &input, &with, &lrp, 2, &["npx heatlens page", "--smiles"]);
    run(CNN, &smiles, &with, &lrp, 2, &["npx heatlens page"]);
    run(CNN, &input, &with, &["--method", "lrp,magic"], 2, &["magic"]);
    run(CNN, &input, &with, &["--method", "lrp,lrp"], 2, &["twice"]);
    run(CNN, &input, &with, &[&lrp[..], &["--target", "unit:fc1:3"]].concat(), 2, &["classes"]);
    run(CNN, &input, &with, &[&lrp[..], &["--set", "steps=3"]].concat(), 2, &["'steps'", "lrp"]);
    run(CNN, &input, &with, &[&lrp[..], &["--set", "sis.sets=3"]].concat(), 2, &["'sis' is none"]);
    run(CNN, &input, &with, &[&lrp[..], &["--target", "11"]].concat(), 2, &["11"]);
    let latin = folder.write("latin.txt", &[0x66, 0xfc]);
    run(LINEAR, &latin, &with, &lrp, 1, &["latin.txt"]);
}
