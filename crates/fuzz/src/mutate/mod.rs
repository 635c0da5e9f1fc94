//! Changes to valid inputs that keep most of their structure, so that a parser comes further than the first check: of JSON by its nodes
//! ([`json`]), of safetensors files by their tensors ([`tensors`]), of anything by its bytes ([`bytes`]). The choice of a change and all random numbers
//! are `mutatis`'.

pub mod bytes;
pub mod json;
pub mod tensors;

use mutatis::{Candidates, Context, Mutate};

/// A random number below `count`, which must not be 0.
pub(crate) fn below(context: &mut Context, count: usize) -> usize {
    context.rng().gen_index(count).unwrap_or(0)
}

/// One of these.
pub(crate) fn one_of<'a, T>(context: &mut Context, all: &'a [T]) -> &'a T {
    &all[below(context, all.len())]
}

/// A random number below `count`, from a session.
pub fn choose(session: &mut mutatis::Session, count: usize) -> usize {
    let mut chosen = 0;
    // A mutator with one candidate has no other way to fail than that it is asked to shrink.
    let _ = session.mutate_with(&mut Below(count), &mut chosen);
    chosen
}

struct Below(usize);

impl Mutate<usize> for Below {
    fn mutate(&mut self, candidates: &mut Candidates<'_>, value: &mut usize) -> mutatis::Result<()> {
        candidates.mutation(|context| {
            *value = below(context, self.0);
            Ok(())
        })
    }
}
