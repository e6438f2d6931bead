//! All that a command is asked to have: arguments, requirements files, constraints, and the options that stand in
//! those files and count for the whole run.

use index::{Index, IndexSettings};
use options::{FormatControl, List, ReleaseControl, Switch};
use requirement::{
    FileEntry, FileKind, FileOptionKind, InstallRequirement, Origin, RequirementOptions, parse_argument,
    parse_editable, read_requirements,
};

use crate::context::Context;
use crate::failure::Failure;
use crate::index_settings;

use self::locked::File;

mod declared;
mod locked;

/// What was read, with the options as the files have changed them.
pub struct Requirements {
    /// What is to be installed, in pip's order: arguments, editables, files.
    pub wanted: Vec<InstallRequirement>,
    /// What limits everything, without being installed for its own sake.
    pub constraints: Vec<InstallRequirement>,
    /// Wheels and source distributions, project by project.
    pub formats: FormatControl,
    /// Pre-releases, project by project.
    pub releases: ReleaseControl,
    /// `--prefer-binary`.
    pub prefer_binary: bool,
    /// `--require-hashes`, or switched on by the first requirement with a hash.
    pub require_hashes: bool,
    /// `--use-feature` in the files.
    pub features: Vec<String>,
    /// How everything is asked for; the indexes are not named yet.
    settings: IndexSettings,
    /// What the files say of the indexes.
    indexes: FileIndexes,
}

/// Index options in requirements files: they take the place of those on the command line, or add to them.
#[derive(Default)]
struct FileIndexes {
    /// `--index-url` or `--no-index`: the main indexes from here on.
    replaced: Option<Vec<String>>,
    /// `--extra-index-url`.
    extra: Vec<String>,
}

impl Requirements {
    /// The indexes that options, variables or files name; nothing where the default index is meant.
    pub fn configured_indexes(&self, context: &Context<'_>) -> Vec<String> {
        let mut urls = match &self.indexes.replaced {
            Some(urls) => urls.clone(),
            None => index_settings::configured(context),
        };
        urls.extend(self.indexes.extra.iter().cloned());
        urls
    }

    /// The find-links of options, variables and files.
    pub fn find_links(&self) -> &[String] {
        &self.settings.find_links
    }

    /// The index of this run. Without a configured one the interpreter's pip is asked, which may start Python.
    pub fn index(&self, context: &Context<'_>) -> Result<Index, Failure> {
        let mut urls = match &self.indexes.replaced {
            Some(urls) => urls.clone(),
            None => index_settings::indexes(context)?,
        };
        urls.extend(self.indexes.extra.iter().cloned());
        // The network may have questions, before which must stand what was said; a lost output is noticed at the end.
        let _ = context.console.flush();
        Ok(Index::new(IndexSettings { index_urls: urls, ..self.settings.clone() }))
    }
}

