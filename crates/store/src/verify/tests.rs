use specifier::ProjectName;
use testkit::Wheel;

use super::*;
use crate::Expected;

fn store_with(names: &[&str]) -> (tempfile::TempDir, Store, Vec<UnpackedWheel>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path());
    let add = |name: &&str| {
        let bytes = Wheel::new(name, "1.0").with_module().build().bytes;
        let project = ProjectName::new(name).unwrap();
        store.add(&bytes, Sha256::of(&bytes), Expected { project: &project, version: None }).unwrap().wheel
    };
    let wheels = names.iter().map(add).collect();
    (folder, store, wheels)
}

#[test]
fn nothing_is_wrong_with_what_is_sound() {
    let (_folder, store, wheels) = store_with(&["a", "b", "c"]);
    let verification = store.verify().unwrap();
    assert_eq!((verification.wheels, verification.damaged.len(), verification.abandoned), (3, 0, 0));
    assert_eq!(verification.bytes, wheels.iter().map(|wheel| wheel.manifest().total_size()).sum::<u64>());
    assert_eq!(Store::open("/nowhere").verify().unwrap().wheels, 0);
}

#[test]
fn what_is_damaged_goes() {
    let (_folder, store, wheels) = store_with(&["a", "b", "c", "d"]);
    let module = |at: usize, name: &str| wheels[at].content().join(name);
    // The length and the time stay.
    let time = fs::metadata(module(0, "a.py")).unwrap().modified().unwrap();
    let length = fs::read(module(0, "a.py")).unwrap().len();
    fs::write(module(0, "a.py"), "x".repeat(length)).unwrap();
    fs::File::options().write(true).open(module(0, "a.py")).unwrap().set_modified(time).unwrap();
    fs::remove_file(module(1, "b.py")).unwrap();
    fs::write(wheels[2].content().with_file_name(manifest::FILE), "").unwrap();
    let verification = store.verify().unwrap();
    let mut damaged: Vec<_> =
        verification.damaged.into_iter().map(|entry| (entry.wheel, entry.files)).collect();
    damaged.sort_by(|(one, _), (other, _)| one.cmp(other));
    let manifest = wheels[2].content().with_file_name(manifest::FILE);
    assert_eq!(
        damaged,
        [
            (None, vec![(manifest, Damage::Changed)]),
            (Some("a 1.0".to_owned()), vec![(module(0, "a.py"), Damage::Changed)]),
            (Some("b 1.0".to_owned()), vec![(module(1, "b.py"), Damage::Missing)]),
        ]
    );
    let left: Vec<_> = wheels.iter().map(|wheel| store.wheel(wheel.sha256()).is_some()).collect();
    assert_eq!(left, [false, false, false, true]);
    assert_eq!(store.verify().unwrap().damaged, []);
}
