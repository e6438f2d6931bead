use super::*;

/// Section, key, value.
type Line = (&'static str, &'static str, &'static str);

fn read(text: &str) -> Result<Vec<(String, String, String)>, String> {
    let ini = Ini::parse(text, "/c.ini")?;
    Ok(ini
        .options()
        .map(|(section, key, value)| (section.to_owned(), key.to_owned(), value.to_owned()))
        .collect())
}

#[test]
fn files_are_read_as_rawconfigparser_does() {
    let cases: &[(&str, &[Line])] = &[
        ("", &[]),
        (
            "[global]\nTimeOut = 3\nno_index: yes\n",
            &[("global", "timeout", "3"), ("global", "no-index", "yes")],
        ),
        ("[global]\n--timeout=3\na=b=c:d\n", &[("global", "timeout", "3"), ("global", "a", "b=c:d")]),
        // Continuation lines, with an empty one and a comment between them.
        (
            "[g]\na =\n  x\n  y  z\n\n   w\n# no\n  v\nb=1\n",
            &[("g", "a", "\nx\ny  z\n\nw\nv"), ("g", "b", "1")],
        ),
        // Comments are lines of their own.
        ("; c\n[g]\na=1 ; c # d\n", &[("g", "a", "1 ; c # d")]),
        ("[g]\r\na=1\r\n b\r\n", &[("g", "a", "1\nb")]),
        (" [g]\n a=1\n b=2\n", &[("g", "a", "1"), ("g", "b", "2")]),
        ("[g] x\na=1\n[h]]\nb=\n", &[("g", "a", "1"), ("h]", "b", "")]),
        ("[DEFAULT]\na=1\nb=2\n[g]\nc=4\nb=3\n", &[("g", "a", "1"), ("g", "b", "3"), ("g", "c", "4")]),
        ("[DEFAULT]\na=1\n", &[]),
    ];
    for (text, expected) in cases {
        let options = read(text).expect(text);
        let options: Vec<_> =
            options.iter().map(|(section, key, value)| (&**section, &**key, &**value)).collect();
        assert_eq!(&options, expected, "{text:?}");
    }
}

#[test]
fn other_files_are_refused_in_the_words_of_configparser() {
    for (text, error) in [
        ("timeout = 3\n", "File contains no section headers.\nfile: '/c.ini', line: 1\n'timeout = 3\\n'"),
        ("[global\nx=1\n", "File contains no section headers.\nfile: '/c.ini', line: 1\n'[global\\n'"),
        (
            "\u{feff}[global]\n",
            "File contains no section headers.\nfile: '/c.ini', line: 1\n'\\ufeff[global]\\n'",
        ),
        (
            "[global]\nfoo\n=3\n",
            "Source contains parsing errors: '/c.ini'\n\t[line  2]: 'foo\\n'\n\t[line  3]: '=3\\n'",
        ),
        (
            "[global]\na-b=1\nA_b=2\n",
            "While reading from '/c.ini' [line  3]: option 'a-b' in section 'global' already exists",
        ),
        ("[g]\n[g]\n", "While reading from '/c.ini' [line  2]: section 'g' already exists"),
    ] {
        assert_eq!(read(text).expect_err(text), error, "{text:?}");
    }
}
