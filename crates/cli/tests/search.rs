//! `oxipip search`.

mod support;

use support::Place;
use testkit::assert_same_text;

fn hit(name: &str, version: &str, summary: &str) -> String {
    let member = |name: &str, value: &str| {
        format!("<member><name>{name}</name><value><string>{value}</string></value></member>")
    };
    format!(
        "<value><struct>{}{}{}</struct></value>",
        member("name", name),
        member("summary", summary),
        member("version", version)
    )
}

/// A place whose index answers searches. Like pip's, they do not go to `--index-url`.
fn place(universe: &str) -> Place {
    let mut place = Place::new(universe);
    let url = format!("{}/pypi", place.index.origin());
    place.sandbox.env("PIP_INDEX", url);
    place
}

fn answer(place: &Place, hits: &str) {
    let text = format!(
        "<?xml version='1.0'?><methodResponse><params><param><value><array><data>{hits}</data></array></value></param>\
         </params></methodResponse>"
    );
    place.index.serve("/pypi", "text/xml", text);
}

#[test]
fn what_is_found_with_its_latest_version() {
    let place = place("demo 1.0");
    place.install(&["demo"]);
    let hits = [
        hit("demo", "1.0", "old &amp; gone"),
        hit("demo", "2.0", "A demonstration"),
        hit("demo-extra-long", "0.1b1", "More"),
    ];
    answer(&place, &hits.concat());
    place.index.forget_requests();
    let outcome = place.run(&["search", "demo", "words"]).succeeded();
    assert_same_text(
        &outcome.stdout,
        "demo (2.0)               - A demonstration
  INSTALLED: 1.0
  LATEST:    2.0
demo-extra-long (0.1b1)  - More
",
    );
    let requests = place.index.requests();
    assert_eq!((requests[0].method.as_str(), requests[0].header("Content-Type")), ("POST", Some("text/xml")));
}

// covers: search --index
#[test]
fn nothing_and_faults() {
    let place = place("");
    answer(&place, "");
    let outcome = place.run(&["search", "nothing"]).ended_with(23);
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    place.run(&["search"]).failed().warns("ERROR: Missing required argument (search query).\n");
    let fault = "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>-32500</int></value>\
        </member><member><name>faultString</name><value><string>RuntimeError: no more</string></value></member>\
        </struct></value></fault></methodResponse>";
    place.index.serve("/other", "text/xml", fault);
    let other = format!("{}/other", place.index.origin());
    let outcome = place.run(&["search", "-i", &other, "demo"]).failed();
    assert_same_text(&outcome.stderr, "ERROR: XMLRPC request failed [code: -32500]\nRuntimeError: no more\n");
    place.run(&["search", "--index", &format!("{}/none", place.index.origin()), "demo"]).failed();
}
