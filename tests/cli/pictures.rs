//! Pictures as people have them, before the real program: transparent, dark on light, of any proportions, blank.

use crate::program::{CNN, Folder, digit, fails, heatlens};
use serde_json::Value;

/// The digit as bytes, light on dark.
fn ink() -> Vec<u8> {
    digit().iter().map(|&x| (x * 255.0).round() as u8).collect()
}

/// A PNG of red, green, blue and opacity.
fn png(width: usize, height: usize, rgba: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(rgba).unwrap();
    writer.finish().unwrap();
    bytes
}

/// The digit, enlarged `zoom` times in the middle of a picture, each pixel painted from its ink.
fn picture(width: usize, height: usize, zoom: usize, paint: fn(u8) -> [u8; 4]) -> Vec<u8> {
    let ink = ink();
    let (left, top) = ((width - 28 * zoom) / 2, (height - 28 * zoom) / 2);
    let at = |n: usize, start: usize| n.checked_sub(start).map(|n| n / zoom).filter(|&n| n < 28);
    let rgba: Vec<u8> = (0..width * height)
        .flat_map(|i| match (at(i % width, left), at(i / width, top)) {
            (Some(x), Some(y)) => paint(ink[y * 28 + x]),
            _ => paint(0),
        })
        .collect();
    png(width, height, &rgba)
}

