// native only: reads and writes files of the repository
//! The palettes' colours are those of a formula, and pages and package have them and their names as they are in the
//! program. `HEATLENS_WRITE=1 cargo test --test palettes` writes all of it: run it twice when the formula changes, since the
//! second part reads what the first has written.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "support/written.rs"]
mod written;

use heatlens::picture::{
    ALL_ZERO, FAINT, Hatch, INKS, LAST, MISSED, NOT_FINITE, Normalization, POINTS, Palette, Rgb,
    SETS, STRONG, Theme,
};
use std::f64::consts::PI;
use std::fmt::Write;
use written::between;

const THEMES: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::Night];

/// sRGB of a colour in OKLCH (Ottosson 2020, <https://bottosson.github.io/posts/oklab/>), clipped, in units of a byte.
fn oklch(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let l = (lightness + 0.3963377774 * a + 0.2158037573 * b).powi(3);
    let m = (lightness - 0.1055613458 * a - 0.0638541728 * b).powi(3);
    let s = (lightness - 0.0894841775 * a - 1.291485548 * b).powi(3);
    let linear = [
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    ];
    linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let gamma =
            if value <= 0.0031308 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        255.0 * gamma
    })
}

/// The colour at `t` from 0 (zero) to 1 (full) of an arm. Lightness is the theme's, the same on both arms; strength of
/// colour rises quickly and falls a little at the end, where dark colours have none.
fn formula(palette: Palette, theme: Theme, against: bool, t: f64) -> [f64; 3] {
    let (zero, full) = match theme {
        Theme::Light => (0.985, 0.36),
        Theme::Dark => (0.9, 0.36),
        Theme::Night => (0.22, 0.56),
    };
    let (hue, chroma) = match (palette, against) {
        (Palette::RedBlue, false) => (24.0, 0.2),
        (Palette::RedBlue, true) => (256.0, 0.17),
        (Palette::OrangeBlue, false) => (58.0, 0.15),
        (Palette::OrangeBlue, true) => (262.0, 0.17),
        (Palette::Grey, _) => (0.0, 0.0),
        (Palette::Green, _) => (160.0, 0.1),
    };
    let lightness = zero + (full - zero) * t.powf(0.95);
    let strength = (PI / 2.0 * (t * 1.35).min(1.0)).sin() * (1.0 - (t - 0.7).max(0.0));
    oklch(lightness, chroma * strength, hue)
}

/// Every arm, and the side that it is on in its palette: once where both are the same.
const ARMS: [(Palette, bool); 6] = [
    (Palette::RedBlue, false),
    (Palette::RedBlue, true),
    (Palette::OrangeBlue, false),
    (Palette::OrangeBlue, true),
    (Palette::Grey, false),
    (Palette::Green, false),
];

fn arms() -> impl Iterator<Item = (Palette, Theme, bool)> {
    ARMS.into_iter().flat_map(|(palette, against)| THEMES.map(|theme| (palette, theme, against)))
}

#[test]
fn control_points_are_those_of_the_formula() {
    let mut text = String::from("[[[u32; POINTS]; 3]; 6] = [\n");
    for (palette, theme, against) in arms() {
        if theme == Theme::Light {
            writeln!(text, "    // {}, {}", palette.name(), palette.words()[usize::from(against)])
                .unwrap();
        }
        text += if theme == Theme::Light { "    [" } else { "     " };
        let colors = (0..POINTS).map(|point| {
            let t = point as f64 / (POINTS - 1) as f64;
            let [r, g, b] = formula(palette, theme, against, t).map(|c| c.round() as u8);
            format!("0x{r:02x}{g:02x}{b:02x}")
        });
        let colors: Vec<String> = colors.collect();
        let (first, second) = colors.split_at(POINTS / 2);
        write!(text, "[{},\n      {}]", first.join(", "), second.join(", ")).unwrap();
        text += if theme == Theme::Night { "],\n" } else { ",\n" };
    }
    between("src/picture/arms.rs", "[[[u32; POINTS]; 3]; 6] = [", "];\n// end", &text);
}

/// Largest distance of a step from the formula in units of a byte, and how many of the 4,608 are farther from it than
/// rounding explains: control points are few enough for a page's first load. Where sRGB has no such colour the formula clips
/// it, and a line between two control points cuts that corner.
const OFF: f64 = 9.1;
const CUT: usize = 68;

#[test]
fn steps_between_control_points_are_near_the_formula() {
    let (mut worst, mut cut) = (0.0, 0);
    for (palette, theme, against) in arms() {
        for step in 0..=LAST {
            let have = palette.color(theme, against, step);
            let wanted = formula(palette, theme, against, f64::from(step) / f64::from(LAST));
            let off = have.iter().zip(wanted).map(|(have, c)| (f64::from(*have) - c).abs());
            let off = off.fold(0.0, f64::max);
            worst = f64::max(worst, off);
            cut += usize::from(off > 2.0);
        }
    }
    println!("largest distance from the formula: {worst}; {cut} steps are off by more than 2");
    assert!(worst <= OFF && cut <= CUT, "{worst}, {cut}");
}

