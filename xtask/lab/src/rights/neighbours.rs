//! Topics beside those of a fleet, which nobody may use.

use std::collections::BTreeSet;

/// Parents, children, siblings and other capitals of known topics, and some that have nothing to do with them; none of the
/// known topics is among them.
pub(super) fn beside(known: &BTreeSet<String>) -> BTreeSet<String> {
    let near = near(known.iter());
    near.difference(known).cloned().chain(["nobody".to_owned(), "/nobody".to_owned()]).collect()
}

/// Parents, children, siblings and other capitals of these topics.
pub(super) fn near<T: AsRef<str>>(topics: impl Iterator<Item = T>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for topic in topics {
        let topic = topic.as_ref();
        found.insert(format!("{topic}/child"));
        found.insert(topic.to_uppercase());
        if let Some((parent, _)) = topic.rsplit_once('/') {
            found.extend([parent.to_owned(), format!("{parent}/sibling")]);
        }
    }
    found.remove("");
    found
}
