//! `check`: whether what is installed fits together and suits this machine.

use std::collections::HashSet;

use metadata::WheelInfo;
use session::PackageSet;
use specifier::WheelTags;

use crate::context::Context;
use crate::failure::Failure;

/// Runs the command.
pub fn run(context: &Context) -> Result<u8, Failure> {
    let console = context.console;
    let environment = context.environment()?;
    let which = environment::Which { skip_standard_library: false, ..environment::Which::default() };
    let installed = context.installed(environment, &which)?;
    let (set, unusable) = PackageSet::of_installed(&installed.distributions, &environment.markers());
    unusable.iter().for_each(|problem| console.warning(problem));

    let problems = set.problems();
    for problem in &problems {
        let (project, version, requirement) = (&problem.project, &problem.version, &problem.requirement);
        match &problem.found {
            None => console.info(format_args!(
                "{project} {version} requires {}, which is not installed.",
                requirement.project
            )),
            Some(found) => console.info(format_args!(
                "{project} {version} has requirement {requirement}, but you have {} {found}.",
                requirement.project
            )),
        }
    }

    let supported = environment.tags();
    let mut unsupported = false;
    let mut seen = HashSet::new();
    for distribution in &installed.distributions {
        let Some(info) = distribution.read("WHEEL").and_then(|bytes| WheelInfo::parse(&bytes).ok()) else {
            continue;
        };
        let fits = info
            .tags
            .iter()
            .filter_map(|tag| WheelTags::parse(tag).ok())
            .any(|tags| supported.supports(&tags));
        if !fits && seen.insert(&distribution.project) {
            unsupported = true;
            let (name, version) = (distribution.name(), distribution.version());
            console.info(format_args!("{name} {version} is not supported on this platform"));
        }
    }
    if problems.is_empty() && unusable.is_empty() && !unsupported {
        console.info("No broken requirements found.");
        return Ok(0);
    }
    Ok(1)
}
