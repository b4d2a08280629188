//! What the parsers of one line share.

use alloc::vec::Vec;
use core::cell::RefCell;

use super::flaw::Flaw;
use crate::scope::Scope;
use crate::script::ActionRef;

/// A moment named by an action, and where.
pub(crate) struct Reference {
    /// Bytes from the place to the end of the line.
    pub(crate) rest: usize,
    /// Bytes of the name.
    pub(crate) length: usize,
    /// The action.
    pub(crate) action: ActionRef,
}

/// What is declared, and what was found wrong in a line without ending it.
pub(crate) struct Context<'s> {
    /// What is declared.
    pub(crate) scope: &'s Scope,
    flaws: RefCell<Vec<Flaw>>,
    references: RefCell<Vec<Reference>>,
}

impl<'s> Context<'s> {
    /// For a line.
    pub(crate) const fn new(scope: &'s Scope) -> Self {
        Self { scope, flaws: RefCell::new(Vec::new()), references: RefCell::new(Vec::new()) }
    }

    /// Reports a mistake and lets the line go on. Never from within an alternative that may be dropped.
    pub(crate) fn report(&self, flaw: Flaw) {
        self.flaws.borrow_mut().push(flaw);
    }

    /// How many mistakes were reported. What follows from one that was just reported is not worth a report.
    pub(crate) fn reported(&self) -> usize {
        self.flaws.borrow().len()
    }

    /// Notes a moment named by an action.
    pub(crate) fn refer(&self, input: &str, length: usize, action: ActionRef) {
        self.references.borrow_mut().push(Reference { rest: input.len(), length, action });
    }

    /// What was found.
    pub(crate) fn finish(self) -> (Vec<Flaw>, Vec<Reference>) {
        (self.flaws.into_inner(), self.references.into_inner())
    }
}
