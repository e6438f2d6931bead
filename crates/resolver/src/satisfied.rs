//! The fast way: everything that is asked for is installed already.
//!
//! Walks installed metadata only, in the order in which pip looks at packages, and so finds the lines that
//! pip prints. As soon as anything is missing the full resolution has to take over.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use specifier::{ExtraName, Operator, ProjectName, Requirement, Specifiers, Version};

use crate::distribution::Distribution;
use crate::edge::Reason;
use crate::error::ResolveWarning;
use crate::request::{Request, Upgrade};
use crate::resolution::{AlreadySatisfied, chain};
use crate::source::InstalledDistribution;
use crate::universe::pins;

/// Everything is installed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Satisfied {
    /// pip's lines, in its order.
    pub lines: Vec<AlreadySatisfied>,
    /// What to tell the user besides.
    pub warnings: Vec<ResolveWarning>,
}

/// Whether everything that is asked for, with all it depends on, is installed already.
///
/// Asks for no page and no metadata but that of installed distributions. Nothing if anything is missing,
/// is to be upgraded or installed again, has an address of its own, or cannot be judged here: then
/// [`resolve`](crate::resolve) has to tell.
pub fn satisfied(request: &Request<'_>) -> Option<Satisfied> {
    let touches_installed =
        request.force_reinstall || request.ignore_installed || request.upgrade != Upgrade::No;
    let has_address = |r: &requirement::InstallRequirement| r.link().is_some() || r.project().is_none();
    if touches_installed
        || request.requirements.iter().any(has_address)
        || request.constraints.iter().any(|c| has_address(c) || c.constraint_problem().is_some())
    {
        return None;
    }
    let mut walk = Walk::new(request);
    walk.add_user_requirements()?;
    while let Some(next) = walk.next() {
        walk.follow(next)?;
    }
    Some(walk.satisfied)
}

/// A project with a set of extras: what pip's resolver looks at one by one.
type Identifier = (ProjectName, Vec<ExtraName>);

struct Walk<'a> {
    request: &'a Request<'a>,
    constraints: HashMap<ProjectName, Specifiers>,
    found: HashMap<ProjectName, Option<Rc<Found>>>,
    /// By number; what was followed stays.
    goals: Vec<Goal>,
    numbers: HashMap<Identifier, usize>,
    satisfied: Satisfied,
}

/// An installed distribution, understood.
struct Found {
    installed: InstalledDistribution,
    version: Version,
    distribution: Distribution,
    /// How what it depends on tells where it comes from.
    path: std::cell::OnceCell<String>,
}

struct Goal {
    identifier: Identifier,
    /// How what the extras depend on tells where it comes from.
    path: String,
    is_followed: bool,
    preference: Preference,
}

/// pip's preference: the least is looked at next.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    is_not_tied: bool,
    is_not_pinned: bool,
    has_no_upper_bound: bool,
    user_order: usize,
    has_no_specifier: bool,
    name: String,
}

impl<'a> Walk<'a> {
    fn new(request: &'a Request<'a>) -> Self {
        let mut constraints: HashMap<ProjectName, Specifiers> = HashMap::new();
        for constraint in request.constraints.iter().filter(|c| c.matches(request.markers, &[])) {
            if let (Some(project), Some(specifiers)) = (constraint.project(), constraint.specifiers()) {
                let known = constraints.entry(project.clone()).or_default();
                *known = known.intersection(specifiers);
            }
        }
        Self {
            request,
            constraints,
            found: HashMap::new(),
            goals: Vec::new(),
            numbers: HashMap::new(),
            satisfied: Satisfied::default(),
        }
    }

