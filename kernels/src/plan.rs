//! How a convolution is computed: which kernel takes it, and how that one lays out tiles and weights. The shape alone
//! decides.

use super::direct;
use super::gemm::{self, ROWS};
use super::geometry::Geometry;
use super::region::Region;
use super::shape::ConvShape;
use super::transposed;
use super::winograd::{self, Tiles};

/// A convolution with everything that can be known before the numbers arrive.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The convolution's shape.
    pub shape: ConvShape,
    /// The tiles of convolutions with few weights.
    pub(super) layout: Option<direct::Layout>,
    /// The tiles of Winograd's method, where it pays.
    pub(super) tiles: Option<Tiles>,
    /// Where the transpose puts its sums.
    pub(super) vectors: Vec<u32>,
}

impl Plan {
    /// The plan of this convolution.
    pub fn new(geometry: Geometry, inputs: usize, outputs: usize, groups: usize) -> Self {
        let shape = ConvShape::new(geometry, inputs, outputs, groups);
        let tiles = Tiles::new(&shape.geometry, inputs / groups, outputs / groups);
        let layout = direct::Layout::new(&shape);
        let vectors = transposed::vectors(&shape);
        Plan { shape, layout, tiles, vectors }
    }

    /// A part of the output, enlarged so that computed alone it has the bits of the whole.
    pub fn tiled(&self, mut part: Region) -> Region {
        if self.tiles.is_some() {
            for low in &mut part.low[2..] {
                *low -= *low % 2;
            }
        }
        part
    }

    /// Packs `[outputs, inputs / groups, *kernel]` for [`forward`](crate::conv::forward).
    pub fn pack(&self, weight: &[f32]) -> Vec<f32> {
        let shape = &self.shape;
        if self.tiles.is_some() {
            return winograd::pack(shape, weight);
        }
        let (rows, k) = (shape.outputs / shape.groups, shape.fan_in());
        let panels: Vec<f32> = (0..shape.groups)
            .flat_map(|g| gemm::pack(rows, k, ROWS, |o, k2| weight[(g * rows + o) * k + k2]))
            .collect();
        if self.layout.is_some() { direct::spread(&panels, k) } else { panels }
    }

    /// Packs `[outputs, inputs / groups, *kernel]` for
    /// [`transposed`](crate::conv::transposed) and [`forward_at`](crate::conv::forward_at).
    pub fn pack_transposed(&self, weight: &[f32]) -> Vec<f32> {
        transposed::pack(&self.shape, &self.vectors, weight)
    }

    /// The weights that [`Plan::pack_transposed`] packed so, to the bit.
    pub fn unpack_transposed(&self, packed: &[f32]) -> Vec<f32> {
        transposed::unpack(&self.shape, &self.vectors, packed)
    }
}
