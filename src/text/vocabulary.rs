//! The words that a model knows.

use crate::error::{Code, Result, ensure};

/// Sorted words; a word's number is its place.
#[derive(Debug)]
pub struct Vocabulary {
    /// All words in UTF-8 behind one another; bytes, since slicing a `str` costs 7 KB of module.
    words: Vec<u8>,
    /// Where each word ends.
    ends: Vec<usize>,
}

impl Vocabulary {
    /// Reads one word per line, in ascending order of code points, none twice, none empty.
    pub fn parse(lines: &str) -> Result<Vocabulary> {
        let (mut words, mut ends) = (Vec::with_capacity(lines.len()), Vec::new());
        let mut last = "";
        for word in lines.lines() {
            ensure(word > last, Code::Malformed, || {
                format!("word {} of the vocabulary is empty or out of order", ends.len())
            })?;
            words.extend_from_slice(word.as_bytes());
            ends.push(words.len());
            last = word;
        }
        Ok(Vocabulary { words, ends })
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The word with this number, in UTF-8.
    pub fn word(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[start..self.ends[number]]
    }

    /// The number of a word.
    pub fn find(&self, word: &str) -> Option<usize> {
        let word = word.as_bytes();
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.word(middle) < word { low = middle + 1 } else { high = middle }
        }
        (low < self.len() && self.word(low) == word).then_some(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_and_no_other() {
        let vocabulary = Vocabulary::parse("a\nab\nb\nmоон\nzoo\n").unwrap();
        assert_eq!(vocabulary.len(), 5);
        for number in 0..5 {
            let word = std::str::from_utf8(vocabulary.word(number)).unwrap();
            assert_eq!(vocabulary.find(word), Some(number));
        }
        for word in ["", "aa", "abc", "z", "zz"] {
            assert_eq!(vocabulary.find(word), None);
        }
        assert!(Vocabulary::parse("").unwrap().is_empty());
    }

    #[test]
    fn disorder_is_refused() {
        for lines in ["b\na", "a\na", "a\n\nb", "\na"] {
            assert_eq!(Vocabulary::parse(lines).unwrap_err().code(), Code::Malformed);
        }
    }
}
