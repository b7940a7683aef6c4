//! Colour maps: tables of 256 colours between a few control points.

use super::Meaning;

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// The two colours of the hatch over numbers that are not finite; no table has them.
pub const HATCH: [Rgb; 2] = [[255, 0, 255], [64, 64, 64]];

/// A family of colour maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    /// Red for, blue against.
    RedBlue,
    /// Orange for, purple against; safe for colour-blind eyes, and told apart by them.
    OrangePurple,
    /// White for, black against, middle grey for nothing; unsigned: black is much.
    Grey,
}

/// Colours at equal distances, from most against to most for; the middle one is for zero.
const RED_BLUE: [Rgb; 7] = [
    [13, 45, 107],
    [41, 108, 181],
    [146, 193, 226],
    [247, 247, 247],
    [246, 176, 147],
    [208, 62, 60],
    [103, 6, 28],
];
const ORANGE_PURPLE: [Rgb; 7] = [
    [49, 10, 84],
    [101, 72, 157],
    [183, 174, 214],
    [247, 247, 247],
    [251, 190, 112],
    [219, 120, 20],
    [122, 56, 6],
];
const GREY: [Rgb; 3] = [[0, 0, 0], [128, 128, 128], [255, 255, 255]];

/// Colours at equal distances, from nothing to much.
const REDS: [Rgb; 5] =
    [[247, 247, 247], [252, 196, 163], [239, 106, 72], [181, 24, 36], [84, 0, 18]];
const ORANGES: [Rgb; 5] =
    [[247, 247, 247], [253, 205, 138], [232, 132, 40], [158, 72, 4], [76, 32, 2]];
const GREYS: [Rgb; 2] = [[250, 250, 250], [0, 0, 0]];

/// Colours of numbered sets, which repeat: Okabe and Ito's eight that colour-blind people can tell
/// apart, black left out.
const SETS: [Rgb; 7] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [86, 180, 233],
    [213, 94, 0],
    [240, 228, 66],
];

/// The colour of no set.
const NO_SET: Rgb = [247, 247, 247];

/// Descriptor of zero in a table of signed numbers; the entries 1 to 255 are symmetric about it.
const ZERO: f32 = 128.0;

impl Colors {
    /// Every family.
    pub const ALL: [Colors; 3] = [Colors::RedBlue, Colors::OrangePurple, Colors::Grey];

    /// The word for this family.
    pub fn name(self) -> &'static str {
        match self {
            Colors::RedBlue => "red-blue",
            Colors::OrangePurple => "orange-purple",
            Colors::Grey => "grey",
        }
    }

    /// The family of this name.
    pub fn find(name: &str) -> Option<Colors> {
        Colors::ALL.into_iter().find(|colors| colors.name() == name)
    }

    /// The 256 colours: for signed numbers entry 128 is zero, entry 1 is −1 and entry 255 is +1; else
    /// entry 0 is zero and entry 255 is 1.
    pub fn table(self, signed: bool) -> [Rgb; 256] {
        let stops: &[Rgb] = match (self, signed) {
            (Colors::RedBlue, true) => &RED_BLUE,
            (Colors::RedBlue, false) => &REDS,
            (Colors::OrangePurple, true) => &ORANGE_PURPLE,
            (Colors::OrangePurple, false) => &ORANGES,
            (Colors::Grey, true) => &GREY,
            (Colors::Grey, false) => &GREYS,
        };
        std::array::from_fn(|i| {
            let t = if signed { (i as f32 - 1.0).max(0.0) / 254.0 } else { i as f32 / 255.0 };
            between(stops, t)
        })
    }

    /// What paints numbers of this meaning.
    pub(super) fn paint(self, meaning: Meaning, full_scale: f32) -> Paint {
        Paint { table: self.table(meaning == Meaning::Signed), meaning, full_scale }
    }
}

/// Paints numbers.
pub(super) struct Paint {
    table: [Rgb; 256],
    meaning: Meaning,
    full_scale: f32,
}

impl Paint {
    /// The colour of a number; none if it is not finite.
    pub fn color(&self, value: f32) -> Option<Rgb> {
        if !value.is_finite() {
            return None;
        }
        let share = if self.full_scale > 0.0 { value / self.full_scale } else { 0.0 };
        Some(match self.meaning {
            Meaning::Signed => {
                let index = ZERO + (share.clamp(-1.0, 1.0) * (ZERO - 1.0)).round();
                self.table[index as usize & 255]
            }
            Meaning::Unsigned => self.table[(share.clamp(0.0, 1.0) * 255.0).round() as usize & 255],
            Meaning::Numbered if value >= 1.0 => SETS[(value as usize - 1) % SETS.len()],
            Meaning::Numbered => NO_SET,
        })
    }
}

/// The colour at `t` in [0, 1] between the stops.
fn between(stops: &[Rgb], t: f32) -> Rgb {
    let place = t * (stops.len() - 1) as f32;
    let low = (place as usize).min(stops.len() - 2);
    let share = place - low as f32;
    std::array::from_fn(|c| {
        let (a, b) = (f32::from(stops[low][c]), f32::from(stops[low + 1][c]));
        (a + (b - a) * share).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of a colour (WCAG 2.2).
    fn luminance(color: Rgb) -> f64 {
        let [r, g, b] = color.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    #[test]
    fn signed_tables_have_their_ends_and_middle_at_the_stops() {
        for (colors, stops) in [
            (Colors::RedBlue, &RED_BLUE[..]),
            (Colors::OrangePurple, &ORANGE_PURPLE),
            (Colors::Grey, &GREY),
        ] {
            let table = colors.table(true);
            assert_eq!(table[1], stops[0]);
            assert_eq!(table[128], stops[stops.len() / 2]);
            assert_eq!(table[255], stops[stops.len() - 1]);
        }
    }

    /// What rounding to 256 steps per channel may add to a luminance that should fall.
    const ROUNDING: f64 = 0.004;

    #[test]
    fn lightness_tells_the_size() {
        for colors in Colors::ALL {
            let falls = |table: &[Rgb]| {
                table.windows(2).all(|pair| luminance(pair[0]) >= luminance(pair[1]) - ROUNDING)
            };
            assert!(falls(&colors.table(false)), "{colors:?}");
            let mut signed = colors.table(true);
            if colors != Colors::Grey {
                assert!(falls(&signed[128..]), "{colors:?}");
            }
            signed.reverse();
            assert!(falls(&signed[127..255]) || colors == Colors::Grey, "{colors:?}");
        }
    }

    #[test]
    fn no_table_has_the_colours_of_the_hatch() {
        for colors in Colors::ALL {
            assert!(
                !colors.table(true).contains(&HATCH[0]) && !colors.table(false).contains(&HATCH[0])
            );
            assert_eq!(Colors::find(colors.name()), Some(colors));
        }
    }
}
