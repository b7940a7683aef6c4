//! Curves as an SVG drawing: panels side by side, one legend, lines told apart by dashes as well as by
//! colour.

use super::svg::{begin, escaped};
use std::fmt::Write;

/// One line.
pub struct Curve {
    /// What the legend calls it.
    pub name: String,
    /// Its height at 0, 1, 2 …
    pub values: Vec<f64>,
}

/// Colours that colour-blind people can tell apart (Okabe and Ito 2008), each with its dashes.
const STROKES: [(&str, &str); 8] = [
    ("#0072b2", ""),
    ("#d55e00", "7 3"),
    ("#009e73", "2 3"),
    ("#cc79a7", "9 3 2 3"),
    ("#e69f00", "5 2"),
    ("#56b4e9", "12 4"),
    ("#000000", "1 4"),
    ("#7f7f7f", "4 4"),
];
/// Size of a panel, and what is left round it for titles and numbers.
const PANEL: (f64, f64) = (340.0, 230.0);
const MARGIN: (f64, f64) = (46.0, 58.0);
/// Height of a line of the legend.
const LINE: f64 = 18.0;

/// Panels of curves with heights from 0 to 1; `under` is what the horizontal axis counts.
pub fn svg(title: &str, under: &str, panels: &[(&str, Vec<Curve>)]) -> String {
    let names: Vec<&str> = panels
        .first()
        .map_or(Vec::new(), |(_, curves)| curves.iter().map(|curve| curve.name.as_str()).collect());
    let width = MARGIN.0 + panels.len() as f64 * (PANEL.0 + MARGIN.0);
    let rows = names.len().div_ceil(4) as f64;
    let height = MARGIN.1 + PANEL.1 + 48.0 + rows * LINE;
    let mut out = begin(width, height);
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"22\" font-size=\"15\">{}</text>",
        MARGIN.0,
        escaped(title)
    );
    for (k, (name, curves)) in panels.iter().enumerate() {
        let left = MARGIN.0 + k as f64 * (PANEL.0 + MARGIN.0);
        panel(&mut out, (left, MARGIN.1), (name, under), curves);
    }
    for (k, name) in names.iter().enumerate() {
        let x = MARGIN.0 + (k % 4) as f64 * (width - MARGIN.0) / 4.0;
        let y = MARGIN.1 + PANEL.1 + 52.0 + (k / 4) as f64 * LINE;
        let (color, dashes) = STROKES[k % STROKES.len()];
        line(&mut out, &format!("M{x} {} h28", y - 4.0), (color, dashes));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "<text x=\"{}\" y=\"{y}\">{}</text>", x + 34.0, escaped(name));
    }
    out + "</svg>\n"
}

fn panel(out: &mut String, (left, top): (f64, f64), (name, under): (&str, &str), curves: &[Curve]) {
    let steps = curves.iter().map(|curve| curve.values.len()).max().unwrap_or(1).max(2) - 1;
    let x = |k: usize| left + PANEL.0 * k as f64 / steps as f64;
    let y = |value: f64| top + PANEL.1 * (1.0 - value);
    let mut put = |text: std::fmt::Arguments<'_>| {
        let _ = writeln!(out, "{text}");
    };
    put(format_args!("<text x=\"{left}\" y=\"{}\">{}</text>", top - 10.0, escaped(name)));
    for k in 0..=4 {
        let value = f64::from(k) / 4.0;
        let at = y(value);
        put(format_args!("<path d=\"M{left} {at} h{}\" stroke=\"#ddd\"/>", PANEL.0));
        put(format_args!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{value}</text>",
            left - 6.0,
            at + 4.0
        ));
    }
    for k in 0..=5 {
        let step = k * steps / 5;
        put(format_args!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{step}</text>",
            x(step),
            top + PANEL.1 + 16.0
        ));
    }
    put(format_args!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        left + PANEL.0 / 2.0,
        top + PANEL.1 + 31.0,
        escaped(under)
    ));
    for (curve, stroke) in curves.iter().zip(STROKES.iter().cycle()) {
        let mut path = String::new();
        for (k, &value) in curve.values.iter().enumerate() {
            let _ = write!(path, "{}{:.1} {:.1}", if k == 0 { 'M' } else { 'L' }, x(k), y(value));
        }
        line(out, &path, *stroke);
    }
}

fn line(out: &mut String, path: &str, (color, dashes): (&str, &str)) {
    let _ = writeln!(
        out,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" \
         stroke-dasharray=\"{dashes}\"/>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_has_its_line_and_its_name() {
        let curves = |name: &str| vec![Curve { name: name.into(), values: vec![1.0, 0.5, 0.0] }];
        let text = svg("a <b>", "steps", &[("one", curves("x&y")), ("two", curves("x&y"))]);
        assert!(text.contains("a &lt;b&gt;") && text.contains("x&amp;y") && !text.contains("<b>"));
        assert_eq!(text.matches("stroke-width=\"2\"").count(), 3);
        assert!(text.contains("M46.0 58.0L216.0 173.0L386.0 288.0"), "{text}");
    }
}
