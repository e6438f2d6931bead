//! The settings that a user hands through to the build backend (`-C key=value`).

use serde::{Serialize, Serializer, ser::SerializeMap};

/// Settings in the order in which their keys were first given. A key that is given several times has the list of its
/// values, as with pip; what keys mean is up to the backend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigSettings(Vec<(String, Vec<String>)>);

impl ConfigSettings {
    /// Whether there are none: hooks then get `None`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value to those that `key` has already.
    pub fn add(&mut self, key: impl Into<String>, value: impl Into<String>) {
        let (key, value) = (key.into(), value.into());
        match self.0.iter_mut().find(|(other, _)| *other == key) {
            Some((_, values)) => values.push(value),
            None => self.0.push((key, vec![value])),
        }
    }

    /// The keys with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(key, values)| (key.as_str(), values.as_slice()))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for ConfigSettings {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut settings = Self::default();
        for (key, value) in pairs {
            settings.add(key, value);
        }
        settings
    }
}

impl Serialize for ConfigSettings {
    /// As hooks get them: no settings are `None`, one value is a text, several are a list.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_empty() {
            return serializer.serialize_none();
        }
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, values) in self.iter() {
            match values {
                [value] => map.serialize_entry(key, value)?,
                values => map.serialize_entry(key, values)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_get_them_as_from_pip() {
        let json = |settings: &ConfigSettings| serde_json::to_string(settings).unwrap();
        let mut settings = ConfigSettings::default();
        assert_eq!(json(&settings), "null");
        settings.add("b", "1");
        settings.add("a", "");
        assert_eq!(json(&settings), r#"{"b":"1","a":""}"#);
        settings.add("b", "2");
        settings.add("b", "1");
        assert_eq!(json(&settings), r#"{"b":["1","2","1"],"a":""}"#);
    }
}
