//! The heap, which ends the machine with a word when it is used up.

use core::alloc::{GlobalAlloc, Layout};

use embedded_alloc::TlsfHeap;
use raid10_replayer::Exit;

/// A heap in a range of memory that nothing else uses.
pub(crate) struct Heap(TlsfHeap);

impl Heap {
    /// A heap without memory.
    pub(crate) const fn new() -> Self {
        Self(TlsfHeap::empty())
    }

    /// Gives the heap its memory.
    ///
    /// # Safety
    ///
    /// `start` to `start + size` must be memory that nothing else uses. To be called once, before the first
    /// allocation.
    #[expect(unsafe_code, reason = "only the board knows which memory is free")]
    pub(crate) unsafe fn take(&self, start: usize, size: usize) {
        // SAFETY: the caller's word.
        unsafe { self.0.init(start, size) }
    }
}

#[expect(unsafe_code, reason = "the trait is unsafe; all of it is handed through")]
// SAFETY: the inner heap's word; a null pointer never leaves `alloc`.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's word.
        let memory = unsafe { self.0.alloc(layout) };
        if memory.is_null() {
            semihosting::eprintln!("the vector does not fit: no {} bytes are left", layout.size());
            semihosting::process::exit(i32::from(Exit::DoesNotFit.code()));
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's word.
        unsafe { self.0.dealloc(memory, layout) }
    }
}
