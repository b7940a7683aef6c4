//! f32 side by side. The only file that names `core::arch`, or the crate that has the processor's vectors.
//!
//! Kernels are written once, for vectors of N ([`Simd`]), and called through `dispatch!`. In WebAssembly
//! N is 4 (simd128). Elsewhere the processor is asked, once per process: 8 (AVX2), else 4 (SSE2, NEON).
//! A lane is another output, or one of four sums that make up an output everywhere ([`Simd::four`]); and all
//! round after every multiplication and every addition (no fused multiply-add). So the bits are the same
//! everywhere; only a module built with relaxed-simd fuses where the processor can. Vectors come from memory as a whole: put together of four numbers they cost four
//! loads, which made convolutions a third slower.

/// Token of an instruction set whose vectors hold N f32.
pub trait Simd<const N: usize>: Copy {
    /// N f32.
    type Vector: Vector<N>;
    /// The same instruction set with vectors of four.
    type Four: Simd<4>;

    /// The same instruction set with vectors of four.
    fn four(self) -> Self::Four;

    /// All lanes equal to `value`.
    fn splat(self, value: f32) -> Self::Vector;

    /// The values of an array.
    fn load(self, from: &[f32; N]) -> Self::Vector;

    /// `x[from]`, `x[from + step]`, and so on.
    #[inline(always)]
    fn every(self, step: usize, x: &[f32], from: usize) -> Self::Vector {
        let x = &x[from..];
        match step {
            1 => {
                if let Some(values) = x.first_chunk() {
                    return self.load(values);
                }
            }
            2 => {
                if let Some([low, high]) = x.as_chunks().0.first_chunk() {
                    return self.load(low).even(self.load(high));
                }
            }
            _ => {}
        }
        self.load(&std::array::from_fn(|i| x[i * step]))
    }

    /// `to = from`, of one length. For short rows faster than `copy_from_slice`, for which engines leave
    /// the module.
    #[inline(always)]
    fn copy(self, from: &[f32], to: &mut [f32]) {
        let (from, rest) = from.as_chunks::<N>();
        let (to, to_rest) = to.as_chunks_mut::<N>();
        // As vectors and the rest backwards, or the compiler would put the call back.
        for (from, to) in from.iter().zip(to) {
            *to = self.load(from).to_array();
        }
        for (from, to) in rest.iter().zip(to_rest).rev() {
            *to = *from;
        }
    }
}

/// N f32 side by side.
pub trait Vector<const N: usize>: Copy {
    /// Back to an array.
    fn to_array(self) -> [f32; N];

    /// self + a·b, rounded twice (with relaxed-simd perhaps once).
    fn mul_add(self, a: Self, b: Self) -> Self;

    /// self + other.
    fn plus(self, other: Self) -> Self;

    /// self - other.
    fn minus(self, other: Self) -> Self;

    /// `other` where it is larger or not a number, else self.
    fn larger(self, other: Self) -> Self;

    /// `yes` where self = other, else `no`.
    fn equal(self, other: Self, yes: Self, no: Self) -> Self;

    /// One bit for every value, the first one's lowest: whether it is not 0.
    fn nonzero(self) -> u32;

    /// The values at even places of self and of `next`.
    fn even(self, next: Self) -> Self;

    /// The values at odd places of self and of `next`.
    fn odd(self, next: Self) -> Self;

    /// The lanes of self and `odd` in turn.
    fn zip(self, odd: Self) -> [Self; 2];
}

/// The sum of four lanes, in pairs.
#[inline(always)]
pub fn sum([a, b, c, d]: [f32; 4]) -> f32 {
    (a + b) + (c + d)
}

/// simd128.
#[cfg(target_arch = "wasm32")]
mod imp {
    use super::{Simd, Vector};
    use core::arch::wasm32::*;

    /// simd128.
    #[derive(Clone, Copy)]
    pub struct Simd128;

    /// Four f32.
    #[derive(Clone, Copy)]
    pub struct F32x4(v128);

    impl Simd<4> for Simd128 {
        type Vector = F32x4;
        type Four = Self;

        #[inline(always)]
        fn four(self) -> Self {
            self
        }

        #[inline(always)]
        fn splat(self, value: f32) -> F32x4 {
            F32x4(f32x4_splat(value))
        }

        #[inline(always)]
        fn load(self, from: &[f32; 4]) -> F32x4 {
            F32x4(bytemuck::cast(*from))
        }
    }

    impl Vector<4> for F32x4 {
        #[inline(always)]
        fn to_array(self) -> [f32; 4] {
            bytemuck::cast(self.0)
        }

        #[cfg(not(target_feature = "relaxed-simd"))]
        #[inline(always)]
        fn mul_add(self, a: Self, b: Self) -> Self {
            F32x4(f32x4_add(self.0, f32x4_mul(a.0, b.0)))
        }

        #[cfg(target_feature = "relaxed-simd")]
        #[inline(always)]
        fn mul_add(self, a: Self, b: Self) -> Self {
            F32x4(f32x4_relaxed_madd(a.0, b.0, self.0))
        }

        #[inline(always)]
        fn plus(self, other: Self) -> Self {
            F32x4(f32x4_add(self.0, other.0))
        }

        #[inline(always)]
        fn minus(self, other: Self) -> Self {
            F32x4(f32x4_sub(self.0, other.0))
        }

        #[inline(always)]
        fn larger(self, other: Self) -> Self {
            let wins = v128_or(f32x4_gt(other.0, self.0), f32x4_ne(other.0, other.0));
            F32x4(v128_bitselect(other.0, self.0, wins))
        }

