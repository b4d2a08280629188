//! What a flush covers: everything that was complete when the flush began, nothing later.

use alloc::collections::VecDeque;

/// Records in the order of the flushes that divide them. The last is open: it takes what completes now.
#[derive(Clone, Debug)]
pub(crate) struct Generations<T> {
    list: VecDeque<T>,
    /// The number of the first one in the list.
    first: u64,
}

/// What a flush covers, once it completes: everything up to and with this generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed(u64);

impl<T: Default> Generations<T> {
    pub(crate) fn new() -> Self {
        let mut list = VecDeque::new();
        list.push_back(T::default());
        Self { list, first: 0 }
    }

    /// The open generation.
    pub(crate) fn open(&mut self) -> &mut T {
        if self.list.is_empty() {
            self.list.push_back(T::default());
        }
        let last = self.list.len() - 1;
        &mut self.list[last]
    }

    /// Closes the open generation, as a flush begins.
    pub(crate) fn seal(&mut self) -> Sealed {
        self.list.push_back(T::default());
        Sealed(self.first + self.list.len() as u64 - 2)
    }

    /// Drops what a flush covered.
    pub(crate) fn settle(&mut self, sealed: Sealed) {
        while self.first <= sealed.0 && self.list.len() > 1 {
            self.list.pop_front();
            self.first += 1;
        }
    }

    /// Takes what a flush covered, oldest first.
    pub(crate) fn settled(&mut self, sealed: Sealed) -> impl Iterator<Item = T> + '_ {
        core::iter::from_fn(move || {
            if self.first > sealed.0 || self.list.len() < 2 {
                return None;
            }
            self.first += 1;
            self.list.pop_front()
        })
    }

    /// Everything not covered yet, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.list.iter()
    }

    /// Everything not covered yet, oldest first.
    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.list.iter_mut()
    }

    /// Takes everything not covered yet, oldest first, and begins anew.
    pub(crate) fn take(&mut self) -> VecDeque<T> {
        self.first += self.list.len() as u64;
        let taken = core::mem::take(&mut self.list);
        self.list.push_back(T::default());
        taken
    }
}
