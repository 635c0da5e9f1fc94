//! CubeCL's compiler registers thousands of its parts before `main` (crate `inventory`). A library has no `main`, so the linker has every
//! function that JavaScript may call do it first, each time: seconds a step, of which the kernels took a hundredth. Where a program
//! calls the constructors itself, the linker leaves it to that.

unsafe extern "C" {
    /// Made by the linker.
    safe fn __wasm_call_ctors();
}

/// Runs them, once, before anything else of this bundle does.
pub(crate) fn run() {
    __wasm_call_ctors();
}