/// Reads the arguments and files of `install` and its relatives.
pub fn collect(context: &Context<'_>) -> Result<Requirements, Failure> {
    let index = context.fetcher();
    let machine = context.machine(&index);
    let values = context.values();
    let mut found = Found {
        settings: index.settings().clone(),
        no_index: context.is_on(Switch::NoIndex),
        indexes: FileIndexes::default(),
        formats: values.format_control().clone(),
        releases: values.release_control().clone(),
        prefer_binary: context.is_on(Switch::PreferBinary),
        require_hashes: context.is_on(Switch::RequireHashes),
        features: Vec::new(),
        wanted: Vec::new(),
        constraints: Vec::new(),
    };
    let options = || RequirementOptions { user_supplied: true, ..RequirementOptions::default() };
    let files = locked::files(context)?;
    for location in context.list(List::Constraint) {
        found.take_file(context, read_requirements(location, FileKind::Constraints, &machine)?)?;
    }
    for argument in context.positionals().iter().filter(|argument| !argument.trim().is_empty()) {
        let parsed = parse_argument(argument, &Origin::CommandLine, options(), &machine)?;
        parsed.warning.iter().for_each(|warning| context.console.warning(warning));
        found.wanted.push(parsed.value);
    }
    found.wanted.extend(declared::groups(context, &machine)?);
    for argument in context.list(List::Editable) {
        found.wanted.push(parse_editable(argument, &Origin::CommandLine, options(), &machine)?);
    }
    for file in files {
        match file {
            File::Requirements(location) => {
                found.take_file(context, read_requirements(location, FileKind::Requirements, &machine)?)?;
            }
            File::Lock(request) => found.take_lock(context, &machine, &request)?,
        }
    }
    found.wanted.extend(declared::script(context, &machine)?);
    options::hash_switches(context.parsed)?;
    if !context.is_on(Switch::NoRequireHashes) {
        let mut given = found.wanted.iter().chain(&found.constraints);
        found.require_hashes |= given.any(|requirement| !requirement.hashes.is_empty());
    }
    Ok(Requirements {
        wanted: found.wanted,
        constraints: found.constraints,
        formats: found.formats,
        releases: found.releases,
        prefer_binary: found.prefer_binary,
        require_hashes: found.require_hashes,
        features: found.features,
        settings: found.settings,
        indexes: found.indexes,
    })
}

struct Found {
    no_index: bool,
    settings: IndexSettings,
    indexes: FileIndexes,
    formats: FormatControl,
    releases: ReleaseControl,
    prefer_binary: bool,
    require_hashes: bool,
    features: Vec<String>,
    wanted: Vec<InstallRequirement>,
    constraints: Vec<InstallRequirement>,
}

impl Found {
    fn take_file(
        &mut self,
        context: &Context<'_>,
        file: requirement::RequirementsFile,
    ) -> Result<(), Failure> {
        file.warnings.iter().for_each(|warning| context.console.warning(warning));
        for entry in file.entries {
            match entry {
                FileEntry::Requirement(requirement) if requirement.constraint => {
                    self.constraints.push(requirement);
                }
                FileEntry::Requirement(requirement) => self.wanted.push(requirement),
                FileEntry::Option(option) => {
                    if let FileOptionKind::TrustedHost(host) = &option.kind {
                        let place = format_args!("line {} of {}", option.line, option.file);
                        let host = options::python_repr(host);
                        context.console.info(format_args!("adding trusted host: {host} (from {place})"));
                    }
                    self.apply(option.kind)?;
                }
            }
        }
        Ok(())
    }

    fn apply(&mut self, option: FileOptionKind) -> Result<(), Failure> {
        match option {
            // Without an index none can be named any more.
            FileOptionKind::IndexUrl(_) | FileOptionKind::ExtraIndexUrl(_) if self.no_index => {}
            FileOptionKind::IndexUrl(url) => {
                self.indexes = FileIndexes { replaced: Some(vec![url]), extra: Vec::new() };
            }
            FileOptionKind::ExtraIndexUrl(url) => self.indexes.extra.push(url),
            FileOptionKind::NoIndex => {
                self.no_index = true;
                self.indexes = FileIndexes { replaced: Some(Vec::new()), extra: Vec::new() }
            }
            FileOptionKind::FindLinks(location) => self.settings.find_links.push(location),
            FileOptionKind::TrustedHost(host) => self.settings.trusted_hosts.push(host),
            FileOptionKind::NoBinary(names) => self.formats.no_binary(&names)?,
            FileOptionKind::OnlyBinary(names) => self.formats.only_binary(&names)?,
            FileOptionKind::PreferBinary => self.prefer_binary = true,
            FileOptionKind::RequireHashes => self.require_hashes = true,
            FileOptionKind::NoRequireHashes => self.require_hashes = false,
            FileOptionKind::Pre => self.releases.allow_all(),
            FileOptionKind::AllReleases(names) => self.releases.all_releases(&names)?,
            FileOptionKind::OnlyFinal(names) => self.releases.only_final(&names)?,
            FileOptionKind::UseFeature(feature) => self.features.push(feature),
        }
        Ok(())
    }
}
