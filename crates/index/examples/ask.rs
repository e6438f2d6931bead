//! Asks an index by hand and times it: `ask INDEX-URL pages|metadata|closure|download PROJECT...`.
//!
//! `CACHE` names a cache folder, `BUNDLE` a certificate bundle; both may be left out. `closure` follows the plain
//! dependencies of the newest wheels, without any resolving.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use index::{DownloadRequest, Index, IndexEvent, IndexSettings, OwnedFile};
use specifier::{ProjectName, WheelFilename};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(what)) = (arguments.next(), arguments.next()) else {
        println!("usage: ask INDEX-URL pages|metadata|closure|download PROJECT...");
        return;
    };
    let projects: Vec<_> = arguments.filter_map(|name| ProjectName::new(&name).ok()).collect();
    let mut settings = IndexSettings {
        index_urls: vec![url],
        cache: std::env::var_os("CACHE").map(Into::into),
        offline: std::env::var_os("OFFLINE").is_some(),
        timeout: Some(Duration::from_secs(60)),
        events: Arc::new(|event| {
            if !matches!(event, IndexEvent::GettingPage { .. }) {
                println!("{:?}: {event}", event.level());
            }
        }),
        ..IndexSettings::default()
    };
    settings.certificates.bundle = std::env::var_os("BUNDLE").map(Into::into);
    let start = Instant::now();
    let index = Index::new(settings);
    let seen = match what.as_str() {
        "closure" => closure(&index, projects),
        _ => projects,
    };
    index.prefetch_projects(&seen);
    let (mut count, mut newest_files) = (0, Vec::new());
    for project in &seen {
        let page = index.project(project);
        count += page.files().count();
        for problem in page.problems() {
            println!("{problem}");
        }
        newest_files.extend(newest(&index, project));
    }
    println!("{} projects, {count} files: {:?}", seen.len(), start.elapsed());
    if what != "pages" {
        index.prefetch_metadata(&newest_files);
        let bytes: usize =
            newest_files.iter().map(|file| index.metadata(file).map_or(0, |bytes| bytes.len())).sum();
        println!("{} metadata, {bytes} bytes: {:?}", newest_files.len(), start.elapsed());
    }
    if what == "download" || what == "closure" {
        download(&index, &newest_files);
        println!("all: {:?}", start.elapsed());
    }
}

/// The newest wheel that any `CPython` 3.12 on Linux could take.
fn newest(index: &Index, project: &ProjectName) -> Option<OwnedFile> {
    let page = index.project(project);
    let wheels = page.files().filter(|file| file.yanked().is_none()).filter_map(|file| {
        let name = file.filename();
        let fits = name.ends_with("-none-any.whl")
            || ((name.contains("-cp312-cp312-") || name.contains("-abi3-"))
                && name.contains("manylinux")
                && name.contains("x86_64"));
        let parsed = fits.then(|| WheelFilename::parse(name).ok()).flatten()?;
        (parsed.project == *project && !parsed.version.is_prerelease()).then_some((parsed.version, file))
    });
    wheels.max_by(|(a, _), (b, _)| a.cmp(b)).map(|(_, file)| file.to_owned())
}

fn closure(index: &Index, projects: Vec<ProjectName>) -> Vec<ProjectName> {
    let mut seen: HashSet<_> = projects.iter().cloned().collect();
    let mut level = projects.clone();
    let mut all = projects;
    while !level.is_empty() {
        index.prefetch_projects(&level);
        let files: Vec<_> = level.iter().filter_map(|project| newest(index, project)).collect();
        index.prefetch_metadata(&files);
        level = Vec::new();
        for file in &files {
            let Ok(metadata) = index.metadata(file) else { continue };
            for line in String::from_utf8_lossy(&metadata).lines() {
                let Some(requirement) = line.strip_prefix("Requires-Dist: ") else { continue };
                if requirement.contains("extra ==")
                    || requirement.contains("sys_platform")
                    || requirement.contains("platform_system")
                {
                    continue;
                }
                let name =
                    requirement.split(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).next();
                let Some(project) = name.and_then(|name| ProjectName::new(name).ok()) else { continue };
                if seen.insert(project.clone()) {
                    level.push(project.clone());
                    all.push(project);
                }
            }
        }
    }
    all
}

fn download(index: &Index, files: &[OwnedFile]) {
    let start = Instant::now();
    let requests = files.iter().map(|file| DownloadRequest {
        file: file.clone(),
        expected: file.hashes.clone(),
        folder: std::env::temp_dir(),
        memory_limit: 16 << 20,
        progress: None,
    });
    let downloads = index.downloads(requests.collect());
    let mut bytes = 0;
    while let Some((position, download)) = downloads.next() {
        match download {
            Ok(download) => bytes += download.size,
            Err(error) => println!("{}: {error}", files[position].filename),
        }
    }
    println!("{} files, {bytes} bytes: {:?}", files.len(), start.elapsed());
}
