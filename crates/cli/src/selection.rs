//! From options and the environment to which files of an index may be chosen.

use std::time::{SystemTime, UNIX_EPOCH};

use environment::{Environment, ForeignTarget};
use jiff::{Timestamp, tz::TimeZone};
use options::{List, Switch, Text, UploadedPriorTo};
use resolver::Selection;
use specifier::{Tags, Version};

use crate::context::Context;
use crate::requirements::Requirements;

/// The rules that the options alone set.
pub fn selection_of_options(context: &Context<'_>, environment: &Environment) -> Selection {
    let values = context.values();
    let (tags, python) = interpreter(context, environment);
    Selection {
        tags,
        python,
        formats: values.format_control().clone(),
        releases: values.release_control().clone(),
        prefer_binary: context.is_on(Switch::PreferBinary),
        ignore_requires_python: context.is_on(Switch::IgnoreRequiresPython),
        uploaded_prior_to: values.uploaded_prior_to().map(moment),
    }
}

/// The rules for this environment, as the requirements files have changed them.
pub fn selection(context: &Context<'_>, environment: &Environment, requirements: &Requirements) -> Selection {
    Selection {
        formats: requirements.formats.clone(),
        releases: requirements.releases.clone(),
        prefer_binary: requirements.prefer_binary,
        ..selection_of_options(context, environment)
    }
}

/// The version of the interpreter that is installed for: `--python-version`, which pip fills up with zeros, else that of
/// the environment.
pub fn python(context: &Context<'_>, environment: &Environment) -> Version {
    let (major, minor, micro) = environment.version();
    let given = context.values().python_version().map(|given| {
        let part = |at: usize| given.get(at).copied().unwrap_or(0);
        [part(0), part(1), part(2)]
    });
    Version::new(given.unwrap_or([major, minor, micro].map(u64::from)))
}

/// The tags and the version of the interpreter that files are chosen for: the environment's, or the one that options
/// describe.
fn interpreter(context: &Context<'_>, environment: &Environment) -> (Tags, Version) {
    let target = ForeignTarget {
        version: context.values().python_version(),
        platforms: context.list(List::Platform),
        implementation: context.text(Text::Implementation).filter(|name| !name.is_empty()),
        abis: context.list(List::Abi),
    };
    let tags =
        if target == ForeignTarget::default() { environment.tags() } else { environment.tags_for(&target) };
    (tags, python(context, environment))
}

/// The moment in microseconds since 1970 (UTC); a moment without a zone is one of the local clock.
fn moment(limit: &UploadedPriorTo) -> i64 {
    const DAY: i64 = 86_400 * 1_000_000;
    match *limit {
        UploadedPriorTo::Moment(moment) => moment,
        UploadedPriorTo::DaysAgo(days) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_micros());
            let now = i64::try_from(now).unwrap_or(i64::MAX);
            now.saturating_sub(i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY))
        }
        UploadedPriorTo::Local(moment) => {
            let civil = Timestamp::from_microsecond(moment).map(|stamp| TimeZone::UTC.to_datetime(stamp));
            let zoned = civil.and_then(|civil| TimeZone::system().to_timestamp(civil));
            zoned.map_or(moment, Timestamp::as_microsecond)
        }
    }
}
