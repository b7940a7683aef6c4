//! Four f32 side by side. The only file that names `core::arch`.
//!
//! simd128 in WebAssembly, elsewhere what the crate `wide` finds (SSE2, NEON). All round after
//! every multiplication and every addition (no fused multiply-add), so native and wasm agree bit for
//! bit; only a module built with relaxed-simd fuses where the processor can. Vectors come from memory
//! as a whole: put together of four numbers they cost four loads, which made convolutions a third slower.

/// simd128.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use core::arch::wasm32::i32x4_shuffle;
    pub use core::arch::wasm32::{
        f32x4_add as add, f32x4_eq as equal, f32x4_gt as greater, f32x4_ne as unequal,
        f32x4_splat as splat, f32x4_sub as sub, v128 as Vector, v128_bitselect, v128_or as or,
    };

    #[cfg(target_feature = "relaxed-simd")]
    pub use core::arch::wasm32::f32x4_relaxed_madd as mul_add;

    /// c + a·b.
    #[cfg(not(target_feature = "relaxed-simd"))]
    #[inline(always)]
    pub fn mul_add(a: Vector, b: Vector, c: Vector) -> Vector {
        add(c, core::arch::wasm32::f32x4_mul(a, b))
    }

    #[inline(always)]
    pub fn select(mask: Vector, yes: Vector, no: Vector) -> Vector {
        v128_bitselect(yes, no, mask)
    }

    #[inline(always)]
    pub fn bits(mask: Vector) -> u32 {
        core::arch::wasm32::i32x4_bitmask(mask).into()
    }

    #[inline(always)]
    pub fn even(a: Vector, b: Vector) -> Vector {
        i32x4_shuffle::<0, 2, 4, 6>(a, b)
    }

    #[inline(always)]
    pub fn odd(a: Vector, b: Vector) -> Vector {
        i32x4_shuffle::<1, 3, 5, 7>(a, b)
    }

    #[inline(always)]
    pub fn zip(a: Vector, b: Vector) -> [Vector; 2] {
        [i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b)]
    }
}

/// Everything else.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod imp {
    pub use wide::f32x4 as Vector;

    #[inline(always)]
    pub fn splat(value: f32) -> Vector {
        Vector::splat(value)
    }

    #[inline(always)]
    pub fn add(a: Vector, b: Vector) -> Vector {
        a + b
    }

    #[inline(always)]
    pub fn sub(a: Vector, b: Vector) -> Vector {
        a - b
    }

    #[inline(always)]
    pub fn mul_add(a: Vector, b: Vector, c: Vector) -> Vector {
        c + a * b
    }

    #[inline(always)]
    pub fn greater(a: Vector, b: Vector) -> Vector {
        a.simd_gt(b)
    }

    #[inline(always)]
    pub fn equal(a: Vector, b: Vector) -> Vector {
        a.simd_eq(b)
    }

    #[inline(always)]
    pub fn unequal(a: Vector, b: Vector) -> Vector {
        a.simd_ne(b)
    }

    #[inline(always)]
    pub fn or(a: Vector, b: Vector) -> Vector {
        a | b
    }

    #[inline(always)]
    pub fn select(mask: Vector, yes: Vector, no: Vector) -> Vector {
        mask.blend(yes, no)
    }

    #[inline(always)]
    pub fn bits(mask: Vector) -> u32 {
        mask.to_bitmask()
    }

    #[inline(always)]
    pub fn even(a: Vector, b: Vector) -> Vector {
        let (a, b) = (a.to_array(), b.to_array());
        Vector::new([a[0], a[2], b[0], b[2]])
    }

    #[inline(always)]
    pub fn odd(a: Vector, b: Vector) -> Vector {
        let (a, b) = (a.to_array(), b.to_array());
        Vector::new([a[1], a[3], b[1], b[3]])
    }

    #[inline(always)]
    pub fn zip(a: Vector, b: Vector) -> [Vector; 2] {
        let (a, b) = (a.to_array(), b.to_array());
        [[a[0], b[0], a[1], b[1]], [a[2], b[2], a[3], b[3]]].map(Vector::new)
    }
}

