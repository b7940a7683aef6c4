//! Normalisation: which differences in how a text is written do not count. One rule for training, program and
//! page; positions stay those of the text as it was written.
//!
//! 1. *Format characters* (general category Cf and what Unicode calls default ignorable: zero-width characters, soft
//!    hyphen, marks of direction, byte order mark, variation selectors) are left out, wherever they stand.
//! 2. *Apostrophes* are `'`: U+0060, U+00B4, U+02B9, U+02BB to U+02BD, U+055A, U+2018, U+2019, U+201B, U+2032,
//!    U+FF07. *Dashes* are `-`: U+2010 to U+2015, U+2212, U+FE58, U+FE63, U+FF0D. *Spaces* of any width are a space.
//!    Full-width ASCII (U+FF01 to U+FF5E) is ASCII. A lone surrogate is U+FFFD.
//! 3. *Combining marks* (general categories Mn, Mc and Me), of any script, stay in the word that they stand in.
//! 4. A word is written in Unicode's compatibility form NFKC (UAX #15): ligatures become letters, letters and marks
//!    one letter, styled and wide letters plain ones.
//!
//! NFKC needs large tables. Every browser has them, so what runs natively by a library is asked of the host there:
//! the form is settled by Unicode, which never changes it for a character once assigned.

use super::characters::{FORMAT, among};

/// What writes a word in NFKC.
pub type Nfkc = fn(&str) -> String;

/// NFKC by Unicode's tables.
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub fn nfkc(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    word.nfkc().collect()
}

/// A character that counts, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    /// After step 2.
    pub value: char,
    /// First code unit.
    pub start: usize,
    /// Behind its last code unit.
    pub end: usize,
}

/// Steps 1 and 2.
pub(super) fn letters(text: &[u16]) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let mut end = 0;
    for decoded in char::decode_utf16(text.iter().copied()) {
        let start = end;
        let value = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
        // One code unit for U+FFFD, as a lone surrogate has.
        end += value.len_utf16();
        if value.is_ascii() {
            let value = if value == '`' { '\'' } else { value };
            letters.push(Letter { value, start, end });
        } else if !among(FORMAT, value) {
            letters.push(Letter { value: unified(value), start, end });
        }
    }
    letters
}

/// Step 4, and ASCII letters in lower case.
pub(super) fn form(word: &[Letter], nfkc: Nfkc) -> String {
    let mut form: String = word.iter().map(|letter| letter.value).collect();
    if !form.is_ascii() {
        // The form of a letter can have an apostrophe of its own (U+0149).
        form = nfkc(&form).chars().map(unified).collect();
    }
    form.make_ascii_lowercase();
    form
}

fn unified(letter: char) -> char {
    match letter {
        '\u{b4}' | '\u{2b9}' | '\u{2bb}'..='\u{2bd}' | '\u{55a}' => '\'',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            let ascii = (letter as u32 - 0xfee0) as u8;
            if ascii == b'`' { '\'' } else { char::from(ascii) }
        }
        other => other,
    }
}