/// What `predict` reads, with its probability, and what it says on stderr.
fn read(file: &str, more: &[&str]) -> (String, f64, String) {
    let output = heatlens(&[&["predict", CNN, "--input", file, "--json"], more].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    let top = &result["outputs"][0]["top"][0];
    (top["label"].as_str().unwrap().to_owned(), top["probability"].as_f64().unwrap(), said)
}

const LIGHT: fn(u8) -> [u8; 4] = |ink| [ink, ink, ink, 255];
const DARK: fn(u8) -> [u8; 4] = |ink| [255 - ink, 255 - ink, 255 - ink, 255];
const BLACK: fn(u8) -> [u8; 4] = |ink| [0, 0, 0, ink];
const WHITE: fn(u8) -> [u8; 4] = |ink| [255, 255, 255, ink];

#[test]
fn ink_on_any_ground_is_read_or_the_way_to_it_is_said() {
    let folder = Folder::new("grounds");
    let expected = {
        let file = folder.write("light.png", &picture(28, 28, 1, LIGHT));
        let (label, probability, said) = read(&file, &[]);
        assert_eq!((label.as_str(), said.as_str()), ("7", ""));
        probability
    };
    for (name, paint, notes) in [
        ("dark.png", DARK, &["dark on light", "--invert"][..]),
        ("black.png", BLACK, &["laid on white", "--background", "dark on light", "--invert"]),
    ] {
        let file = folder.write(name, &picture(28, 28, 1, paint));
        let (_, _, said) = read(&file, &[]);
        assert!(notes.iter().all(|note| said.contains(note)), "{name}: {said}");
        let (label, probability, said) = read(&file, &["--invert"]);
        assert_eq!(label, "7", "{name}");
        assert!((probability - expected).abs() < 1e-3, "{name}: {probability}");
        assert!(!said.contains("dark on light"), "{said}");
    }
    let file = folder.write("white.png", &picture(28, 28, 1, WHITE));
    let (label, probability, said) = read(&file, &[]);
    assert!(
        label == "7" && (probability - expected).abs() < 1e-3 && said.contains("laid on black")
    );
    // Laid on what hides it, the picture is blank, and that is said.
    let black = folder.path("black.png");
    let (_, _, said) = read(&black, &["--background", "black"]);
    assert!(said.contains("it is blank") && !said.contains("--background chooses"), "{said}");
    let (label, ..) = read(&black, &["--background", "white", "--invert"]);
    assert_eq!(label, "7");
}

#[test]
fn resizing_pads_and_does_not_stretch() {
    let folder = Folder::new("pads");
    let plain = folder.write("plain.png", &picture(28, 28, 1, LIGHT));
    let (_, expected, _) = read(&plain, &[]);
    // A square of the same picture loses nothing.
    let square = folder.write("square.png", &picture(84, 84, 3, LIGHT));
    let (label, probability, said) = read(&square, &["--resize"]);
    assert!(label == "7" && (probability - expected).abs() < 1e-6 && said.is_empty(), "{said}");
    for (width, height, inner) in [(84, 168, "14 × 28"), (252, 84, "28 × 9"), (90, 84, "28 × 26")]
    {
        for (paint, more) in [(LIGHT, &["--resize"][..]), (DARK, &["--resize", "--invert"])] {
            let file = folder.write("wide.png", &picture(width, height, 3, paint));
            let (_, _, said) = read(&file, more);
            let note =
                format!("{width} × {height} pixels, scaled to {inner} and padded to 28 × 28");
            assert!(said.contains(&note), "{said}");
        }
    }
    // Padded with the colour of its border, dark on light stays dark on light: inverted it is the light one.
    let values = |paint, more: &[&str]| {
        let file = folder.write("nearly.png", &picture(90, 84, 3, paint));
        let (label, probability, _) = read(&file, &[&["--resize"], more].concat());
        assert_eq!(label, "7");
        probability
    };
    assert!((values(LIGHT, &[]) - values(DARK, &["--invert"])).abs() < 1e-6);
    fails(
        &["predict", CNN, "--input", &folder.path("nearly.png")],
        2,
        &["E_INPUT", "--resize fits it"],
    );
}

#[test]
fn a_range_from_high_to_low_is_refused_in_words() {
    let folder = Folder::new("range");
    let file = folder.write("light.png", &picture(28, 28, 1, LIGHT));
    let words = ["E_REQUEST", "from low to high", "--invert"];
    fails(&["predict", CNN, "--input", &file, "--range", "1,0"], 2, &words);
    let (label, ..) = read(&file, &["--range", "0,1"]);
    assert_eq!(label, "7");
}

#[test]
fn images_of_a_file_are_inverted_turned_and_called_blank() {
    let folder = Folder::new("images");
    let ink = ink();
    let file = |name: &str, images: &[Vec<u8>]| {
        let mut bytes = vec![0, 0, 8, 3, 0, 0, 0, images.len() as u8, 0, 0, 0, 28, 0, 0, 0, 28];
        images.iter().for_each(|image| bytes.extend_from_slice(image));
        folder.write(name, &bytes)
    };
    let dark: Vec<u8> = ink.iter().map(|&byte| 255 - byte).collect();
    let turned: Vec<u8> = (0..784).map(|i| ink[(i % 28) * 28 + i / 28]).collect();
    let plain = file("plain", &[ink.clone(), vec![0; 784]]);
    let (label, expected, said) = read(&plain, &["--index", "0"]);
    assert!(label == "7" && said.is_empty(), "{said}");
    let (_, _, said) = read(&plain, &["--index", "1"]);
    assert!(said.contains("plain': it is blank"), "{said}");
    let images = [dark.clone(), dark.clone(), turned.clone()];
    let mixed = file("mixed", &images);
    let (_, _, said) = read(&mixed, &["--index", "1"]);
    assert!(said.contains("dark on light"), "{said}");
    assert_eq!(read(&mixed, &["--index", "1", "--invert"]).1, expected);
    assert_eq!(read(&mixed, &["--index", "2", "--transpose"]).1, expected);
    // The measurement says the same of a whole file, and turns it the same way.
    let labels = folder.write("labels", &[0, 0, 8, 1, 0, 0, 0, 3, 7, 7, 7]);
    let run = |name: &str, images: &[Vec<u8>], more: &[&str]| {
        let path = file(name, images);
        let start = ["evaluate", CNN, "--images", &path, "--labels", &labels];
        let output = heatlens(&[&start[..], more].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        (String::from_utf8(output.stdout).unwrap(), said)
    };
    let all = [dark.clone(), dark.clone(), dark];
    let (_, said) = run("dark", &all, &[]);
    assert!(said.contains("dark on light") && said.contains("--invert"), "{said}");
    let (result, said) = run("dark", &all, &["--invert"]);
    assert!(result.contains("(3 of 3)") && said.is_empty(), "{result}{said}");
    let all = [turned.clone(), turned.clone(), turned];
    let (result, _) = run("turned", &all, &["--transpose"]);
    assert!(result.contains("(3 of 3)"), "{result}");
    let (_, said) = run("blank", &[ink, vec![0; 784], vec![255; 784]], &[]);
    assert!(said.contains("2 of 3 images are blank"), "{said}");
}

#[test]
fn numbers_are_turned_as_bytes_are() {
    let folder = Folder::new("numbers");
    let list = folder.write("digit.json", &serde_json::to_vec(&digit()).unwrap());
    let (label, expected, said) = read(&list, &[]);
    assert!(label == "7" && said.is_empty());
    let inverted: Vec<f32> = digit().iter().map(|value| 1.0 - value).collect();
    let list = folder.write("dark.json", &serde_json::to_vec(&inverted).unwrap());
    assert!((read(&list, &["--invert"]).1 - expected).abs() < 1e-6);
    let turned: Vec<f32> = (0..784).map(|i| digit()[(i % 28) * 28 + i / 28]).collect();
    let list = folder.write("turned.json", &serde_json::to_vec(&turned).unwrap());
    assert_eq!(read(&list, &["--transpose"]).1, expected);
}