    fn add_user_requirements(&mut self) -> Option<()> {
        let request = self.request;
        let mut with_extras = Vec::new();
        for (number, root) in request.requirements.iter().enumerate() {
            let requirement = root.requirement.as_ref()?;
            if !root.matches(request.markers, &[]) {
                if let Some(marker) = &root.marker {
                    let (name, marker) = (requirement.name.clone(), marker.to_string());
                    self.satisfied.warnings.push(ResolveWarning::MarkerDoesNotMatch { name, marker });
                }
                continue;
            }
            let mut requirement = requirement.clone();
            requirement.extras.clone_from(&root.extras);
            let ask = Ask::new(Arc::new(requirement), root.origin.text(), Some(number));
            // What asks for extras comes last, but for the part that asks for the project itself.
            if ask.has_extras() {
                if ask.splits() {
                    self.add(&ask.without_extras())?;
                }
                with_extras.push(ask);
            } else {
                self.add(&ask)?;
            }
        }
        for ask in with_extras {
            self.add(&ask)?;
        }
        Some(())
    }

    /// The goal that pip would look at next.
    fn next(&self) -> Option<usize> {
        let open = self.goals.iter().enumerate().filter(|(_, goal)| !goal.is_followed);
        open.min_by(|(_, one), (_, other)| one.preference.cmp(&other.preference)).map(|(number, _)| number)
    }

    /// Adds what a goal depends on.
    fn follow(&mut self, number: usize) -> Option<()> {
        let goal = self.goals.get_mut(number)?;
        goal.is_followed = true;
        let ((project, extras), path) = (goal.identifier.clone(), goal.path.clone());
        let found = self.find(&project)?;
        if extras.is_empty() {
            if self.request.no_deps {
                return Some(());
            }
            let path = found.path.get().cloned();
            for requirement in found.distribution.dependencies() {
                self.add_dependency(requirement, path.as_deref())?;
            }
            return Some(());
        }
        self.tie(&project);
        if self.request.no_deps {
            return Some(());
        }
        for extra in extras.iter().filter(|extra| !found.distribution.has_extra(extra)) {
            let warning = ResolveWarning::UnknownExtra {
                project: project.clone(),
                version: found.version.to_string(),
                extra: extra.to_string(),
            };
            self.satisfied.warnings.push(warning);
        }
        let markers = self.request.markers;
        for requirement in found.distribution.all_dependencies(&extras, markers) {
            self.add_dependency(requirement, Some(&path))?;
        }
        Some(())
    }

    fn add_dependency(&mut self, requirement: &Arc<Requirement>, path: Option<&str>) -> Option<()> {
        if requirement.url.is_some() {
            return None;
        }
        let ask = Ask::new(Arc::clone(requirement), path.map(str::to_owned), None);
        if ask.splits() {
            self.add(&ask.without_extras())?;
        }
        self.add(&ask)
    }

    /// Adds a requirement; nothing if what is installed does not satisfy it.
    fn add(&mut self, ask: &Ask) -> Option<()> {
        let requirement = &ask.requirement;
        let found = self.find(&requirement.project)?;
        if !requirement.specifiers.contains(&found.version) {
            return None;
        }
        if found.path.get().is_none() {
            let text = Reason::Dependency(Arc::clone(requirement)).text(ask.drops_extras, &[]);
            let _ = found.path.set(chain(&text, ask.comes_from.as_deref()));
            self.satisfied.lines.push(AlreadySatisfied {
                project: requirement.project.clone(),
                requirement: text,
                location: found.installed.location.clone(),
                comes_from: ask.comes_from.clone(),
                version: found.version.to_string(),
            });
        }
        let mut extras = if ask.drops_extras { Vec::new() } else { requirement.extras.clone() };
        extras.sort_unstable();
        let is_tied = !extras.is_empty() && self.is_tied(&requirement.project);
        // A further extra of a project that was looked at counts as asked for by the first. Without extras nobody asks.
        let path = match found.path.get() {
            _ if extras.is_empty() => String::new(),
            Some(path) if is_tied => path.clone(),
            _ => ask.path(),
        };
        let preference = self.goal((requirement.project.clone(), extras), path);
        let specifiers = &requirement.specifiers;
        preference.is_not_pinned &= !pins(specifiers);
        preference.has_no_upper_bound &= !has_upper_bound(specifiers);
        preference.has_no_specifier &= specifiers.is_empty();
        if let Some(order) = ask.user_order.filter(|_| ask.counts_for_order()) {
            preference.user_order = preference.user_order.min(order);
        }
        Some(())
    }

