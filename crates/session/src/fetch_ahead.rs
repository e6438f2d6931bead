//! Pages and metadata that will probably be needed, asked for before the resolver gets there.
//!
//! Each page names the newest candidate, its metadata names further pages: a handful of threads walk this
//! way at the pace of the network, and the resolver behind them finds its answers ready. As far as pages are remembered
//! from the last time, the whole way is gone before the first answer, so that all are asked for at once. A wrong guess
//! costs a request; nothing depends on it.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, Scope};

use index::{Page, ProjectPage};
use metadata::CoreMetadata;
use resolver::Scout;
use specifier::{ExtraName, ProjectName, Specifiers};

use crate::Session;
use crate::build::Builder;
use crate::fetch::lock;
use crate::source::{is_built, metadata_of};

/// Threads that wait for answers; each costs little more than its stack.
const THREADS: usize = 24;

/// The walk; lives as long as one resolution.
pub(crate) struct FetchAhead<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    shared: Arc<Shared<'env>>,
}

struct Shared<'env> {
    session: &'env Session<'env>,
    scout: Scout,
    installed: &'env HashSet<ProjectName>,
    builder: &'env Builder<'env>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Step>,
    seen: HashSet<(ProjectName, Vec<ExtraName>)>,
    threads: usize,
    idle: usize,
    stopped: bool,
}

/// A project whose page and newest metadata are to be had.
struct Step {
    project: ProjectName,
    extras: Vec<ExtraName>,
    specifiers: Specifiers,
    /// The remembered pages that were followed, all the way to further projects.
    followed: Vec<Arc<Page>>,
}

/// Projects that are named somewhere, with extras and versions.
type Wanted = (ProjectName, Vec<ExtraName>, Specifiers);

impl<'scope, 'env> FetchAhead<'scope, 'env> {
    pub fn new(
        session: &'env Session<'env>,
        scope: &'scope Scope<'scope, 'env>,
        scout: Scout,
        installed: &'env HashSet<ProjectName>,
        builder: &'env Builder<'env>,
    ) -> Self {
        let shared =
            Shared { session, scout, installed, builder, state: Mutex::default(), changed: Condvar::new() };
        Self { scope, shared: Arc::new(shared) }
    }

    /// Starts from these projects; the ones that were started from before are left out.
    pub fn begin(&self, wanted: impl IntoIterator<Item = Wanted>) {
        // From the disk everything comes at once: there is nothing to be ahead of.
        if self.shared.session.index.settings().offline {
            return;
        }
        let added = self.shared.add(wanted.into_iter().collect());
        let mut state = lock(&self.shared.state);
        for _ in 0..added.min(THREADS - state.threads.min(THREADS)) {
            let shared = Arc::clone(&self.shared);
            // Nothing depends on being ahead.
            if thread::Builder::new().spawn_scoped(self.scope, move || shared.work()).is_err() {
                break;
            }
            state.threads += 1;
        }
    }

    /// Ends the threads once their present request is answered.
    pub fn stop(&self) {
        lock(&self.shared.state).stopped = true;
        self.shared.changed.notify_all();
    }
}

impl Drop for FetchAhead<'_, '_> {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared<'_> {
    /// Queues what is new and asks for its pages at once; gives how many there were.
    fn add(&self, mut wanted: Vec<Wanted>) -> usize {
        let mut added = 0;
        while !wanted.is_empty() {
            let mut state = lock(&self.state);
            wanted.retain(|(project, extras, _)| {
                !self.installed.contains(project) && state.seen.insert((project.clone(), extras.clone()))
            });
            drop(state);
            self.session.index.prefetch_projects(wanted.iter().map(|(project, ..)| project));
            added += wanted.len();
            let mut further = Vec::new();
            let mut steps = Vec::with_capacity(wanted.len());
            for (project, extras, specifiers) in wanted {
                let mut step = Step { project, extras, specifiers, followed: Vec::new() };
                further.extend(self.follow_remembered(&mut step).into_iter().flatten());
                steps.push(step);
            }
            lock(&self.state).queue.extend(steps);
            wanted = further;
        }
        self.changed.notify_all();
        added
    }

    fn work(&self) {
        loop {
            let step = {
                let mut state = lock(&self.state);
                loop {
                    if state.stopped {
                        return;
                    }
                    if let Some(step) = state.queue.pop_front() {
                        break step;
                    }
                    state.idle += 1;
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    state.idle -= 1;
                }
            };
            self.follow(&step);
        }
    }

    /// What a project leads to by all that is remembered of it, if that is enough.
    fn follow_remembered(&self, step: &mut Step) -> Option<Vec<Wanted>> {
        let page = Arc::new(self.session.index.remembered(&step.project)?);
        let file = self.scout.likely(&step.project, &page, &step.specifiers)?.file()?.to_owned();
        let bytes = self.session.index.known_metadata(&file)?;
        let metadata = Arc::new(CoreMetadata::parse_shared(bytes).ok()?);
        step.followed = page.pages().to_vec();
        Some(self.named(&metadata, step))
    }

    fn follow(&self, step: &Step) {
        let page = self.session.index.project_in_parts(&step.project);
        if !step.followed.is_empty() && is_same(&page, &step.followed) {
            return;
        }
        let Some(file) = self.scout.likely(&step.project, &page, &step.specifiers) else { return };
        let Some(found) = file.file() else { return };
        let file = found.to_owned();
        let metadata = if is_built(&file) {
            // What the source says of itself; running it is only for what was chosen.
            self.builder.of_file(&file, Some(&step.project)).fetch_ahead(self.session, false)
        } else {
            metadata_of(self.session, &file).ok()
        };
        if let Some(metadata) = metadata {
            self.add(self.named(&metadata, step));
        }
    }

    /// The projects that metadata names.
    fn named(&self, metadata: &Arc<CoreMetadata>, step: &Step) -> Vec<Wanted> {
        let dependencies = self.scout.dependencies(metadata, &step.extras);
        dependencies.into_iter().map(|wanted| (wanted.project, wanted.extras, wanted.specifiers)).collect()
    }
}

/// Whether a project has the very pages that were followed.
fn is_same(page: &ProjectPage, followed: &[Arc<Page>]) -> bool {
    page.pages().len() == followed.len()
        && page.pages().iter().zip(followed).all(|(one, other)| Arc::ptr_eq(one, other))
}