/// Four f32.
#[derive(Clone, Copy)]
pub struct F32x4(imp::Vector);

impl F32x4 {
    /// All four lanes equal to `value`.
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        F32x4(imp::splat(value))
    }

    /// The four values of an array.
    #[inline(always)]
    pub fn load(from: &[f32; 4]) -> Self {
        F32x4(bytemuck::cast(*from))
    }

    /// The eight values of an array.
    #[inline(always)]
    pub fn load_two(from: &[f32; 8]) -> [Self; 2] {
        bytemuck::cast::<_, [imp::Vector; 2]>(*from).map(F32x4)
    }

    /// Back to an array of eight.
    #[inline(always)]
    pub fn store_two(two: [Self; 2]) -> [f32; 8] {
        bytemuck::cast(two.map(|half| half.0))
    }

    /// Back to an array.
    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        bytemuck::cast(self.0)
    }

    /// self + a·b, rounded twice (with relaxed-simd perhaps once).
    #[inline(always)]
    pub fn mul_add(self, a: Self, b: Self) -> Self {
        F32x4(imp::mul_add(a.0, b.0, self.0))
    }

    /// self + other.
    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        F32x4(imp::add(self.0, other.0))
    }

    /// self - other.
    #[inline(always)]
    pub fn minus(self, other: Self) -> Self {
        F32x4(imp::sub(self.0, other.0))
    }

    /// `other` where it is larger or not a number, else self.
    #[inline(always)]
    pub fn larger(self, other: Self) -> Self {
        let wins = imp::or(imp::greater(other.0, self.0), imp::unequal(other.0, other.0));
        F32x4(imp::select(wins, other.0, self.0))
    }

    /// `yes` where self > other, else `no`.
    #[inline(always)]
    pub fn above(self, other: Self, yes: Self, no: Self) -> Self {
        F32x4(imp::select(imp::greater(self.0, other.0), yes.0, no.0))
    }

    /// `yes` where self = other, else `no`.
    #[inline(always)]
    pub fn equal(self, other: Self, yes: Self, no: Self) -> Self {
        F32x4(imp::select(imp::equal(self.0, other.0), yes.0, no.0))
    }

    /// One bit for every value, the first one's lowest: whether it is not 0.
    #[inline(always)]
    pub fn nonzero(self) -> u32 {
        imp::bits(imp::unequal(self.0, imp::splat(0.0)))
    }

    /// The first and third value of self and of `next`.
    #[inline(always)]
    pub fn even(self, next: Self) -> Self {
        F32x4(imp::even(self.0, next.0))
    }

    /// The second and fourth value of self and of `next`.
    #[inline(always)]
    pub fn odd(self, next: Self) -> Self {
        F32x4(imp::odd(self.0, next.0))
    }

    /// The lanes of self and `odd` in turn.
    #[inline(always)]
    pub fn zip(self, odd: Self) -> [Self; 2] {
        imp::zip(self.0, odd.0).map(F32x4)
    }

    /// The lanes' sum, in pairs.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }

    /// `x[from]`, `x[from + step]`, and so on.
    #[inline(always)]
    pub fn every(step: usize, x: &[f32], from: usize) -> Self {
        let x = &x[from..];
        match step {
            1 => {
                if let Some(four) = x.first_chunk() {
                    return F32x4::load(four);
                }
            }
            2 => {
                if let Some(eight) = x.first_chunk() {
                    let [low, high] = F32x4::load_two(eight);
                    return low.even(high);
                }
            }
            _ => {}
        }
        F32x4::load(&std::array::from_fn(|i| x[i * step]))
    }
}

/// `to = from`, of one length. For short rows faster than `copy_from_slice`, for which engines leave
/// the module.
#[inline(always)]
pub fn copy(from: &[f32], to: &mut [f32]) {
    let (eights, rest) = from.as_chunks::<8>();
    let (to, to_rest) = to.as_chunks_mut::<8>();
    // Two vectors at a time and the rest backwards, or the compiler would put the call back.
    for (eight, to) in eights.iter().zip(to) {
        *to = F32x4::store_two(F32x4::load_two(eight));
    }
    for (from, to) in rest.iter().zip(to_rest).rev() {
        *to = *from;
    }
}