        #[inline(always)]
        fn equal(self, other: Self, yes: Self, no: Self) -> Self {
            F32x4(v128_bitselect(yes.0, no.0, f32x4_eq(self.0, other.0)))
        }

        #[inline(always)]
        fn nonzero(self) -> u32 {
            i32x4_bitmask(f32x4_ne(self.0, f32x4_splat(0.0))).into()
        }

        #[inline(always)]
        fn even(self, next: Self) -> Self {
            F32x4(i32x4_shuffle::<0, 2, 4, 6>(self.0, next.0))
        }

        #[inline(always)]
        fn odd(self, next: Self) -> Self {
            F32x4(i32x4_shuffle::<1, 3, 5, 7>(self.0, next.0))
        }

        #[inline(always)]
        fn zip(self, odd: Self) -> [Self; 2] {
            let (a, b) = (self.0, odd.0);
            [i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b)].map(F32x4)
        }
    }

    /// Lanes of the widest vectors.
    pub fn widest() -> usize {
        4
    }

    /// Evaluates an expression; the variable named is the vectors' token.
    macro_rules! dispatch {
        ($simd:ident => $call:expr) => {{
            let $simd = $crate::lanes::Simd128;
            $call
        }};
    }
    pub(crate) use dispatch;
}

/// Everything else.
#[cfg(not(target_arch = "wasm32"))]
mod imp {
    use super::{Simd, Vector};
    use fearless_simd::{Select, SimdBase, SimdInto, SimdMask, f32x4, f32x8};

    /// Token of an instruction set, for its vectors of N.
    #[derive(Clone, Copy)]
    pub struct Native<S, const N: usize>(pub S);

    macro_rules! vectors {
        ($n:literal, $vector:ident) => {
            impl<S: fearless_simd::Simd> Simd<$n> for Native<S, $n> {
                type Vector = $vector<S>;
                type Four = Native<S, 4>;

                #[inline(always)]
                fn four(self) -> Self::Four {
                    Native(self.0)
                }

                #[inline(always)]
                fn splat(self, value: f32) -> Self::Vector {
                    $vector::splat(self.0, value)
                }

                #[inline(always)]
                fn load(self, from: &[f32; $n]) -> Self::Vector {
                    (*from).simd_into(self.0)
                }
            }

            impl<S: fearless_simd::Simd> Vector<$n> for $vector<S> {
                #[inline(always)]
                fn to_array(self) -> [f32; $n] {
                    self.into()
                }

                #[inline(always)]
                fn mul_add(self, a: Self, b: Self) -> Self {
                    self + a * b
                }

                #[inline(always)]
                fn plus(self, other: Self) -> Self {
                    self + other
                }

                #[inline(always)]
                fn minus(self, other: Self) -> Self {
                    self - other
                }

                #[inline(always)]
                fn larger(self, other: Self) -> Self {
                    // Not `self >= other`: true where other is not a number.
                    let wins = other.simd_gt(self) | other.simd_ne(other);
                    wins.select(other, self)
                }

                #[inline(always)]
                fn equal(self, other: Self, yes: Self, no: Self) -> Self {
                    self.simd_eq(other).select(yes, no)
                }

                #[inline(always)]
                fn nonzero(self) -> u32 {
                    self.simd_ne(0.0).to_bitmask() as u32
                }

                #[inline(always)]
                fn even(self, next: Self) -> Self {
                    self.unzip_low(next)
                }

                #[inline(always)]
                fn odd(self, next: Self) -> Self {
                    self.unzip_high(next)
                }

                #[inline(always)]
                fn zip(self, odd: Self) -> [Self; 2] {
                    [self.zip_low(odd), self.zip_high(odd)]
                }
            }
        };
    }
    vectors!(4, f32x4);
    vectors!(8, f32x8);

    /// The token of vectors of eight.
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    pub type Eight = fearless_simd::Avx2;
    /// Of no use here.
    #[cfg(target_arch = "aarch64")]
    pub type Eight = fearless_simd::Neon;
    /// Of no use here.
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    pub type Eight = fearless_simd::Fallback;

    /// The token of vectors of eight, if the processor has them; found out once per process.
    #[inline(always)]
    pub fn eight() -> Option<Eight> {
        #[cfg(test)]
        if super::NARROW.get() {
            return None;
        }
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        return fearless_simd::Level::new().as_avx2();
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
        None
    }

    /// Lanes of the widest vectors that the processor has.
    pub fn widest() -> usize {
        if eight().is_some() { 8 } else { 4 }
    }

    /// Evaluates an expression with the widest vectors that the processor has; the variable named is
    /// their token. All that the expression calls must be inlined to be compiled for them.
    macro_rules! dispatch {
        ($simd:ident => $call:expr) => {{
            use fearless_simd::{Level, Simd as _};
            use $crate::lanes::{Native, eight};
            match eight() {
                Some(token) => token.vectorize(
                    #[inline(always)]
                    || {
                        let $simd = Native::<_, 8>(token);
                        $call
                    },
                ),
                None => fearless_simd::dispatch!(const { Level::baseline() }, token => {
                    let $simd = Native::<_, 4>(token);
                    $call
                }),
            }
        }};
    }
    pub(crate) use dispatch;
}
pub use imp::*;

#[cfg(test)]
thread_local! {
    /// Whether this thread does without vectors of eight.
    static NARROW: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// What `run` gives with the widest vectors and with vectors of four: the same in WebAssembly and on processors that
/// have no wider ones.
#[cfg(test)]
pub fn wide_and_narrow<T>(mut run: impl FnMut() -> T) -> [T; 2] {
    [false, true].map(|narrow| {
        NARROW.set(narrow);
        let result = run();
        NARROW.set(false);
        result
    })
}
