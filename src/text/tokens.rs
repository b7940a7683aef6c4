//! Words in a text, by one written rule. Positions are UTF-16 code units, as JavaScript counts them.
//!
//! The text is normalised first (see [`normalize`](super::normalize)): format characters are left out; apostrophes, dashes,
//! spaces and full-width ASCII are ASCII. Of what is left:
//!
//! 1. Letters, digits (whatever Unicode calls alphabetic or numeric) and, behind one of these, combining
//!    marks of any script are *word characters*. A lone surrogate is none.
//! 2. An *address* is a run of ASCII letters, digits and `. _ % + - = ~ !` that starts at a word
//!    character, followed by `@` and a run of ASCII letters, digits, `.` and `-` that starts with a
//!    letter or digit and ends with one.
//! 3. A *number* starts where a word would: groups of ASCII digits with one or two of space, `.`, `-`,
//!    `/`, `+` and parentheses between them, seven digits or more in all; no word character
//!    follows the last group.
//! 4. A *word* is the longest run of word characters in which a single apostrophe between two of them counts, too.
//!    Its form is the word in NFKC, with ASCII letters in lower case and without a final `'s`.
//! 5. From the front, at each word character that no token holds yet: an address if there is one, else a
//!    number, else a word. All other characters lie between tokens.
//!
//! A token stands from its first character to its last, as the text was written. So the tokens and what lies between
//! them put together are the text, whatever it contains. Addresses and numbers (telephone numbers, article
//! numbers) have no form: no vocabulary can hold them.

use super::characters::{MARKS, among};
use super::normalize::{self, Letter, Nfkc};
use std::ops::Range;

/// A word, address or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, in UTF-16 code units.
    pub span: Range<usize>,
    /// The form of a word; none for addresses and numbers.
    pub form: Option<String>,
}

/// The tokens of a text in UTF-16, in order. Time is linear in the text's length.
#[cfg(not(all(target_arch = "wasm32", target_os = "unknown")))]
pub fn tokenize(text: &[u16]) -> Vec<Token> {
    tokenize_by(text, normalize::nfkc)
}

/// The same, with NFKC by the host.
pub fn tokenize_by(text: &[u16], nfkc: Nfkc) -> Vec<Token> {
    let text = &normalize::letters(text)[..];
    let mut tokens = Vec::new();
    let mut at = 0;
    // Up to here no address begins: the run that was looked through ends without '@'.
    let mut no_address = 0;
    while at < text.len() {
        if !is_word(text, at) {
            at += 1;
            continue;
        }
        let (mut end, mut word) = (None, false);
        if at >= no_address {
            no_address = run(text, at, is_local);
            end = domain(text, no_address);
        }
        let end = end.or_else(|| number(text, at)).unwrap_or_else(|| {
            word = true;
            word_end(text, at)
        });
        let span = text[at].start..text[end - 1].end;
        tokens.push(Token { span, form: word.then(|| form(&text[at..end], nfkc)) });
        at = end;
    }
    tokens
}

fn ascii(text: &[Letter], at: usize) -> Option<u8> {
    text.get(at).and_then(|letter| u8::try_from(letter.value).ok()).filter(u8::is_ascii)
}

/// Where the run from `at` on that `belongs` accepts ends.
fn run(text: &[Letter], at: usize, belongs: fn(u8) -> bool) -> usize {
    let inside = |i: &usize| ascii(text, *i).is_some_and(belongs);
    (at..text.len()).take_while(inside).last().map_or(at, |last| last + 1)
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._%+-=~!".contains(&byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-".contains(&byte)
}

/// Where an address ends whose '@' is at `at`.
fn domain(text: &[Letter], at: usize) -> Option<usize> {
    let start = at + 1;
    let first = ascii(text, start).filter(u8::is_ascii_alphanumeric);
    if ascii(text, at) != Some(b'@') || first.is_none() {
        return None;
    }
    let end = run(text, start, is_domain);
    let trimmed = text[start..end].iter().rposition(|letter| !matches!(letter.value, '.' | '-'));
    trimmed.map(|last| start + last + 1)
}

/// Where a number that starts at `at` ends.
fn number(text: &[Letter], at: usize) -> Option<usize> {
    let (mut digits, mut end, mut group) = (0, None, at);
    loop {
        let after = run(text, group, |byte| byte.is_ascii_digit());
        if after == group || is_word(text, after) || is_mark(text, after) {
            break;
        }
        digits += after - group;
        end = Some(after);
        let between = (after..after + 2)
            .take_while(|&i| ascii(text, i).is_some_and(|byte| b" .-/+()".contains(&byte)));
        match between.last() {
            Some(last) => group = last + 1,
            None => break,
        }
    }
    end.filter(|_| digits >= 7)
}

/// Whether a letter or digit stands at `at`.
fn is_word(text: &[Letter], at: usize) -> bool {
    text.get(at).is_some_and(|letter| letter.value.is_alphanumeric())
}

fn is_mark(text: &[Letter], at: usize) -> bool {
    text.get(at).is_some_and(|letter| among(MARKS, letter.value))
}

/// Where the word that starts at `at` ends.
fn word_end(text: &[Letter], at: usize) -> usize {
    let mut end = at;
    while is_word(text, end) {
        end += 1;
        while is_mark(text, end) {
            end += 1;
        }
        if text.get(end).is_some_and(|letter| letter.value == '\'') && is_word(text, end + 1) {
            end += 1;
        }
    }
    end
}

