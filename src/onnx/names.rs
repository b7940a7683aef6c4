//! Names to things, as sorted lists: a tree map costs 4 KB of module for every type of its entries.

use std::collections::BinaryHeap;

/// A list of names that says where each occurs first.
#[derive(Debug)]
pub(super) struct Names<'a>(Vec<(&'a str, usize)>);

impl<'a> Names<'a> {
    /// Of names with their places.
    #[inline(never)]
    pub fn new(names: Vec<(&'a str, usize)>) -> Self {
        Names(BinaryHeap::from(names).into_sorted_vec())
    }

    /// The first place of a name.
    #[inline(never)]
    pub fn find(&self, name: &str) -> Option<usize> {
        let at = self.0.partition_point(|entry| entry.0 < name);
        self.0.get(at).filter(|entry| entry.0 == name).map(|entry| entry.1)
    }

    /// A name that occurs twice, and the places of both, the second at `from` or behind it.
    #[inline(never)]
    pub fn twin(&self, from: usize) -> Option<(&'a str, usize, usize)> {
        self.0.windows(2).find_map(|pair| match *pair {
            [(a, first), (b, second)] if a == b && second >= from => Some((a, first, second)),
            _ => None,
        })
    }
}

/// Values by name, in alphabetical order.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T>(Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Named(Vec::new())
    }
}

impl<T> Named<T> {
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|entry| entry.0.as_str().cmp(name))
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.get(self.position(name).ok()?).map(|entry| &entry.1)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        let at = self.position(name).ok()?;
        self.0.get_mut(at).map(|entry| &mut entry.1)
    }

    /// Gives a name a value, in place of the one that it may have.
    pub fn insert(&mut self, name: String, value: T) {
        match self.position(&name) {
            Ok(at) => {
                if let Some(entry) = self.0.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// Names and values.
    pub fn iter(&self) -> std::slice::Iter<'_, (String, T)> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a Named<T> {
    type Item = &'a (String, T);
    type IntoIter = std::slice::Iter<'a, (String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> FromIterator<(String, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        let mut named = Named::default();
        entries.into_iter().for_each(|(name, value)| named.insert(name, value));
        named
    }
}
