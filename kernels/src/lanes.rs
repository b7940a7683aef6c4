//! Four f32 side by side. The only file that names `core::arch`.
//!
//! On wasm32 with simd128 this is one `v128`; elsewhere an array whose loops the compiler turns
//! into vector instructions. Both round after every multiplication and every addition (no fused
//! multiply-add), so native and wasm agree bit for bit.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod imp {
    use core::arch::wasm32::{
        f32x4, f32x4_add, f32x4_eq, f32x4_extract_lane, f32x4_gt, f32x4_mul, f32x4_ne, f32x4_splat,
        f32x4_sub, i32x4_shuffle, v128, v128_bitselect, v128_or,
    };

    /// Four f32.
    #[derive(Clone, Copy)]
    pub struct F32x4(v128);

    impl F32x4 {
        /// All four lanes equal to `value`.
        #[inline(always)]
        pub fn splat(value: f32) -> Self {
            F32x4(f32x4_splat(value))
        }

        /// The four values of an array.
        #[inline(always)]
        pub fn load(from: &[f32; 4]) -> Self {
            F32x4(f32x4(from[0], from[1], from[2], from[3]))
        }

        /// Back to an array.
        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            [
                f32x4_extract_lane::<0>(self.0),
                f32x4_extract_lane::<1>(self.0),
                f32x4_extract_lane::<2>(self.0),
                f32x4_extract_lane::<3>(self.0),
            ]
        }

        /// self + a·b, rounded twice.
        #[inline(always)]
        pub fn mul_add(self, a: Self, b: Self) -> Self {
            F32x4(f32x4_add(self.0, f32x4_mul(a.0, b.0)))
        }

        /// self + other.
        #[inline(always)]
        pub fn plus(self, other: Self) -> Self {
            F32x4(f32x4_add(self.0, other.0))
        }

        /// `other` where it is larger or not a number, else self.
        #[inline(always)]
        pub fn larger(self, other: Self) -> Self {
            let wins = v128_or(f32x4_gt(other.0, self.0), f32x4_ne(other.0, other.0));
            F32x4(v128_bitselect(other.0, self.0, wins))
        }

        /// `yes` where self > other, else `no`.
        #[inline(always)]
        pub fn above(self, other: Self, yes: Self, no: Self) -> Self {
            F32x4(v128_bitselect(yes.0, no.0, f32x4_gt(self.0, other.0)))
        }

        /// `yes` where self = other, else `no`.
        #[inline(always)]
        pub fn equal(self, other: Self, yes: Self, no: Self) -> Self {
            F32x4(v128_bitselect(yes.0, no.0, f32x4_eq(self.0, other.0)))
        }

        /// The first and third value of self and of `next`.
        #[inline(always)]
        pub fn even(self, next: Self) -> Self {
            F32x4(i32x4_shuffle::<0, 2, 4, 6>(self.0, next.0))
        }

        /// The second and fourth value of self and of `next`.
        #[inline(always)]
        pub fn odd(self, next: Self) -> Self {
            F32x4(i32x4_shuffle::<1, 3, 5, 7>(self.0, next.0))
        }

        /// self - other.
        #[inline(always)]
        pub fn minus(self, other: Self) -> Self {
            F32x4(f32x4_sub(self.0, other.0))
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod imp {
    /// Four f32.
    #[derive(Clone, Copy)]
    pub struct F32x4([f32; 4]);

    impl F32x4 {
        /// All four lanes equal to `value`.
        #[inline(always)]
        pub fn splat(value: f32) -> Self {
            F32x4([value; 4])
        }

        /// The four values of an array.
        #[inline(always)]
        pub fn load(from: &[f32; 4]) -> Self {
            F32x4(*from)
        }

        /// Back to an array.
        #[inline(always)]
        pub fn to_array(self) -> [f32; 4] {
            self.0
        }

        /// self + a·b, rounded twice.
        #[inline(always)]
        pub fn mul_add(self, a: Self, b: Self) -> Self {
            let (s, a, b) = (self.0, a.0, b.0);
            F32x4([s[0] + a[0] * b[0], s[1] + a[1] * b[1], s[2] + a[2] * b[2], s[3] + a[3] * b[3]])
        }

        /// self + other.
        #[inline(always)]
        pub fn plus(self, other: Self) -> Self {
            let (s, o) = (self.0, other.0);
            F32x4([s[0] + o[0], s[1] + o[1], s[2] + o[2], s[3] + o[3]])
        }

        /// `other` where it is larger or not a number, else self.
        #[inline(always)]
        pub fn larger(self, other: Self) -> Self {
            let pick = |i: usize| {
                let (s, o) = (self.0[i], other.0[i]);
                if o > s || o.is_nan() { o } else { s }
            };
            F32x4([pick(0), pick(1), pick(2), pick(3)])
        }

        /// `yes` where self > other, else `no`.
        #[inline(always)]
        pub fn above(self, other: Self, yes: Self, no: Self) -> Self {
            F32x4(std::array::from_fn(|i| if self.0[i] > other.0[i] { yes.0[i] } else { no.0[i] }))
        }

        /// `yes` where self = other, else `no`.
        #[inline(always)]
        pub fn equal(self, other: Self, yes: Self, no: Self) -> Self {
            F32x4(std::array::from_fn(|i| if self.0[i] == other.0[i] { yes.0[i] } else { no.0[i] }))
        }

        /// The first and third value of self and of `next`.
        #[inline(always)]
        pub fn even(self, next: Self) -> Self {
            F32x4([self.0[0], self.0[2], next.0[0], next.0[2]])
        }

        /// The second and fourth value of self and of `next`.
        #[inline(always)]
        pub fn odd(self, next: Self) -> Self {
            F32x4([self.0[1], self.0[3], next.0[1], next.0[3]])
        }

        /// self - other.
        #[inline(always)]
        pub fn minus(self, other: Self) -> Self {
            let (s, o) = (self.0, other.0);
            F32x4([s[0] - o[0], s[1] - o[1], s[2] - o[2], s[3] - o[3]])
        }
    }
}

pub use imp::F32x4;

impl F32x4 {
    /// The lanes' sum, in pairs.
    #[inline(always)]
    pub fn sum(self) -> f32 {
        let [a, b, c, d] = self.to_array();
        (a + b) + (c + d)
    }

    /// The lanes of self and `odd` in turn.
    #[inline(always)]
    pub fn interleaved(self, odd: Self) -> [f32; 8] {
        let ([a, c, e, g], [b, d, f, h]) = (self.to_array(), odd.to_array());
        [a, b, c, d, e, f, g, h]
    }
}
