//! From a request to its answer.

use super::fault::{Delivery, is_logged_in};
use super::http::{Request, Response};
use super::pages::{self, HTML, JSON, PageStyle};
use super::{Content, Shared, Validators};
use crate::digest::hex_sha256;
use crate::wheel::normalised;
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Takes connections, a thread for each, until the index is dropped.
pub(super) fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        // A client that goes away in the middle is no news to a test.
        std::thread::spawn(move || converse(&stream, &shared).ok());
    }
}

fn converse(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(mut request) = Request::read(&mut reader)? {
        if shared.stopped.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut delivery = Delivery::default();
        let mut response = answer(&request, shared);
        for fault in due_faults(&mut shared.content(), &request.path) {
            fault.apply(&request, &mut response, &mut delivery);
        }
        response.negotiate(&request);
        request.status = if delivery.ending.is_some() { 0 } else { response.status };
        shared.requests().push(request.clone());
        if !response.deliver(stream, &request, &delivery)? {
            return Ok(());
        }
    }
    Ok(())
}

/// The faults that act on this request; those with a count have one less afterwards.
fn due_faults(content: &mut Content, path: &str) -> Vec<super::Fault> {
    let mut due = Vec::new();
    for key in ["*", path] {
        for (fault, times) in content.faults.get_mut(key).into_iter().flatten() {
            if *times != Some(0) {
                due.push(fault.clone());
                *times = times.map(|times| times - 1);
            }
        }
    }
    due
}

fn answer(request: &Request, shared: &Shared) -> Response {
    let style = &shared.style;
    if let Some((user, password)) = &style.login
        && !is_logged_in(request, user, password)
    {
        return Response::plain(401).header("WWW-Authenticate", "Basic realm=\"test\"");
    }
    let is_understood = match request.method.as_str() {
        "GET" | "HEAD" => true,
        "POST" => shared.content().resources.contains_key(&request.path),
        _ => false,
    };
    if !is_understood {
        return Response::plain(405);
    }
    let Some((content_type, body)) = find(request, shared) else {
        return moved(&request.path).unwrap_or_else(|| Response::plain(404));
    };
    let etag = format!("\"{}\"", hex_sha256(&body).get(..16).unwrap_or_default());
    let mut response = Response::new(200, &content_type, body);
    if matches!(style.validators, Validators::ETag | Validators::Both) {
        response.etag = Some(etag);
    }
    if matches!(style.validators, Validators::LastModified | Validators::Both) {
        response.last_modified = Some("Mon, 01 Jan 2024 00:00:00 GMT".to_owned());
    }
    response.ranges = style.ranges;
    match &style.cache_control {
        Some(value) => response.header("Cache-Control", value),
        None => response,
    }
}

/// The content type and the bytes at a path.
fn find(request: &Request, shared: &Shared) -> Option<(String, Vec<u8>)> {
    let content = shared.content();
    if let Some(resource) = content.resources.get(&request.path) {
        return Some(resource.clone());
    }
    if let Some(filename) = request.path.strip_prefix("/files/") {
        return file(&content, shared, filename);
    }
    let rest = request.path.strip_prefix("/simple/")?;
    let json = wants_json(request, shared);
    let content_type = if json { JSON } else { HTML };
    let page = if rest.is_empty() {
        let projects: Vec<String> = content.projects.keys().cloned().collect();
        if json { pages::json_projects(&projects) } else { pages::html_projects(&projects) }
    } else {
        let project = rest.strip_suffix('/')?;
        let files: Vec<_> = content.projects.get(project)?.iter().collect();
        let style = PageStyle {
            origin: if shared.style.relative_links { "" } else { &shared.origin },
            metadata_files: shared.style.metadata_files,
            sizes: shared.style.sizes,
        };
        if json {
            pages::json_page(project, &files, &style)
        } else {
            pages::html_page(project, &files, &style)
        }
    };
    Some((content_type.to_owned(), page.into_bytes()))
}

/// A file or, under its name and `.metadata`, its metadata.
fn file(content: &Content, shared: &Shared, name: &str) -> Option<(String, Vec<u8>)> {
    for listed in content.projects.values().flatten() {
        let path = listed.path();
        let own = path.strip_prefix("/files/")?;
        if name == own {
            return Some(("application/octet-stream".to_owned(), listed.package.bytes.clone()));
        }
        if name.strip_suffix(".metadata") == Some(own)
            && shared.style.metadata_files
            && !listed.listing.without_metadata_file
        {
            return Some(("text/plain".to_owned(), listed.package.metadata.clone()?));
        }
    }
    None
}

/// The redirect of real indexes to the normalised name with its slash.
fn moved(path: &str) -> Option<Response> {
    let project = path.strip_prefix("/simple/")?;
    let target = format!("/simple/{}/", normalised(project.trim_end_matches('/')));
    (!project.is_empty() && target != path).then(|| Response::plain(301).header("Location", &target))
}

fn wants_json(request: &Request, shared: &Shared) -> bool {
    let style = &shared.style;
    style.json && (!style.html || request.header("Accept").is_some_and(|accept| accept.contains(JSON)))
}