fn form(word: &[Letter], nfkc: Nfkc) -> String {
    let mut form = normalize::form(word, nfkc);
    if form.ends_with("'s") {
        form.truncate(form.len() - 2);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<(String, Option<String>)> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let text = |span: Range<usize>| String::from_utf16(&units[span]).unwrap();
        tokenize(&units).into_iter().map(|token| (text(token.span), token.form)).collect()
    }

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().filter_map(|(_, form)| form).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            words("The Space-Shuttle's 486DX2, (X11R5)!"),
            ["the", "space", "shuttle", "486dx2", "x11r5"]
        );
        assert_eq!(
            words("don't 'quoted' rock'n'roll it’s"),
            ["don't", "quoted", "rock'n'roll", "it"]
        );
        assert_eq!(words("ÉTÉ e\u{301}te\u{301} мир 𝒜b"), ["ÉtÉ", "\u{e9}t\u{e9}", "мир", "ab"]);
        assert_eq!(words("a''b '' ' \u{301}x"), ["a", "b", "x"]);
    }

    #[test]
    fn what_is_invisible_does_not_part_a_word() {
        for invisible in
            ['\u{200b}', '\u{200d}', '\u{ad}', '\u{feff}', '\u{2060}', '\u{202e}', '\u{fe0f}']
        {
            let text =
                format!("{invisible}the hoc{invisible}key{invisible} pu{invisible}{invisible}ck");
            let words = tokens(&text);
            let form = |k: usize| words[k].1.as_deref();
            assert_eq!(
                (words.len(), form(0), form(1)),
                (3, Some("the"), Some("hockey")),
                "{text:?}"
            );
            // A span begins and ends with characters that count.
            assert_eq!(words[1].0, format!("hoc{invisible}key"));
        }
        let hidden = "jane@exam\u{200b}ple.org 555\u{2011}123\u{ad}4567, 555\u{a0}1234567, jane\u{ff20}example.org";
        assert!(tokens(hidden).iter().all(|(_, form)| form.is_none()), "{:?}", tokens(hidden));
        assert_eq!(tokens(hidden).len(), 4);
    }

    #[test]
    fn one_word_has_one_form_however_it_is_written() {
        for (text, form) in [
            ("o\u{fb03}ce", "office"),
            ("con\u{fb01}guration", "configuration"),
            ("\u{ff28}ockey", "hockey"),
            ("𝐡𝐨𝐜𝐤𝐞𝐲", "hockey"),
            ("\u{212a}elvin", "kelvin"),
            ("nai\u{308}ve", "na\u{ef}ve"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("हिन्दी", "हिन्दी"),
            ("שָׁלוֹם", "שָׁלוֹם"),
            ("كِتَابٌ", "كِتَابٌ"),
            ("ชื่อ", "ชื่อ"),
        ] {
            let found = tokens(text);
            assert_eq!(found, [(text.to_owned(), Some(form.to_owned()))]);
        }
        for apostrophe in "'`´ʹʻʼʽ՚‘’‛′＇".chars() {
            assert_eq!(
                words(&format!("I don{apostrophe}t, Ann{apostrophe}s")),
                ["i", "don't", "ann"]
            );
        }
        for dash in "-‐‑‒–—―−﹘﹣－".chars() {
            assert_eq!(
                words(&format!("space{dash}shuttle 555{dash}1234567 x")),
                ["space", "shuttle", "x"]
            );
        }
        // What is no letter does not become one.
        assert_eq!(words("Windows™ ok"), ["windows", "ok"]);
    }

    #[test]
    fn addresses_and_long_numbers_have_no_form() {
        assert_eq!(
            tokens("mail jane.doe+x@cs.example.edu."),
            [("mail".into(), Some("mail".into())), ("jane.doe+x@cs.example.edu".into(), None),]
        );
        assert_eq!(
            tokens("(415) 555-1234x"),
            [
                ("415".into(), Some("415".into())),
                ("555".into(), Some("555".into())),
                ("1234x".into(), Some("1234x".into())),
            ]
        );
        assert_eq!(
            tokens("call (415) 555-1234!"),
            [("call".into(), Some("call".into())), ("415) 555-1234".into(), None),]
        );
        assert_eq!(
            words("in 1993 a 486 33MHz a@ @b c@-d"),
            ["in", "1993", "a", "486", "33mhz", "a", "b", "c", "d"]
        );
    }

    #[test]
    fn lone_surrogates_separate() {
        let text = [0x61, 0xd800, 0x62, 0xdc00, 0xd835, 0xdc9c, 0x63, 0xd83d];
        let spans: Vec<Range<usize>> = tokenize(&text).into_iter().map(|t| t.span).collect();
        assert_eq!(spans, [0..1, 2..3, 4..7]);
    }

    #[test]
    fn a_megabyte_takes_no_longer_than_its_length() {
        for unit in ["a", "a.", "1 ", "1", "a'", "a@", "1-", ".", "1 a", "'"] {
            let text: Vec<u16> = unit.repeat(500_000).encode_utf16().collect();
            let start = std::time::Instant::now();
            tokenize(&text);
            assert!(start.elapsed().as_secs() < 2, "{unit}: {:?}", start.elapsed());
        }
    }
}
