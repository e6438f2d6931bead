//! The room against an index on the loopback address, well-behaved and not.

mod credentials;
mod downloads;
mod local;
mod metadata;
mod pages;
mod tls;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use index::{Index, IndexEvent, IndexFile, IndexSettings, OwnedFile, ProjectPage};
use specifier::ProjectName;

/// Settings for one index, with a single retry so that no test sleeps.
fn settings(index_url: &str) -> IndexSettings {
    IndexSettings {
        index_urls: vec![index_url.to_owned()],
        retries: 1,
        timeout: Some(Duration::from_secs(10)),
        ..IndexSettings::default()
    }
}

fn cached(index_url: &str, cache: &Path) -> IndexSettings {
    IndexSettings { cache: Some(cache.to_owned()), ..settings(index_url) }
}

fn name(project: &str) -> ProjectName {
    ProjectName::new(project).unwrap()
}

fn filenames(page: &ProjectPage) -> Vec<&str> {
    page.files().map(IndexFile::filename).collect()
}

/// The only file of a project.
fn file(index: &Index, project: &str) -> OwnedFile {
    let page = index.project(&name(project));
    assert_eq!(page.files().count(), 1, "{:?}", page.problems());
    page.files().next().unwrap().to_owned()
}

/// Collects what the room says.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<IndexEvent>>>);

impl Events {
    fn listen(&self, settings: IndexSettings) -> IndexSettings {
        let events = Arc::clone(&self.0);
        IndexSettings {
            events: Arc::new(move |event| events.lock().unwrap().push(event.clone())),
            ..settings
        }
    }

    fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(ToString::to_string).collect()
    }

    fn any(&self, what: impl Fn(&IndexEvent) -> bool) -> bool {
        self.0.lock().unwrap().iter().any(what)
    }
}
