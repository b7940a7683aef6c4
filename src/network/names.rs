//! Names to places, as a sorted list: a tree map costs 4 KB of module for every type of its entries.

use std::collections::BinaryHeap;

/// A list of names that says where each occurs first.
#[derive(Debug)]
pub(crate) struct Names<'a>(Vec<(&'a str, usize)>);

impl<'a> Names<'a> {
    /// Of names with their places.
    #[inline(never)]
    pub fn new(names: Vec<(&'a str, usize)>) -> Self {
        Names(BinaryHeap::from(names).into_sorted_vec())
    }

    /// Names with their places in alphabetical order, of the same name the first place first.
    pub fn sorted(&self) -> &[(&'a str, usize)] {
        &self.0
    }

    /// The first place of a name.
    #[inline(never)]
    pub fn find(&self, name: &str) -> Option<usize> {
        let at = self.0.partition_point(|entry| entry.0 < name);
        self.0.get(at).filter(|entry| entry.0 == name).map(|entry| entry.1)
    }

    /// A name that occurs twice, and the places of both, the second at `from` or behind it.
    #[inline(never)]
    pub fn duplicate(&self, from: usize) -> Option<(&'a str, usize, usize)> {
        self.0.windows(2).find_map(|pair| match *pair {
            [(a, first), (b, second)] if a == b && second >= from => Some((a, first, second)),
            _ => None,
        })
    }
}

/// The places of names that an earlier one has taken, each with a name of its own: NAME#2, or the next number
/// that is free. Takes no longer than sorting, whatever the names are.
pub(crate) fn numbered(names: &[&str]) -> Vec<(usize, String)> {
    let sorted = Names::new(names.iter().enumerate().map(|(place, name)| (*name, place)).collect());
    // The last number given, at the first place of each name.
    let mut counts = vec![0usize; names.len()];
    let mut numbered = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let first = sorted.find(name).unwrap_or(place);
        if first == place {
            let given = given(name).and_then(|(of, number)| Some((sorted.find(of)?, number)));
            counts[place] = 1;
            if given.is_none_or(|(of, number)| counts[of] < number) {
                continue;
            }
        }
        let own = loop {
            counts[first] += 1;
            let own = format!("{name}#{}", counts[first]);
            if sorted.find(&own).is_none_or(|taken| taken > place) {
                break own;
            }
        };
        numbered.push((place, own));
    }
    numbered
}

/// The name and the number that such a name is made of. Byte by byte: splitting and parsing texts costs 1 KB of
/// module.
fn given(name: &str) -> Option<(&str, usize)> {
    let at = name.bytes().rposition(|byte| byte == b'#')?;
    let mut number = 0usize;
    for byte in name.bytes().skip(at + 1) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 || (digit == 0 && number == 0) {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(digit.into());
    }
    (number > 1).then_some((name.get(..at)?, number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// One after another, as the rule says.
    fn plainly(names: &[&str]) -> Vec<String> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut own = Vec::new();
        for name in names {
            let mut candidate = name.to_string();
            while counts.contains_key(&candidate) {
                let count = counts.get_mut(*name).unwrap();
                *count += 1;
                candidate = format!("{name}#{count}");
            }
            counts.insert(candidate.clone(), 1);
            own.push(candidate);
        }
        own
    }

    #[test]
    fn numbers_are_those_given_one_by_one() {
        let mut random = crate::random::Random::new(3);
        let parts = ["a", "a#2", "a#3", "a#2#2", "#2", "", "#", "a#02", "a#+2", "a#1", "b", "a#4"];
        for _ in 0..5_000 {
            let names: Vec<&str> = (0..random.below(14)).map(|_| parts[random.below(12)]).collect();
            let mut own: Vec<String> = names.iter().map(|name| name.to_string()).collect();
            for (place, name) in numbered(&names) {
                own[place] = name;
            }
            assert_eq!(own, plainly(&names), "{names:?}");
        }
    }
}
