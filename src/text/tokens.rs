//! Words in a text, by one written rule. Positions are UTF-16 code units, as JavaScript counts them.
//!
//! 1. Letters, digits (whatever Unicode calls alphabetic or numeric) and, behind one of these, combining
//!    marks U+0300 to U+036F are *word characters*. A lone surrogate is none.
//! 2. An *address* is a run of ASCII letters, digits and `. _ % + - = ~ !` that starts at a word
//!    character, followed by `@` and a run of ASCII letters, digits, `.` and `-` that starts with a
//!    letter or digit and ends with one.
//! 3. A *number* starts where a word would: groups of ASCII digits with one or two of space, `.`, `-`,
//!    `/`, `+` and parentheses between them, seven digits or more in all; no word character
//!    follows the last group.
//! 4. A *word* is the longest run of word characters in which a single apostrophe (`'` or `’`) between
//!    two of them counts, too. Its form is the word with ASCII letters in lower case, `'` for `’`
//!    and without a final `'s`.
//! 5. From the front, at each word character that no token holds yet: an address if there is one, else a
//!    number, else a word. All other characters lie between tokens.
//!
//! So the tokens and what lies between them put together are the text, whatever it contains. Addresses
//! and numbers (telephone numbers, article numbers) have no form: no vocabulary can hold them.

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
pub fn tokenize(text: &[u16]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    // Up to here no address begins: the run that was looked through ends without '@'.
    let mut no_address = 0;
    while at < text.len() {
        if word_end(text, at) == at {
            at += width(text, at);
            continue;
        }
        if at >= no_address {
            let local = run(text, at, is_local);
            if let Some(end) = domain(text, local) {
                tokens.push(Token { span: at..end, form: None });
                at = end;
                continue;
            }
            no_address = local;
        }
        let number = number(text, at);
        let end = number.unwrap_or_else(|| word_end(text, at));
        let form = number.is_none().then(|| form(&text[at..end]));
        tokens.push(Token { span: at..end, form });
        at = end;
    }
    tokens
}

/// The code point at `at`; none for a lone surrogate or the end.
fn letter(text: &[u16], at: usize) -> Option<char> {
    char::decode_utf16(text.get(at..)?.iter().copied().take(2)).next()?.ok()
}

/// Code units of the code point at `at`.
fn width(text: &[u16], at: usize) -> usize {
    letter(text, at).map_or(1, char::len_utf16)
}

fn ascii(text: &[u16], at: usize) -> Option<u8> {
    text.get(at).and_then(|&unit| u8::try_from(unit).ok()).filter(u8::is_ascii)
}

/// Where the run from `at` on that `belongs` accepts ends.
fn run(text: &[u16], at: usize, belongs: fn(u8) -> bool) -> usize {
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
fn domain(text: &[u16], at: usize) -> Option<usize> {
    let start = at + 1;
    let first = ascii(text, start).filter(u8::is_ascii_alphanumeric);
    if ascii(text, at) != Some(b'@') || first.is_none() {
        return None;
    }
    let end = run(text, start, is_domain);
    let trimmed =
        text[start..end].iter().rposition(|&u| u != u16::from(b'.') && u != u16::from(b'-'));
    trimmed.map(|last| start + last + 1)
}

/// Where a number that starts at `at` ends.
fn number(text: &[u16], at: usize) -> Option<usize> {
    let (mut digits, mut end, mut group) = (0, None, at);
    loop {
        let after = run(text, group, |byte| byte.is_ascii_digit());
        if after == group || is_word(text, after) {
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

/// Whether a word character stands at `at`.
fn is_word(text: &[u16], at: usize) -> bool {
    letter(text, at).is_some_and(char::is_alphanumeric)
}

/// Where the word that starts at `at` ends; `at` itself if none starts there.
fn word_end(text: &[u16], at: usize) -> usize {
    let mut end = at;
    while is_word(text, end) {
        end += width(text, end);
        while text.get(end).is_some_and(|unit| (0x300..0x370).contains(unit)) {
            end += 1;
        }
        if text.get(end).is_some_and(|&unit| is_apostrophe(unit)) && is_word(text, end + 1) {
            end += 1;
        }
    }
    end
}

fn is_apostrophe(unit: u16) -> bool {
    unit == u16::from(b'\'') || unit == 0x2019
}

fn form(word: &[u16]) -> String {
    let mut form = String::with_capacity(word.len());
    for letter in char::decode_utf16(word.iter().copied()).flatten() {
        form.push(if letter == '\u{2019}' { '\'' } else { letter.to_ascii_lowercase() });
    }
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
        assert_eq!(
            words("ÉTÉ e\u{301}te\u{301} мир 𝒜b"),
            ["ÉtÉ", "e\u{301}te\u{301}", "мир", "𝒜b"]
        );
        assert_eq!(words("a''b '' ' \u{301}x"), ["a", "b", "x"]);
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
