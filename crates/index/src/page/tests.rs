use super::*;

const URL: &str = "https://index.test/simple/demo/";

fn json(body: &str) -> Page {
    parse(body.as_bytes(), PageFormat::Json, "application/vnd.pypi.simple.v1+json", URL)
        .unwrap()
        .finish(None, None, 0)
}

fn html(body: &str) -> Page {
    parse(body.as_bytes(), PageFormat::Html, "text/html", URL).unwrap().finish(None, None, 0)
}

fn filenames(page: &Page) -> Vec<&str> {
    page.files().map(IndexFile::filename).collect()
}

/// A page with everything in it, in the compact spelling of servers or with spaces.
fn full_json() -> String {
    let hex = "ab".repeat(32);
    format!(
        r#"{{"meta":{{"api-version":"1.1"}},"name":"demo","files":[
        {{"core-metadata":{{"sha256":"{hex}"}},"filename":"x","hashes":{{"sha256":"{hex}","md5":"ff"}},
          "provenance":null,"requires-python":">=3.8","size":123,"upload-time":"1970-01-01T00:00:01.5Z",
          "url":"https://files.test/a/demo-1.0-py3-none-any.whl","yanked":false}},
        {{"url":"../../files/demo-1.0.tar.gz","hashes":{{}},"yanked":"bro\"ken","requires-python":null,
          "dist-info-metadata":true, "unknown": [1, {{"a": ["}}", -1.5e3]}}, "x"]}},
        {{"url":"/files/demo%201.1%2Blocal.zip#md5=aa","hashes":{{"blake2b":"00"}},"yanked":true}}
        ],"versions":["1.0","1.1"]}}"#
    )
}

#[test]
fn reads_every_field_of_json() {
    let page = json(&full_json());
    let files: Vec<_> = page.files().collect();
    assert_eq!(filenames(&page), ["demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz", "demo 1.1+local.zip"]);
    assert_eq!(files[0].url(), "https://files.test/a/demo-1.0-py3-none-any.whl");
    assert_eq!(files[0].sha256(), Some("ab".repeat(32).as_str()));
    assert_eq!(files[0].hashes().iter().count(), 2);
    assert_eq!(files[0].requires_python(), Some(">=3.8"));
    assert_eq!(files[0].size(), Some(123));
    assert_eq!(files[0].upload_time(), Some(1_500_000));
    assert_eq!(files[0].yanked(), None);
    assert_eq!(files[0].metadata_file().unwrap().digest.unwrap().hex, "ab".repeat(32));
    assert_eq!(files[0].comes_from(), URL);

    assert_eq!(files[1].url(), "https://index.test/files/demo-1.0.tar.gz");
    assert_eq!(files[1].yanked(), Some("bro\"ken"));
    assert_eq!(files[1].requires_python(), None);
    assert_eq!(files[1].metadata_file(), Some(crate::MetadataFile { digest: None }));
    assert_eq!((files[1].size(), files[1].upload_time()), (None, None));

    assert_eq!(files[2].url(), "https://index.test/files/demo%201.1%2Blocal.zip");
    assert_eq!(files[2].fragment(), Some("md5=aa"));
    assert_eq!(files[2].hashes().iter().next().unwrap().hex, "aa");
    assert_eq!(files[2].yanked(), Some(""));
    assert!(!files[2].has_metadata_file());
}

#[test]
fn the_scanner_and_the_library_agree() {
    let text = full_json();
    // A key with an escape sends the page to the library.
    let unusual = text.replacen("\"name\"", "\"n\\u0061me\"", 1);
    assert_eq!(json(&text), json(&unusual));
    // Any order of members and any spaces.
    let spaced = text.replace("\":", "\" :\t").replace(',', " ,\n ");
    assert_eq!(json(&text), json(&spaced));
}

