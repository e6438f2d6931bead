//! Markers: they print what they mean, whichever environment asks.

use specifier::{Marker, MarkerContext};

use crate::environment_of_tests::marker_environment;

/// Takes a marker.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(marker) = Marker::parse(text) else { return };
    let environment = marker_environment();
    let holds = |marker: &Marker| marker.evaluate_in(&environment, MarkerContext::Requirement).ok();
    let shown = marker.to_string();
    if !prints_itself(text) {
        let _ = holds(&marker);
        return;
    }
    let again = Marker::parse(&shown).expect("what a marker prints is one");
    assert_eq!(shown, again.to_string());
    assert_eq!(holds(&marker), holds(&again), "{shown}");
    let both = marker.and(&marker);
    let either = marker.or(&both);
    for joined in [&both, &either] {
        assert_eq!(holds(&marker), holds(joined), "{joined}");
        assert_eq!(
            Marker::parse(&joined.to_string()).map(|marker| marker.to_string()),
            Ok(joined.to_string())
        );
    }
}

/// Whether texts in a marker print as they read: like `packaging`, markers print them in double quotes as they are, also where
/// they hold a double quote or came from an escape.
pub fn prints_itself(text: &str) -> bool {
    !(text.contains('\\') || text.contains('\'') && text.contains('"'))
}