fn hex(colors: &[Rgb]) -> String {
    colors.as_flattened().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An arm in a third fewer bytes of a compressed page: the first colour, then a letter for how much each byte is more than
/// the one three before. No letter is a backslash, which JavaScript would want twice.
fn steps(colors: &[Rgb]) -> String {
    let bytes = colors.as_flattened();
    let letter = |(&now, &before): (&u8, &u8)| {
        let step = i16::from(now) - i16::from(before);
        let letter = u8::try_from(step + if step < 0 { 91 } else { 93 }).unwrap();
        assert!((b'*'..=b'~').contains(&letter), "{step}");
        char::from(letter)
    };
    hex(&colors[..1]) + &bytes[3..].iter().zip(bytes).map(letter).collect::<String>()
}

/// Which way a hatch goes, in numbers: 1 rises, −1 falls, 2 does both.
fn direction(hatch: Hatch) -> i32 {
    match hatch {
        Hatch::None => 0,
        Hatch::Rising => 1,
        Hatch::Falling => -1,
        Hatch::Crossed => 2,
    }
}

/// The arms of each theme; one where they are the same.
fn themes(palette: Palette, indent: &str) -> String {
    let theme = |theme: Theme| {
        let name = format!("{theme:?}").to_lowercase();
        let [plus, minus] = [false, true].map(|against| steps(&palette.arm(theme, against)));
        if plus == minus {
            return format!("{indent}{name}: ['{plus}'],\n");
        }
        format!("{indent}{name}: [\n{indent}  '{plus}',\n{indent}  '{minus}',\n{indent}],\n")
    };
    THEMES.map(theme).concat()
}

#[test]
fn the_pages_have_the_same_table() {
    let mut text = String::from("export const PALETTES = {\n");
    for palette in Palette::ALL {
        let name = palette.name();
        let key = if name.contains('-') { format!("'{name}'") } else { name.to_owned() };
        let [plus, minus] = palette.words();
        writeln!(text, "  {key}: {{\n    title: '{}',", palette.title()).unwrap();
        writeln!(text, "    words: ['{plus}', '{minus}'],").unwrap();
        writeln!(text, "    hatched: {},\n{}  }},", palette.hatched(), themes(palette, "    "))
            .unwrap();
    }
    text += "};\n\n/** Colours of numbers without a sign, one arm per theme. */\n";
    write!(text, "export const UNSIGNED = {{\n{}", themes(Palette::Green, "  ")).unwrap();
    text += "};\n\n/** What gets full colour, and the words for it. */\nexport const NORMALISATIONS = {\n";
    for rule in Normalization::ALL {
        let (name, title, words) = (rule.name(), rule.title(), rule.rule());
        writeln!(text, "  {name}: {{ title: '{title}', rule: '{words}' }},").unwrap();
    }
    writeln!(text, "}};\nexport const ALL_ZERO = '{ALL_ZERO}';").unwrap();
    writeln!(text, "export const MISSED = '{MISSED}';\n").unwrap();
    text += "/** The look of a number that is not finite: colour and ink, crossed. */\n";
    let (color, ink) = (hex(&[NOT_FINITE.color]), hex(&[NOT_FINITE.ink]));
    writeln!(text, "export const NOT_FINITE = ['{color}', '{ink}'];").unwrap();
    text += "/** How numbered sets are told apart: step on the arm of what is for, and hatch: 1 rises, −1 falls, 2 both. */\n";
    let sets = SETS.map(|(step, hatch)| format!("  [{step}, {}],\n", direction(hatch)));
    writeln!(text, "export const SETS = [\n{}];", sets.concat()).unwrap();
    text += "/** A hatch has strokes of the second ink from step STRONG on, up to FAINT none. */\n";
    writeln!(text, "export const INKS = [{}, {}];", INKS[0], INKS[1]).unwrap();
    write!(text, "export const [FAINT, STRONG] = [{FAINT}, {STRONG}];").unwrap();
    between("www/kit/color/palettes.js", "export const PALETTES", "\n// end", &text);
}

#[test]
fn the_packages_types_name_palettes_and_normalisations() {
    let union = |name: &str, words: [&str; 3]| {
        format!("export type {name} = '{}' | '{}' | '{}'", words[0], words[1], words[2])
    };
    for (name, words) in [
        ("PaletteName", Palette::ALL.map(Palette::name)),
        ("NormalisationName", Normalization::ALL.map(Normalization::name)),
    ] {
        let start = format!("export type {name} =");
        between("pkg/index.d.ts", &start, ";\n", &union(name, words));
    }
}
