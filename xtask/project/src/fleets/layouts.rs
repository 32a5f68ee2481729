//! Which layout of a fleet is meant: the one of a name, the first, or all.

use anyhow::{Context, Result, bail};
use fleetwright_generator::Output;
use fleetwright_generator::plan::Plan;

/// The layouts of a fleet, or the one of this name.
///
/// # Errors
///
/// The fleet has no layout of this name.
pub fn layouts<'a>(output: &'a Output, name: Option<&str>) -> Result<Vec<&'a Plan>> {
    let fleet = output.plans.first().map_or("", |plan| plan.source_path.as_str());
    named(fleet, &output.plans, |plan| &plan.layout, name)
}

/// The layout of this name, or the first.
///
/// # Errors
///
/// The fleet has no layout of this name.
pub fn layout<'a>(output: &'a Output, name: Option<&str>) -> Result<&'a Plan> {
    layouts(output, name)?.first().copied().context("the fleet has no layout")
}

/// Of these layouts all, or the one of this name; `fleet` is what the message calls their fleet.
///
/// # Errors
///
/// None has this name; the message lists the names that there are.
pub fn named<'a, L>(fleet: &str, all: &'a [L], name_of: fn(&L) -> &str, name: Option<&str>) -> Result<Vec<&'a L>> {
    let chosen: Vec<&L> = all.iter().filter(|layout| name.is_none_or(|name| name_of(layout) == name)).collect();
    if let (Some(name), true) = (name, chosen.is_empty()) {
        let known: Vec<&str> = all.iter().map(name_of).collect();
        bail!("{fleet} has no layout `{name}`; it has: {}", known.join(", "));
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn an_unknown_layout_is_answered_with_the_known_ones() {
        let all = ["one".to_owned(), "two".to_owned()];
        assert_eq!(named("attic", &all, String::as_str, None).expect("all"), [&all[0], &all[1]]);
        assert_eq!(named("attic", &all, String::as_str, Some("two")).expect("one of them"), [&all[1]]);
        let error = named("attic", &all, String::as_str, Some("three")).expect_err("no such layout");
        assert_eq!(error.to_string(), "attic has no layout `three`; it has: one, two");
    }
}
