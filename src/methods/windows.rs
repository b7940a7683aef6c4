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
