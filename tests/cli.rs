//! Placeholder.

// native only: build.sh does not run it as WebAssembly
