//! The known word that is nearest to a mistyped one.

use alloc::vec::Vec;

/// Longer words are not compared: nobody mistypes a word that long.
const LONGEST: usize = 40;

/// The word with the fewest edits to `typed`, if that is few enough to be a slip of the hand: a third of
/// its length or 1, and not all of it. The first of equals wins.
pub(crate) fn nearest<'w>(
    typed: &str,
    words: impl IntoIterator<Item = &'w str>,
) -> Option<&'w str> {
    let length = typed.chars().count();
    if length > LONGEST {
        return None;
    }
    words
        .into_iter()
        .map(|word| (distance(typed, word), word))
        .min_by_key(|(edits, _)| *edits)
        .filter(|(edits, _)| *edits <= (length / 3).max(1) && *edits < length)
        .map(|(_, word)| word)
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other; upper
/// and lower case are the same.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().flat_map(char::to_lowercase).collect();
    let other: Vec<char> = other.chars().flat_map(char::to_lowercase).collect();
    let mut rows: Vec<Vec<usize>> = Vec::with_capacity(one.len() + 1);
    rows.push((0..=other.len()).collect());
    for i in 1..=one.len() {
        let mut row = Vec::with_capacity(other.len() + 1);
        row.push(i);
        for j in 1..=other.len() {
            let substituted = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut best = substituted.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            let swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if swapped {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}
