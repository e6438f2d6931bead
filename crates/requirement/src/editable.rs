//! Editable requirements: `-e path`, `-e path[extra]`, `-e vcs+url`, `-e "name @ url"`.

use specifier::Requirement;

use crate::argument::{absolute, assemble, parse_extras, strip_extras};
use crate::error::RequirementError;
use crate::install_requirement::{InstallRequirement, Origin, RequirementOptions, RequirementSource};
use crate::link::{Link, UrlParts};
use crate::surroundings::{PathKind, Surroundings};

/// Parses the value of `-e`.
///
/// Fails, in pip's words, on what is neither a folder nor a version-control URL, and on a
/// version-control URL without a name.
pub fn parse_editable(
    text: &str,
    origin: &Origin,
    options: RequirementOptions,
    surroundings: &dyn Surroundings,
) -> Result<InstallRequirement, RequirementError> {
    if options.constraint {
        return Err(RequirementError::EditableConstraint);
    }
    let (requirement, link, extras) = match Requirement::parse(text) {
        Ok(Requirement { url: Some(url), name, marker, extras, .. }) => {
            let mut requirement = Requirement::new(&name);
            requirement.marker = marker;
            (Some(requirement), Link::new(url), extras)
        }
        _ => parse_path_or_url(text, origin, surroundings)?,
    };
    if !link.is_vcs() && !link.is_file() {
        return Err(RequirementError::NotEditable { text: text.to_owned() });
    }
    if requirement.is_none() && !link.is_file() {
        return Err(RequirementError::UnnamedEditable(text.to_owned()));
    }
    let marker = requirement.as_ref().and_then(|requirement| requirement.marker.clone());
    let source = RequirementSource::of(link, true, surroundings)?;
    Ok(assemble(requirement, source, extras, marker, origin, options))
}

type Editable = (Option<Requirement>, Link, Vec<specifier::ExtraName>);

fn parse_path_or_url(
    text: &str,
    origin: &Origin,
    surroundings: &dyn Surroundings,
) -> Result<Editable, RequirementError> {
    let named = |link: &Link| -> Result<Option<Requirement>, RequirementError> {
        Ok(link.egg()?.map(Requirement::new))
    };
    let (path, written_extras) = strip_extras(text);
    let absolute_path = absolute(surroundings.working_directory(), path);
    let link = if matches!(surroundings.path_kind(&absolute_path), PathKind::Directory { .. }) {
        Some(Link::from_path(&absolute_path))
    } else {
        path.get(..5).filter(|start| start.eq_ignore_ascii_case("file:")).map(|_| Link::new(path))
    };
    if let Some(link) = link {
        return Ok((named(&link)?, link, parse_extras(written_extras, origin)?));
    }
    // `git:...` without its transport is tried as `git+git:...`.
    let scheme = UrlParts::of(text).scheme.to_ascii_lowercase();
    let link = match scheme.as_str() {
        "bzr" | "git" | "hg" | "svn" => Link::new(format!("{scheme}+{text}")),
        _ => Link::new(text),
    };
    Ok((named(&link)?, link, Vec::new()))
}
