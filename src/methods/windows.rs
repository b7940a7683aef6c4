//! Windows over an example's positions: boxes on a grid. Each is worked out from its number when it is needed: on a photo
//! there are tens of thousands, and a list of what each covers would be the largest thing in memory.

use super::features::Layout;
use crate::error::{Code, Error, Result};
use crate::kernels::region::{Axes, Region};
use crate::network::{Subnetwork, axes, bounding_box};
use std::ops::Range;

/// Windows of one extent along every spatial axis, from the first corner on at every stride until
/// everything is covered; the last ones are cut off at the border.
pub(crate) struct Windows {
    layout: Layout,
    /// Extent of the source.
    axes: Axes,
    /// Number of windows along each spatial axis.
    pub grid: Vec<usize>,
    extent: usize,
    stride: usize,
}

impl Windows {
    /// Windows over the positions of the source; `extent` and `stride` are positive.
    pub fn new(subnetwork: &Subnetwork<'_>, layout: &Layout, extent: usize, stride: usize) -> Self {
        // A stride beyond the extent may step over the border: such a window would be empty.
        let along = |n: &usize| n.saturating_sub(extent).div_ceil(stride).min((n - 1) / stride) + 1;
        let grid = layout.space.iter().map(along).collect();
        Windows { layout: layout.clone(), axes: axes(subnetwork.shape()), grid, extent, stride }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.grid.iter().product()
    }

    /// The box in the source that window `k`, row-major, and its channels form.
    pub fn region(&self, k: usize) -> Result<Region> {
        let (mut first, mut last, mut volume) = (0, 0, self.layout.channels);
        let mut inner = self.count();
        for (&n, windows) in self.layout.space.iter().zip(&self.grid) {
            inner /= windows;
            let low = k / inner % windows * self.stride;
            let high = n.min(low + self.extent);
            (first, last) = (first * n + low, last * n + high - 1);
            volume *= high - low;
        }
        // Its corners tell, since all others lie between them.
        let corners = [
            self.layout.element(0, first),
            self.layout.element(self.layout.channels.saturating_sub(1), last),
        ];
        bounding_box(self.axes, &corners).filter(|region| region.volume() == volume).ok_or_else(
            || {
                let why = "windows over more than three spatial axes cannot be masked";
                Error::new(Code::Request, why)
            },
        )
    }

    /// The boxes of all windows.
    pub fn regions(&self) -> impl Iterator<Item = Result<Region>> {
        (0..self.count()).map(|k| self.region(k))
    }

    /// Calls `visit` with the flat ranges of the positions under window `k`.
    pub fn runs(&self, k: usize, visit: &mut dyn FnMut(Range<usize>)) -> Result<()> {
        let mut region = self.region(k)?;
        if self.layout.last {
            let channels = self.layout.channels;
            region.runs(self.axes, &mut |run| visit(run.start / channels..run.end / channels));
        } else {
            region.high[0] = 1;
            region.runs(self.axes, visit);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::{channels, prepare};
    use crate::network::{Builder, NetworkRef, Operation, OutputActivation};
    use ndarray::{ArrayD, IxDyn};

    /// Coordinates of a flat index, row-major.
    fn coordinates(mut flat: usize, extents: &[usize]) -> Vec<usize> {
        let mut found = vec![0; extents.len()];
        for (axis, n) in extents.iter().enumerate().rev() {
            (found[axis], flat) = (flat % n, flat / n);
        }
        found
    }

    /// Compares all windows over the values of shape `shape` at a node (an embedding's `[…, 3]`, or the input) with
    /// lists of positions, and returns how many are no box.
    fn refused(shape: &[usize], embedded: bool) -> usize {
        let mut b = Builder::new();
        let indices = if embedded { &shape[..shape.len() - 1] } else { shape };
        let mut at = b.input("x", indices).unwrap();
        if embedded {
            let table = vec![0.5; 2 * 3];
            at = b.push("table", Operation::Embedding { table, width: 3 }, &[at]).unwrap();
        }
        let network = b.finish(vec![("y".into(), at, OutputActivation::Identity)]).unwrap();
        let batch: Vec<usize> = [1].iter().chain(indices).copied().collect();
        let x = ArrayD::zeros(IxDyn(&batch));
        let borrowed = NetworkRef::Borrowed(&network);
        let (subnetwork, _) = prepare(borrowed, &[x.view()], Some(at)).unwrap();
        let layout = channels(&subnetwork);
        let mut refused = 0;
        for (extent, stride) in [(1, 1), (2, 1), (2, 2), (3, 2), (9, 9), (1, 3), (2, 5)] {
            let windows = Windows::new(&subnetwork, &layout, extent, stride);
            for k in 0..windows.count() {
                let corner = coordinates(k, &windows.grid);
                let inside = |&p: &usize| {
                    let mut at = coordinates(p, &layout.space).into_iter().zip(&corner);
                    at.all(|(at, k)| (k * stride..k * stride + extent).contains(&at))
                };
                let positions: Vec<usize> = (0..layout.positions()).filter(inside).collect();
                assert!(!positions.is_empty());
                let elements: Vec<usize> =
                    positions.iter().flat_map(|&p| layout.elements(p)).collect();
                let around = bounding_box(windows.axes, &elements).unwrap();
                let Ok(region) = windows.region(k) else {
                    assert!(around.volume() > elements.len(), "{shape:?} {extent} {stride}");
                    refused += 1;
                    continue;
                };
                assert_eq!((region, region.volume()), (around, elements.len()));
                let mut runs = Vec::new();
                windows.runs(k, &mut |run| runs.extend(run)).unwrap();
                assert_eq!(runs, positions, "{shape:?} {extent} {stride}");
            }
        }
        refused
    }

    #[test]
    fn windows_are_the_boxes_round_their_positions_over_up_to_three_spatial_axes() {
        let shapes: [&[usize]; 6] =
            [&[], &[7], &[2, 7], &[3, 5, 6], &[2, 4, 3, 5], &[1, 1, 1, 1, 1]];
        assert_eq!(shapes.map(|shape| refused(shape, false)), [0; 6]);
        let embedded: [&[usize]; 3] = [&[7, 3], &[4, 5, 3], &[3, 4, 2, 3]];
        assert_eq!(embedded.map(|shape| refused(shape, true)), [0; 3]);
        assert!(refused(&[1, 2, 3, 2, 3], false) > 0 && refused(&[2, 3, 2, 3, 3], true) > 0);
    }
}
