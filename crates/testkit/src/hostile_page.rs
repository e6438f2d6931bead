//! Pages of a project `demo` that no honest index serves. None of them offers a file that could be installed, unless its
//! name says so.

use crate::digest::hex_sha256;
use crate::{PackageFile, gzip};
use std::fmt::Write as _;

const JSON: &str = "application/vnd.pypi.simple.v1+json";
const HTML: &str = "text/html";
/// More than any stack holds.
const DEEP: usize = 200_000;
/// The content of the bomb: a gigabyte, of pieces that unpack to so many bytes each.
const ZEROS: usize = 16 << 20;

/// The body of a page, and what is special about it.
#[derive(Clone, Debug)]
pub struct HostilePage {
    /// What is special, in a few words.
    pub name: &'static str,
    /// What the server calls it.
    pub content_type: &'static str,
    /// Its `Content-Encoding`.
    pub encoding: Option<&'static str>,
    /// The body.
    pub body: Vec<u8>,
}

/// All of them. `file` is offered by those that say so, at `url`.
pub fn hostile_pages(file: &PackageFile, url: &str) -> Vec<HostilePage> {
    let page = |name, content_type, body: Vec<u8>| HostilePage { name, content_type, encoding: None, body };
    let html = |name, body: String| page(name, HTML, body.into_bytes());
    let json = |name, body: String| page(name, JSON, body.into_bytes());
    let packed = |name, body| HostilePage { encoding: Some("gzip"), ..page(name, HTML, body) };
    let image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe<a href='".to_vec();
    let link = format!("<a href='{url}#sha256={}'>demo</a>", file.sha256());
    let mut many = String::new();
    for number in 0..100_000 {
        let digest = hex_sha256(format!("{number}").as_bytes());
        let _ = writeln!(many, "<a href='/files/demo-0.{number}.tar.gz#sha256={digest}'>demo</a>");
    }
    let unknown = |inside: &str| format!("{{\"x\": {inside}, \"files\": []}}");
    vec![
        page("type: an image", "image/png", image.clone()),
        page("type: an image that is called a page", HTML, image),
        page("type: nothing at all", HTML, Vec::new()),
        json("type: HTML that is called JSON", link.clone()),
        html("type: JSON that is called HTML", "{\"files\": []}".to_owned()),
        json("json: empty", String::new()),
        json("json: cut", "{\"files\": [{\"filename\": \"demo-1.0-py3-none-any.whl\", ".to_owned()),
        json("json: no object", "[]".to_owned()),
        json("json: no files", "{\"meta\": {}}".to_owned()),
        json("json: files of another kind", "{\"files\": 1e999}".to_owned()),
        json("json: a file of another kind", "{\"files\": [null, 7, [[]]]}".to_owned()),
        json("json: a deep list", unknown(&format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP)))),
        json("json: deep objects", "{\"files\": [".to_owned() + &"{\"hashes\": ".repeat(DEEP)),
        page("json: not UTF-8", JSON, b"{\"files\": [{\"url\": \"\xff\xfe\"}]}".to_vec()),
        html("html: nothing but brackets", "<".repeat(DEEP)),
        html("html: a quote without an end", "<a href='demo-1.0.tar.gz".to_owned() + &"x".repeat(DEEP)),
        html("html: a comment without an end", format!("<!-- {link}")),
        html("html: a script", format!("<script>{link}</script>")),
        html("html: deep, with a file", format!("{}{link}", "<div>".repeat(DEEP))),
        html(
            "html: a hundred thousand attributes, with a file",
            format!("<a {}>{link}", "a=b ".repeat(DEEP)),
        ),
        html("html: a hundred thousand links, with a file", format!("{many}{link}")),
        packed("gzip: with a file", gzip(link.as_bytes())),
        packed("gzip: not packed", link.clone().into_bytes()),
        packed("gzip: cut", gzip(link.as_bytes()).split_at(30).0.to_vec()),
        packed("gzip: a gigabyte in pieces", gzip(&vec![0; ZEROS]).repeat(64)),
        packed("gzip: a gigabyte in one piece", claims_size(gzip(&vec![b' '; ZEROS]).repeat(64), 1 << 30)),
        packed("gzip: a few bytes more than announced", claims_size(gzip(&vec![b' '; 1 << 20]), 100)),
    ]
}

/// Says in the last four bytes of a gzip stream that the content is so long.
fn claims_size(mut stream: Vec<u8>, size: u32) -> Vec<u8> {
    stream.truncate(stream.len().saturating_sub(4));
    stream.extend(size.to_le_bytes());
    stream
}
