//! `METADATA` and `WHEEL`, which have the same form.

use metadata::{CoreMetadata, WheelInfo};
use specifier::{MarkerEnvironment, Requirement, Specifiers};

/// Takes a file of headers.
pub fn check(bytes: &[u8]) {
    let lenient = CoreMetadata::parse_lenient(bytes);
    if let Ok(metadata) = CoreMetadata::parse(bytes) {
        assert_eq!((&metadata.name, &metadata.version), (&lenient.name, &lenient.version));
        assert_eq!(metadata.to_value(), lenient.to_value());
    }
    for (name, value) in lenient.fields() {
        assert_eq!(lenient.get_all(name).filter(|other| *other == value).take(1).count(), 1, "{name}");
    }
    if let Some(start) = CoreMetadata::parse_start(bytes) {
        assert!(start.fields().eq(lenient.fields()) && start.requires_dist == lenient.requires_dist);
    }
    for text in &lenient.requires_dist {
        let requirement = Requirement::parse(text);
        if let Some(glance) = Requirement::glance(text) {
            let read = requirement.map(|requirement| (requirement.name, requirement.marker));
            let counts = read.map(|(name, marker)| {
                (name, marker.map(|marker| marker.evaluate(&MarkerEnvironment::default(), &[]).ok()))
            });
            let marker = glance.is_extra_only.then_some(Some(false));
            assert_eq!(counts.ok(), Some((glance.name.to_owned(), marker)));
        }
    }
    let _ = lenient.requires_python.as_deref().map(Specifiers::parse);
    // Nothing in the text grows when it is decoded, but for the marks that stand for bytes that are none.
    assert!(lenient.description().len() <= 3 * bytes.len());
    if let Ok(wheel) = WheelInfo::parse(bytes) {
        assert!(wheel.tags.iter().all(|tag| tag.len() <= 3 * bytes.len()));
    }
}
