//! Files of lock files: the only candidates of their projects, so what is wrong with one is told at once.

use index::{IndexFile, ProjectPage};
use requirement::ARCHIVE_EXTENSIONS;
use specifier::{ProjectName, SdistFilename, WheelFilename};

use crate::error::ResolveError;
use crate::request::Selection;

/// Fails where a page holds a lock file's file, and that cannot be installed here.
///
/// pip passes over such files on an index, and refuses those of a lock (`LinkEvaluator.evaluate_link` has the reasons).
pub(crate) fn check(
    page: &ProjectPage,
    project: &ProjectName,
    selection: &Selection,
) -> Result<(), ResolveError> {
    if !page.is_locked() {
        return Ok(());
    }
    match page.files().next().and_then(|file| Some((file, problem(file, project, selection)?))) {
        None => Ok(()),
        Some((file, reason)) => Err(ResolveError::Locked {
            project: project.clone(),
            comes_from: file.comes_from().to_owned(),
            reason,
        }),
    }
}

fn problem(file: IndexFile<'_>, project: &ProjectName, selection: &Selection) -> Option<String> {
    let name = file.filename();
    let formats = selection.formats.allowed(project);
    let extension = extension(name);
    if extension.is_empty() {
        return Some("not a file".to_owned());
    }
    if !ARCHIVE_EXTENSIONS.contains(&extension.as_str()) {
        return Some(format!("unsupported archive format: {extension}"));
    }
    let is_wheel = extension == ".whl";
    if is_wheel {
        if !formats.wheels {
            return Some(format!("No binaries permitted for {project}"));
        }
        let Ok(wheel) = WheelFilename::parse(name) else {
            return Some("invalid wheel filename".to_owned());
        };
        if wheel.project != *project {
            return Some(format!("wrong project name (not {project})"));
        }
        if !selection.tags.supports(&wheel.tags) {
            let mut tags: Vec<String> = wheel.tags.iter().map(|tag| tag.to_string()).collect();
            tags.sort_unstable();
            return Some(format!(
                "none of the wheel's tags ({}) are compatible (run pip debug --verbose to show compatible tags)",
                tags.join(", ")
            ));
        }
    }
    if let Some(limit) = selection.uploaded_prior_to
        && !file.is_local()
    {
        match file.upload_time() {
            None => {
                return Some(format!("Index {} does not provide upload-time metadata.", file.comes_from()));
            }
            Some(time) if time >= limit => {
                return Some(format!("Upload time {} not prior to {}", utc(time), utc(limit)));
            }
            Some(_) => {}
        }
    }
    if is_wheel {
        return None;
    }
    if !formats.sources {
        return Some(format!("No sources permitted for {project}"));
    }
    let Ok(sdist) = SdistFilename::parse(name, project) else {
        return Some(format!("Missing project version for {project}"));
    };
    let python = format!("{}.{}", selection.python.major(), selection.python.minor());
    sdist.python.is_some_and(|wanted| wanted != python).then(|| "Python version is incorrect".to_owned())
}

/// A moment in microseconds since 1970 as Python writes a `datetime` in UTC.
fn utc(moment: i64) -> String {
    let (days, microseconds) = (moment.div_euclid(86_400_000_000), moment.rem_euclid(86_400_000_000));
    // Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is their last.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:06}") };
    format!(
        "{:04}-{month:02}-{day:02} {:02}:{:02}:{:02}{fraction}+00:00",
        year + era * 400,
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// What follows the last dot, with a `.tar` before it.
fn extension(name: &str) -> String {
    let Some((stem, last)) = name.rsplit_once('.').filter(|(stem, _)| !stem.trim_matches('.').is_empty())
    else {
        return String::new();
    };
    let tar = if stem.to_ascii_lowercase().ends_with(".tar") { ".tar" } else { "" };
    format!("{tar}.{last}").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn moments_as_python_writes_them() {
        // datetime.fromtimestamp(moment / 1e6, timezone.utc)
        for (moment, text) in [
            (0, "1970-01-01 00:00:00+00:00"),
            (1_781_692_266_000_000, "2026-06-17 10:31:06+00:00"),
            (951_782_400_000_001, "2000-02-29 00:00:00.000001+00:00"),
            (-1, "1969-12-31 23:59:59.999999+00:00"),
        ] {
            assert_eq!(utc(moment), text);
        }
    }
}
