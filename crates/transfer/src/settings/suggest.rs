//! The known name that is most like one which is not known.

/// What other programs call a setting, where spelling alone would not find it.
const OTHER_NAMES: [(&str, &str); 8] = [
    ("iterations", "evaluations"),
    ("steps", "evaluations"),
    ("learning.rate", "optimiser.step"),
    ("lr", "optimiser.step"),
    ("denoise", "tv.weight"),
    ("total.variation.weight", "tv.weight"),
    ("resolution", "size"),
    ("image.size", "size"),
];

/// The candidate most similar to `given` (Damerau-Levenshtein over the longer length, case ignored); the first of equals.
/// Empty only if there are no candidates.
pub(super) fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> &'a str {
    let given = start(given);
    best(candidates.into_iter().map(|name| (strsim::normalized_damerau_levenshtein(&given, name), name)))
}

/// The known dotted path most like the unknown dotted path `given`, whichever way its words are joined,
/// or the one that ends in the same word when only the group is missing or wrong.
pub(super) fn nearest_path(given: &str, known: impl IntoIterator<Item = &'static str>) -> &'static str {
    let given = start(given).replace(['_', '-', ' '], ".");
    if let Some((_, path)) = OTHER_NAMES.iter().find(|(name, _)| *name == given) {
        return path;
    }
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    best(known.into_iter().map(|path| {
        let whole = strsim::normalized_damerau_levenshtein(&given, path);
        // A little less than a whole path spelt as well, so that that one wins.
        let end = 0.9 * strsim::normalized_damerau_levenshtein(&last(&given), &last(path));
        (whole.max(end), path)
    }))
}

/// In lower case, and no more of it than any known name has: comparing takes time and memory in proportion.
fn start(given: &str) -> String {
    given.chars().take(40).flat_map(char::to_lowercase).collect()
}

fn best<'a>(scored: impl Iterator<Item = (f64, &'a str)>) -> &'a str {
    scored.fold((f64::NEG_INFINITY, ""), |best, next| if next.0 > best.0 { next } else { best }).1
}
