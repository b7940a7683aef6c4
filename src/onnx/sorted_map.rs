//! Values by name, as sorted lists: a tree map costs 4 KB of module for every type of its entries.

use crate::network::Names;

/// Values by name, in alphabetical order.
#[derive(Clone, Debug, PartialEq)]
pub struct SortedMap<T>(Vec<(String, T)>);

impl<T> Default for SortedMap<T> {
    fn default() -> Self {
        SortedMap(Vec::new())
    }
}

impl<T> SortedMap<T> {
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|entry| entry.0.as_str().cmp(name))
    }

    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.get(self.position(name).ok()?).map(|entry| &entry.1)
    }

    /// Gives a name a value, in place of the one that it may have. Many are better collected from an
    /// iterator, where the last value of a name counts.
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

impl<'a, T> IntoIterator for &'a SortedMap<T> {
    type Item = &'a (String, T);
    type IntoIter = std::slice::Iter<'a, (String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> FromIterator<(String, T)> for SortedMap<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        let mut entries: Vec<Option<(String, T)>> = entries.into_iter().map(Some).collect();
        // Sorted once: to insert them one by one takes the square of their number.
        let names = entries.iter().enumerate();
        let names =
            names.filter_map(|(at, entry)| Some((entry.as_ref()?.0.as_str(), at))).collect();
        let order: Vec<usize> = Names::new(names).sorted().iter().map(|entry| entry.1).collect();
        let mut sorted: Vec<(String, T)> = Vec::with_capacity(order.len());
        for at in order {
            let Some(entry) = entries.get_mut(at).and_then(Option::take) else { continue };
            match sorted.last_mut() {
                Some(last) if last.0 == entry.0 => *last = entry,
                _ => sorted.push(entry),
            }
        }
        SortedMap(sorted)
    }
}