#[test]
fn odd_json_is_read_or_refused_but_never_a_panic() {
    assert_eq!(filenames(&json("{}")), [""; 0]);
    assert_eq!(filenames(&json(r#"{"files":[{}, {"url":null}, {"url":""}]}"#)), [""; 0]);
    assert_eq!(
        filenames(&json(r#"{"files":[{"url":"a-1.zip","size":-1,"hashes":null,"yanked":0}]}"#)),
        ["a-1.zip"]
    );
    for body in ["", "[]", "{", "{\"files\":[{\"url\":\"x\"]}", "nonsense", "{} x", "{\"a\":\"\\"] {
        let read = parse(body.as_bytes(), PageFormat::Json, "", URL);
        assert!(matches!(read, Err(IndexError::InvalidPage { .. })), "{body}");
    }
    let text = full_json();
    for end in 0..text.len() {
        assert!(parse(&text.as_bytes()[..end], PageFormat::Json, "", URL).is_err());
    }
}

#[test]
fn reads_anchors() {
    let page = html(
        r#"<!DOCTYPE html><html><head><base href="https://files.test/pool/"><base href="https://second.test/">
        <script>if (a<b) { "<a href='no-1.0.zip'>" }</script></head><body>
        <!-- <a href="hidden-1.0.zip"> --> <abbr href="x">no</abbr>
        <A HREF='demo-1.0.zip#sha256=AB' data-requires-python="&gt;=3.8,&lt;4" data-yanked="">demo</A><br/>
        <a
          data-yanked="why &amp; how" href=../demo-1.1.zip?x=1&lt=2 data-dist-info-metadata="md5=1"
          data-core-metadata="sha256=cd">x</a>
        <a href="https://other.test/demo-1.2.zip" data-core-metadata=true />
        <a href="bare-1.0.zip" data-yanked data-requires-python>x</a><a name="top">no link</a><a href="">empty</a><a href="cut-1.0.zip"#,
    );
    let files: Vec<_> = page.files().collect();
    assert_eq!(filenames(&page), ["demo-1.0.zip", "demo-1.1.zip", "demo-1.2.zip", "bare-1.0.zip"]);
    assert_eq!(files[0].url(), "https://files.test/pool/demo-1.0.zip");
    assert_eq!(files[0].sha256(), Some("AB"));
    assert_eq!(files[0].hashes().sha256(), Some("ab"));
    assert_eq!(files[0].requires_python(), Some(">=3.8,<4"));
    assert_eq!(files[0].yanked(), Some(""));
    assert_eq!(files[1].url(), "https://files.test/demo-1.1.zip?x=1&lt=2");
    assert_eq!(files[1].yanked(), Some("why & how"));
    assert_eq!(files[1].metadata_file().unwrap().digest.unwrap().hex, "cd");
    assert_eq!(files[2].metadata_file(), Some(crate::MetadataFile { digest: None }));
    assert_eq!((files[3].yanked(), files[3].requires_python()), (None, None));
}

#[test]
fn any_html_is_read() {
    for text in [
        "<",
        "<a",
        "<a ",
        "<a =",
        "<a href",
        "<a href=",
        "<a href='",
        "<!--",
        "<script",
        "</",
        "<é é=é>",
        "<a href=&#",
        "<a href='&#xffffffff;&#0;&nbsp'>",
    ] {
        let _ = html(text).files().count();
    }
    assert_eq!(html("<a href='a&#45;1&#x2e;0.zip'>").file(0).unwrap().filename(), "a-1.0.zip");
}

#[test]
fn other_encodings_are_decoded() {
    let page = parse(
        b"<a href='a-1.zip' data-yanked='\xe9'>",
        PageFormat::Html,
        "text/html; charset=\"ISO-8859-1\"",
        URL,
    );
    assert_eq!(page.unwrap().finish(None, None, 0).file(0).unwrap().yanked(), Some("é"));
}

#[test]
fn recognises_content_types() {
    assert_eq!(PageFormat::of("Application/vnd.pypi.simple.v1+json"), Some(PageFormat::Json));
    assert_eq!(PageFormat::of("application/vnd.pypi.simple.v1+html; charset=utf-8"), Some(PageFormat::Html));
    assert_eq!(PageFormat::of("TEXT/HTML"), Some(PageFormat::Html));
    assert_eq!(PageFormat::of("application/json"), None);
    assert_eq!(PageFormat::of(""), None);
}

#[test]
fn the_flat_form_survives_the_disk_and_damage() {
    let builder = parse(full_json().as_bytes(), PageFormat::Json, "", URL).unwrap();
    let page = builder.finish(Some("\"tag\""), Some("Mon, 01 Jan 2024 00:00:00 GMT"), 600);
    let bytes = page.to_bytes().unwrap();
    let read = Page::from_bytes(bytes.clone()).unwrap();
    assert_eq!(read, page);
    assert_eq!((read.etag(), read.max_age()), (Some("\"tag\""), 600));

    for end in 0..32 {
        assert_eq!(Page::from_bytes(bytes[..end].to_vec()), None);
    }
    // Whatever byte is damaged: refused, or a page all of whose files can be asked.
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x80;
        if let Some(page) = Page::from_bytes(damaged) {
            for file in page.files() {
                let _ = file.to_owned();
            }
            for run in page.runs() {
                assert!(run.positions.end <= u32::try_from(page.files().len()).unwrap());
            }
        }
    }
}

#[test]
fn neighbours_of_one_version_are_one_run() {
    let names = [
        "a_b-1.0.tar.gz",
        "a-b-1.0.tar.gz",
        "a_b-1.0-py3-none-any.whl",
        "a_b-1.0-py2-none-any.whl",
        "A.b-1.0-py2-none-any.whl",
        "a_b-1.0.zip",
        "a_b-1.0.zip",
        "a_b-1.0.post1-py3-none-any.whl",
        "a_b-1.0-py3-none-win32.whl",
        "a_b.whl",
    ];
    let page = html(&names.map(|name| format!("<a href='{name}'>")).concat());
    let runs: Vec<_> = page.runs().map(|run| (run.written, run.positions)).collect();
    let expected = [
        (Some(("a_b", "1.0")), 0..1),
        (Some(("a-b", "1.0")), 1..2),
        (Some(("a_b", "1.0")), 2..4),
        (Some(("A.b", "1.0")), 4..5),
        (None, 5..6),
        (None, 6..7),
        (Some(("a_b", "1.0.post1")), 7..8),
        (Some(("a_b", "1.0")), 8..9),
        (None, 9..10),
    ];
    assert_eq!(runs, expected);
    assert_eq!(html("").runs().count(), 0);
}

#[test]
fn a_page_of_nothing_but_brackets_takes_no_longer_than_its_length() {
    // Looked at again for each bracket, these would take minutes.
    for piece in ["<", "<!", "</", "<a ", "<a href", "<a href=\"", "&", "<!--", "<script>"] {
        let body = piece.repeat((256 << 10) / piece.len());
        let page = Page::parse("http://127.0.0.1/demo/", "text/html", body.as_bytes()).unwrap();
        assert_eq!(page.files().count(), 0, "{piece}");
    }
}
