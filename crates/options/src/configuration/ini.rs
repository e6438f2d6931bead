//! Configuration files as Python's `RawConfigParser` reads and writes them, with option names in pip's spelling.

use crate::python::{is_space, repr, strip};

/// The sections of a file, in order; each with its options, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Ini {
    /// What `[DEFAULT]` says for every section.
    defaults: Vec<(String, String)>,
    sections: Vec<(String, Vec<(String, String)>)>,
}

impl Ini {
    /// Reads a text; the error is the text of Python's exception. `file` is how it names the file.
    pub(crate) fn parse(text: &str, file: &str) -> Result<Ini, String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut reader = Reader { file, ..Reader::default() };
        for (index, line) in text.split_inclusive('\n').enumerate() {
            reader.line(index + 1, line)?;
        }
        reader.finish()
    }

    /// Every option with its section, those of `[DEFAULT]` first in each section, with the value that it gives them.
    pub(crate) fn options(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.sections.iter().flat_map(|(section, options)| {
            let own = |key: &String| options.iter().find(|(own, _)| own == key);
            let inherited = self.defaults.iter().map(move |default| own(&default.0).unwrap_or(default));
            let further = options.iter().filter(|(key, _)| self.defaults.iter().all(|(name, _)| name != key));
            inherited.chain(further).map(|(key, value)| (section.as_str(), key.as_str(), value.as_str()))
        })
    }

    /// Gives an option a value; where it or its section is new, it comes last.
    pub(crate) fn set(&mut self, section: &str, key: &str, value: &str) {
        let at = self.sections.iter().position(|(name, _)| name == section).unwrap_or_else(|| {
            self.sections.push((section.to_owned(), Vec::new()));
            self.sections.len() - 1
        });
        let Some((_, options)) = self.sections.get_mut(at) else { return };
        match options.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => value.clone_into(old),
            None => options.push((key.to_owned(), value.to_owned())),
        }
    }

    /// Forgets an option, and its section where that leaves nothing to say. False if the section itself does not set it.
    pub(crate) fn unset(&mut self, section: &str, key: &str) -> bool {
        let Some(at) = self.sections.iter().position(|(name, _)| name == section) else { return false };
        let Some((_, options)) = self.sections.get_mut(at) else { return false };
        let before = options.len();
        options.retain(|(known, _)| known != key);
        let found = options.len() < before;
        if found && options.is_empty() && self.defaults.is_empty() {
            self.sections.remove(at);
        }
        found
    }

    /// The file that says this. Comments are not kept, as by pip.
    pub(crate) fn to_text(&self) -> String {
        let defaults = (!self.defaults.is_empty()).then_some(("DEFAULT", &self.defaults));
        let sections = self.sections.iter().map(|(name, options)| (name.as_str(), options));
        let mut text = String::new();
        for (name, options) in defaults.into_iter().chain(sections) {
            text.extend(["[", name, "]\n"]);
            for (key, value) in options {
                text.extend([key, " = ", &value.replace('\n', "\n\t"), "\n"]);
            }
            text.push('\n');
        }
        text
    }
}

/// A key in the spelling that options have: lower case, dashes, no leading dashes.
pub(crate) fn normalise_key(key: &str) -> String {
    let key = key.to_lowercase().replace('_', "-");
    key.strip_prefix("--").map(str::to_owned).unwrap_or(key)
}

/// Where the next option goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// No section has begun.
    #[default]
    Nowhere,
    Defaults,
    Section(usize),
}

#[derive(Default)]
struct Reader<'a> {
    file: &'a str,
    ini: Ini,
    place: Place,
    /// Whether the next line can continue the last option.
    in_option: bool,
    indent: usize,
    /// Lines that are neither section nor option; told at the end, all together.
    errors: Vec<String>,
}

impl Reader<'_> {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let value = strip(line);
        if value.starts_with(['#', ';']) {
            return Ok(());
        }
        if value.is_empty() {
            if let Some(last) = self.open_option() {
                last.push('\n');
            }
            return Ok(());
        }
        let indent = line.chars().take_while(|character| is_space(*character)).count();
        if indent > self.indent
            && let Some(last) = self.open_option()
        {
            last.push('\n');
            last.push_str(value);
            return Ok(());
        }
        self.indent = indent;
        if let Some(section) = section_name(value) {
            self.in_option = false;
            return self.section(section, number);
        }
        if self.place == Place::Nowhere {
            let (file, line) = (repr(self.file), repr(line));
            return Err(format!("File contains no section headers.\nfile: {file}, line: {number}\n{line}"));
        }
        self.option(value, number, line)
    }

    fn section(&mut self, name: &str, number: usize) -> Result<(), String> {
        if name == "DEFAULT" {
            self.place = Place::Defaults;
        } else if self.ini.sections.iter().any(|(known, _)| known == name) {
            return Err(format!(
                "While reading from {} [line {number:2}]: section {} already exists",
                repr(self.file),
                repr(name)
            ));
        } else {
            self.place = Place::Section(self.ini.sections.len());
            self.ini.sections.push((name.to_owned(), Vec::new()));
        }
        Ok(())
    }

    fn option(&mut self, text: &str, number: usize, line: &str) -> Result<(), String> {
        let Some((key, value)) = text.split_once(['=', ':']).filter(|(key, _)| !strip(key).is_empty()) else {
            self.errors.push(format!("\n\t[line {number:2}]: {}", repr(line)));
            return Ok(());
        };
        let key = normalise_key(strip(key));
        let (file, place) = (self.file, self.place);
        let (section, options) = match place {
            Place::Section(index) => match self.ini.sections.get_mut(index) {
                Some((name, options)) => (name.as_str(), options),
                None => return Ok(()),
            },
            Place::Defaults | Place::Nowhere => ("DEFAULT", &mut self.ini.defaults),
        };
        if options.iter().any(|(known, _)| *known == key) {
            return Err(format!(
                "While reading from {} [line {number:2}]: option {} in section {} already exists",
                repr(file),
                repr(&key),
                repr(section)
            ));
        }
        options.push((key, strip(value).to_owned()));
        self.in_option = true;
        Ok(())
    }

    /// The value that an indented line would continue.
    fn open_option(&mut self) -> Option<&mut String> {
        if !self.in_option {
            return None;
        }
        let options = match self.place {
            Place::Nowhere => return None,
            Place::Defaults => &mut self.ini.defaults,
            Place::Section(index) => &mut self.ini.sections.get_mut(index)?.1,
        };
        options.last_mut().map(|(_, value)| value)
    }

    fn finish(mut self) -> Result<Ini, String> {
        if !self.errors.is_empty() {
            return Err(format!(
                "Source contains parsing errors: {}{}",
                repr(self.file),
                self.errors.concat()
            ));
        }
        let sections = self.ini.sections.iter_mut().flat_map(|(_, options)| options);
        for (_, value) in self.ini.defaults.iter_mut().chain(sections) {
            value.truncate(value.trim_end_matches(is_space).len());
        }
        Ok(self.ini)
    }
}

/// What stands between `[` and the last `]` of a line.
fn section_name(line: &str) -> Option<&str> {
    let (name, _) = line.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests;
