//! Changes to bytes whose structure is not looked at.

use mutatis::{Candidates, Context, Mutate, Result};

use super::{below, one_of};

/// Whole numbers at the edges of what lengths and counts may be.
const NUMBERS: [u64; 14] = [0, 1, 2, 7, 8, 127, 255, 256, 65_535, 1 << 31, u32::MAX as u64, 1 << 53, i64::MAX as u64, u64::MAX];
/// f32 that no weight and no loss should be, and some that may be.
const FLOATS: [f32; 8] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN_POSITIVE, -0.0, 1e-45, 1e30];

/// One change of a list of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bytes;

impl Mutate<Vec<u8>> for Bytes {
    fn mutation_count(&self, _: &Vec<u8>, _: bool) -> Option<u32> {
        Some(10)
    }

    fn mutate(&mut self, candidates: &mut Candidates<'_>, bytes: &mut Vec<u8>) -> Result<()> {
        candidates.mutation_group(10, |context, which| {
            change(context, which, bytes);
            Ok(())
        })
    }
}

fn change(context: &mut Context, which: u32, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        bytes.push(context.rng().gen_u8());
        return;
    }
    let at = below(context, bytes.len());
    match which {
        0 => bytes[at] ^= 1 << below(context, 8),
        1 => bytes[at] = context.rng().gen_u8(),
        2 => overwrite(bytes, at, &one_of(context, &NUMBERS).to_le_bytes()[..*one_of_width(context)]),
        3 => overwrite(bytes, at, &one_of(context, &NUMBERS).to_be_bytes()[4..]),
        // Where f32 lie in most files.
        4 => overwrite(bytes, at / 4 * 4, &one_of(context, &FLOATS).to_le_bytes()),
        5 => bytes.truncate(at),
        6 => {
            let count = 1 + below(context, 64);
            bytes.extend((0..count).map(|n| n as u8));
        }
        7 => {
            let end = (at + 1 + below(context, 64)).min(bytes.len());
            bytes.drain(at..end);
        }
        8 => {
            // A piece again, elsewhere: in JSON often an entry that is there twice.
            let end = (at + 1 + below(context, 128)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            let to = below(context, bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        _ => {
            let end = (at + 1 + below(context, 64)).min(bytes.len());
            bytes[at..end].fill(0);
        }
    }
}

fn one_of_width(context: &mut Context) -> &'static usize {
    one_of(context, &[1, 2, 4, 8])
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (byte, new) in bytes.iter_mut().skip(at).zip(with) {
        *byte = *new;
    }
}