    fn is_tied(&self, project: &ProjectName) -> bool {
        let number = self.numbers.get(&(project.clone(), Vec::new()));
        number.and_then(|number| self.goals.get(*number)).is_some_and(|goal| !goal.preference.is_not_tied)
    }

    /// An extra belongs to its project, which is looked at next.
    fn tie(&mut self, project: &ProjectName) {
        self.goal((project.clone(), Vec::new()), String::new()).is_not_tied = false;
    }

    fn goal(&mut self, identifier: Identifier, path: String) -> &mut Preference {
        let number = *self.numbers.entry(identifier).or_insert_with_key(|identifier| {
            let extras: Vec<&str> = identifier.1.iter().map(ExtraName::as_str).collect();
            let name = match extras.as_slice() {
                [] => identifier.0.to_string(),
                extras => format!("{}[{}]", identifier.0, extras.join(",")),
            };
            self.goals.push(Goal {
                identifier: identifier.clone(),
                path,
                is_followed: false,
                preference: Preference {
                    is_not_tied: true,
                    is_not_pinned: true,
                    has_no_upper_bound: true,
                    user_order: usize::MAX,
                    has_no_specifier: true,
                    name,
                },
            });
            self.goals.len() - 1
        });
        &mut self.goals[number].preference
    }

    /// The installed distribution of a project, if it satisfies the constraints and can be understood.
    fn find(&mut self, project: &ProjectName) -> Option<Rc<Found>> {
        if let Some(known) = self.found.get(project) {
            return known.clone();
        }
        let found = self.read(project).map(Rc::new);
        self.found.insert(project.clone(), found.clone());
        found
    }

    fn read(&self, project: &ProjectName) -> Option<Found> {
        let installed = self.request.installed.find(project)?;
        let version = Version::parse(&installed.version).ok()?;
        if self.constraints.get(project).is_some_and(|specifiers| !specifiers.contains(&version)) {
            return None;
        }
        let (metadata, markers) = (Arc::clone(&installed.metadata), self.request.markers);
        let distribution = Distribution::read_once(metadata, markers).ok()?;
        Some(Found { installed, version, distribution, path: std::cell::OnceCell::new() })
    }
}

/// A requirement, and where it comes from.
struct Ask {
    requirement: Arc<Requirement>,
    comes_from: Option<String>,
    user_order: Option<usize>,
    /// It is the part that asks for the project itself.
    drops_extras: bool,
}

impl Ask {
    fn new(requirement: Arc<Requirement>, comes_from: Option<String>, user_order: Option<usize>) -> Self {
        Self { requirement, comes_from, user_order, drops_extras: false }
    }

    fn has_extras(&self) -> bool {
        !self.requirement.extras.is_empty()
    }

    /// Whether pip makes two of it: one for the versions, one for the extras.
    fn splits(&self) -> bool {
        self.has_extras() && !self.requirement.specifiers.is_empty()
    }

    /// The user's order counts for the first of the two only.
    fn counts_for_order(&self) -> bool {
        self.drops_extras || !self.splits()
    }

    fn without_extras(&self) -> Self {
        Self {
            requirement: Arc::clone(&self.requirement),
            comes_from: Some(self.path()),
            user_order: self.user_order,
            drops_extras: true,
        }
    }

    /// How what the extras depend on tells where it comes from.
    fn path(&self) -> String {
        chain(&Reason::Dependency(Arc::clone(&self.requirement)).full_text(&[]), self.comes_from.as_deref())
    }
}

/// What pip takes for an upper bound when it orders packages.
fn has_upper_bound(specifiers: &Specifiers) -> bool {
    specifiers.iter().any(|specifier| match specifier.operator() {
        Operator::Less | Operator::LessEqual | Operator::Compatible => true,
        Operator::Equal => specifier.is_wildcard(),
        _ => false,
    })
}
