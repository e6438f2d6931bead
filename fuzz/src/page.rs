//! Pages of the simple API, and the flat form in which the cache keeps them.

use index::Page;

const URL: &str = "http://127.0.0.1/simple/demo/";

/// Takes a page, as JSON, as HTML and in the flat form.
pub fn check(bytes: &[u8]) {
    for content_type in ["application/vnd.pypi.simple.v1+json", "text/html; charset=utf-8", "text/html"] {
        let Ok(page) = Page::parse(URL, content_type, bytes) else { continue };
        assert_eq!(page.url(), URL);
        look_at(&page);
        let again =
            Page::from_bytes(page.to_bytes().expect("it is in memory")).expect("the flat form is one");
        assert_eq!(page, again);
        for (left, right) in page.files().zip(again.files()) {
            assert_eq!((left.filename(), left.url()), (right.filename(), right.url()));
        }
        // Every file is in one run, in the order of the page.
        let positions = page.runs().flat_map(|run| run.positions);
        assert!(positions.eq(page.files().map(index::IndexFile::position)));
        // Links may be repeated, and each of them has the page's address at most once.
        assert!(
            again.to_bytes().map_or(0, |flat| flat.len()) <= 4096 + bytes.len() * 64,
            "{} bytes",
            again.to_bytes().map_or(0, |flat| flat.len())
        );
    }
    if let Some(page) = Page::from_bytes(bytes.to_vec()) {
        look_at(&page);
    }
}

fn look_at(page: &Page) {
    let count = page.files().len();
    for run in page.runs() {
        assert!(run.positions.end as usize <= count);
    }
    for (position, file) in page.files().enumerate() {
        let same = u32::try_from(position).ok().and_then(|position| page.file(position));
        let same = same.expect("the file at its position");
        let (file, same) = (file.to_owned(), same.to_owned());
        assert_eq!(format!("{file:?}"), format!("{same:?}"));
    }
}
