//! Text for a terminal.

use heatlens::error::{MESSAGE, clip};

/// Whether a letter steers a terminal, turns the direction of writing, ends a line or is not seen. The joiners
/// U+200C and U+200D stay: scripts and emoji need them.
pub fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'
            | '\u{e0020}'..='\u{e007f}')
}

/// `text` on one line and without letters that steer: they are written as `\u{…}`.
pub fn visible(text: &str) -> String {
    spelled(text, steers)
}

/// The same with its lines.
pub fn visible_lines(text: &str) -> String {
    spelled(text, |letter| letter != '\n' && steers(letter))
}

fn spelled(text: &str, steers: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if steers(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// A message that is not too long, which may quote what a file or the command line holds.
pub fn clipped(mut text: String) -> String {
    clip(&mut text, MESSAGE);
    text
}

/// The path as it is shown to people.
pub fn path(path: &std::path::Path) -> String {
    format!("'{}'", visible(&path.to_string_lossy()))
}

/// Letters of an entry that others of its column are moved aside for.
const WIDE: usize = 80;

/// Rows in columns as wide as their widest entry, two spaces apart; numbers are not aligned. An entry of more
/// than 80 letters is whole, but the column stays narrow.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; columns];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            let letters = cell.chars().count();
            *width = (*width).max(if letters > WIDE { 0 } else { letters });
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut gap = 0;
        for (cell, width) in row.iter().zip(&widths) {
            // Nothing is put behind a row's last letter.
            if !cell.is_empty() {
                text.extend(std::iter::repeat_n(' ', gap));
                text.push_str(cell);
                gap = 0;
            }
            gap += width.saturating_sub(cell.chars().count()) + 2;
        }
        text.push('\n');
    }
    text
}

/// `text` in lines of at most `width` letters where words allow it, each behind `indent` spaces.
pub fn wrap(text: &str, indent: usize, width: usize) -> String {
    let (mut lines, mut line) = (String::new(), " ".repeat(indent));
    for word in text.split_whitespace() {
        let full = line.chars().count() + 1 + word.chars().count() > width;
        if full && line.trim() != "" {
            lines.push_str(&line);
            lines.push('\n');
            line = " ".repeat(indent);
        } else if line.trim() != "" {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steering_letters_are_spelled_out() {
        assert_eq!(visible("a\n\u{1b}[31mé\u{202e}"), "a\\n\\u{1b}[31mé\\u{202e}");
        assert_eq!(visible_lines("a\n\u{9b}b\r"), "a\n\\u{9b}b\\r");
        assert_eq!(visible("ن\u{200c}ی👩\u{200d}🚀 ë"), "ن\u{200c}ی👩\u{200d}🚀 ë");
    }

    #[test]
    fn lines_keep_to_the_width() {
        assert_eq!(wrap("aa bb cc", 2, 7), "  aa bb\n  cc\n");
        let rows = |rows: &[&[&str]]| {
            let rows: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect();
            table(&rows)
        };
        assert_eq!(rows(&[&["a", "b"], &["cc"]]), "a   b\ncc\n");
        assert_eq!(rows(&[&["a", "", "b"], &["cc", "d", ""]]), "a      b\ncc  d\n");
        let long = "x".repeat(70_000);
        assert_eq!(rows(&[&[&long, "b"], &["cc", "d"]]), format!("{long}  b\ncc  d\n"));
        assert_eq!(rows(&[&[&long, "b"]]), format!("{long}  b\n"));
    }
}
