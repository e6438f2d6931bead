use index::{Index, IndexSettings};
use testkit::Wheel;

use crate::{filenames, name, settings};

#[test]
fn a_folder_can_be_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let simple = folder.path().join("my simple");
    std::fs::create_dir_all(simple.join("demo")).unwrap();
    let wheel = Wheel::new("demo", "1.0").build();
    wheel.write_to(folder.path());
    std::fs::write(
        simple.join("demo/index.html"),
        format!("<a href='../../{}#sha256={}'>x</a>", wheel.filename, wheel.sha256()),
    )
    .unwrap();
    let url = format!("file://{}", simple.display().to_string().replace(' ', "%20"));
    for location in [simple.display().to_string(), url.clone(), format!("{url}/")] {
        let index = Index::new(settings(&location));
        let page = index.project(&name("demo"));
        let file = page.files().next().unwrap().to_owned();
        assert!(file.is_local());
        assert_eq!(file.path().unwrap(), folder.path().join(&wheel.filename));
        assert_eq!(file.hashes.sha256(), Some(wheel.sha256().as_str()));
        assert_eq!(*index.metadata(&file).unwrap(), **wheel.metadata.as_ref().unwrap());
        assert_eq!(index.project(&name("other")).files().count(), 0);
    }
}

#[test]
fn find_links_takes_folders_pages_and_files() {
    let folder = tempfile::tempdir().unwrap();
    let one = Wheel::new("demo", "1.0").build().write_to(folder.path());
    Wheel::new("other", "1.0").build().write_to(folder.path());
    testkit::Sdist::new("demo", "0.9").build().write_to(folder.path());
    std::fs::write(folder.path().join("links.html"), "<a href='https://files.test/demo-3.0.zip'></a>")
        .unwrap();
    std::fs::write(folder.path().join("README.txt"), "").unwrap();
    let find = |location: String| {
        let settings = IndexSettings { index_urls: Vec::new(), find_links: vec![location], ..settings("") };
        let page = Index::new(settings).project(&name("demo"));
        filenames(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = ["demo-1.0-py3-none-any.whl", "demo-0.9.tar.gz", "demo-3.0.zip"];
    assert_eq!(find(folder.path().display().to_string()), all);
    assert_eq!(find(format!("file://{}", folder.path().display())), all);
    assert_eq!(find(folder.path().join("links.html").display().to_string()), all[2..]);
    assert_eq!(find(one.display().to_string()), all[..1]);
    assert_eq!(find(folder.path().join("none").display().to_string()), [""; 0]);
}
