//! Suggestions for unknown names: the most similar known one.

/// Names of settings in other programs that are not similar in spelling.
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

/// The candidate most similar to `given` (Damerau-Levenshtein distance over the longer length, case ignored); the first of equals.
/// Empty only if there are no candidates.
pub(super) fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> &'a str {
    let given = start(given);
    best(candidates.into_iter().map(|name| (strsim::normalized_damerau_levenshtein(&given, name), name)))
}

/// The known dotted path most similar to the unknown path `given`, whichever way its words are joined,
/// or the one with the same last word when only the section is missing or wrong.
pub(super) fn nearest_path(given: &str, known: impl IntoIterator<Item = &'static str>) -> &'static str {
    let given = start(given).replace(['_', '-', ' '], ".");
    if let Some((_, path)) = OTHER_NAMES.iter().find(|(name, _)| *name == given) {
        return path;
    }
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    best(known.into_iter().map(|path| {
        let whole = strsim::normalized_damerau_levenshtein(&given, path);
        // A match of the whole path has precedence.
        let end = 0.9 * strsim::normalized_damerau_levenshtein(&last(&given), &last(path));
        (whole.max(end), path)
    }))
}

/// In lower case, cut to the length of the longest known names: time and memory of a comparison grow with the length.
fn start(given: &str) -> String {
    given.chars().take(40).flat_map(char::to_lowercase).collect()
}

fn best<'a>(scored: impl Iterator<Item = (f64, &'a str)>) -> &'a str {
    scored.fold((f64::NEG_INFINITY, ""), |best, next| if next.0 > best.0 { next } else { best }).1
}
