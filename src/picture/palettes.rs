//! Palettes: the colours of maps, their names and words. The only table of them; `tests/palettes.rs` computes it
//! ([`ARMS`](arms::ARMS)) and writes it out for the pages (`www/kit/color/palettes.js`).

use super::Meaning;
use super::arms::ARMS;
use super::paint::{Hatch, Look};

/// Red, green, blue: sRGB.
pub type Rgb = [u8; 3];

/// Control points of an arm.
pub const POINTS: usize = 18;
/// Steps from one control point to the next.
const SPACING: u32 = 15;
/// The last step, full colour; step 0 is zero.
pub const LAST: u32 = SPACING * (POINTS as u32 - 1);

/// Two arms of colours from neutral to full, of the same lightness at the same distance from zero: neither side shouts.
/// Numbers without a sign have a hue of their own ([`Palette::of`]), since they speak neither for nor against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Red for, blue against.
    RedBlue,
    /// Orange for, blue against; safe for colour-blind eyes.
    OrangeBlue,
    /// Grey on both sides, hatched where it is against.
    Grey,
    /// One green arm, of numbers without a sign; none that is chosen.
    Green,
}

/// The page that a picture is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light: much is dark.
    Light,
    /// Dark, around a picture that has its own light ground.
    Dark,
    /// Dark, and zero is the page itself: much is bright.
    Night,
}

/// The look of a number that is not finite, which no palette has.
pub const NOT_FINITE: Look =
    Look { color: [64, 64, 64], ink: [207, 16, 207], hatch: Hatch::Crossed };

/// How numbered sets are told apart, in turn: the step of their colour on the arm of what is for, and their hatch.
pub const SETS: [(u32, Hatch); 4] =
    [(224, Hatch::None), (128, Hatch::Rising), (71, Hatch::Falling), (158, Hatch::Crossed)];

/// Steps up to this one are too faint for a hatch.
pub const FAINT: u32 = 10;
/// From this step on, a hatch is light on dark.
pub const STRONG: u32 = 128;

impl Palette {
    /// Every palette to choose from.
    pub const ALL: [Palette; 3] = [Palette::RedBlue, Palette::OrangeBlue, Palette::Grey];

    /// Its name, in options and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Palette::RedBlue => "red-blue",
            Palette::OrangeBlue => "orange-blue",
            Palette::Grey => "grey",
            Palette::Green => "green",
        }
    }

    /// Its title in lists.
    pub fn title(self) -> &'static str {
        match self {
            Palette::RedBlue => "Red and blue",
            Palette::OrangeBlue => "Orange and blue (colour-blind safe)",
            Palette::Grey => "Grey, against hatched",
            Palette::Green => "Green",
        }
    }

    /// What it shows of numbers that are for and against, in words.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Palette::RedBlue => ["red", "blue"],
            Palette::OrangeBlue => ["orange", "blue"],
            Palette::Grey => ["plain grey", "hatched grey"],
            Palette::Green => ["green", "green"],
        }
    }

    /// Whether a hatch, and not the colour, tells what is against.
    pub fn hatched(self) -> bool {
        self == Palette::Grey
    }

    /// The palette that shows numbers of this meaning where this one is chosen.
    pub fn of(self, meaning: Meaning) -> Palette {
        if meaning == Meaning::Unsigned && !self.hatched() { Palette::Green } else { self }
    }

    /// The palette of this name, among those to choose from.
    pub fn find(name: &str) -> Option<Palette> {
        Palette::ALL.into_iter().find(|palette| palette.name() == name)
    }

    /// Control points of the arm of what is for, or against: the colours at steps 0, 15, … 255.
    pub fn arm(self, theme: Theme, against: bool) -> [Rgb; POINTS] {
        let arm = match (self, against) {
            (Palette::RedBlue, against) => usize::from(against),
            (Palette::OrangeBlue, against) => 2 + usize::from(against),
            (Palette::Grey, _) => 4,
            (Palette::Green, _) => 5,
        };
        ARMS[arm][theme as usize].map(|color| {
            let [_, rgb @ ..] = color.to_be_bytes();
            rgb
        })
    }

    /// The colour at a step from 0 (zero) to [`LAST`] (full) of an arm: linear between control points, to the nearest byte.
    pub fn color(self, theme: Theme, against: bool, step: u32) -> Rgb {
        let arm = self.arm(theme, against);
        let (low, part) = ((step / SPACING) as usize, step % SPACING);
        let high = (low + 1).min(POINTS - 1);
        std::array::from_fn(|c| {
            let (a, b) = (u32::from(arm[low][c]), u32::from(arm[high][c]));
            // The divisor is odd, so there is no half to round.
            ((a * (SPACING - part) + b * part + SPACING / 2) / SPACING) as u8
        })
    }

    /// The look of a number at this step of an arm.
    pub fn look(self, theme: Theme, against: bool, step: u32) -> Look {
        let color = self.color(theme, against, step);
        if self.hatched() && against && step > FAINT {
            Look::hatched(color, Hatch::Rising, step >= STRONG)
        } else {
            Look::plain(color)
        }
    }

    /// The look of a set, which are numbered from 0 on.
    pub fn set(self, theme: Theme, number: usize) -> Look {
        let (step, hatch) = SETS[number % SETS.len()];
        Look::hatched(self.color(theme, false, step), hatch, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_control_points_are_colours_of_their_steps() {
        assert_eq!(LAST, 255);
        for palette in Palette::ALL {
            assert_eq!(Palette::find(palette.name()), Some(palette));
            for (theme, against) in [(Theme::Light, true), (Theme::Night, false)] {
                for (point, color) in palette.arm(theme, against).into_iter().enumerate() {
                    assert_eq!(palette.color(theme, against, 15 * point as u32), color);
                }
            }
        }
        for name in ["orange-purple", "green"] {
            assert_eq!(Palette::find(name), None);
        }
    }

    #[test]
    fn no_palette_has_the_look_of_what_is_not_finite() {
        for palette in [Palette::RedBlue, Palette::OrangeBlue, Palette::Grey, Palette::Green] {
            for theme in [Theme::Light, Theme::Dark, Theme::Night] {
                for (step, against) in (0..=LAST).flat_map(|step| [(step, true), (step, false)]) {
                    let look = palette.look(theme, against, step);
                    let far = |a: Rgb, b: Rgb| a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 16);
                    assert!(far(look.color, NOT_FINITE.ink) && far(look.ink, NOT_FINITE.ink));
                    assert_ne!(look.hatch, NOT_FINITE.hatch);
                }
            }
        }
    }
}
