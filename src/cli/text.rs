//! Text for a terminal.

/// `text` on one line and without letters that steer a terminal or turn the direction of writing:
/// they are written as `\u{…}`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}') {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// The path as it is shown to people.
pub fn path(path: &std::path::Path) -> String {
    format!("'{}'", visible(&path.to_string_lossy()))
}

/// Rows in columns as wide as their widest entry, two spaces apart; numbers are not aligned.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |c: usize| rows.iter().filter_map(|row| row.get(c)).map(|t| t.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|c| width(c).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
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
    }

    #[test]
    fn lines_keep_to_the_width() {
        assert_eq!(wrap("aa bb cc", 2, 7), "  aa bb\n  cc\n");
        assert_eq!(table(&[vec!["a".into(), "b".into()], vec!["cc".into()]]), "a   b\ncc\n");
    }
}
