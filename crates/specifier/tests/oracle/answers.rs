//! What this room makes of a question, compared with the answers beside it.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;
use specifier::{
    ExtraName, Libc, Marker, MarkerContext, MarkerEnvironment, ProjectName, Requirement, SdistFilename,
    Specifiers, Tag, TagFacts, Tags, Version, WheelFilename, WheelTags, platform,
};

/// Whether all answers are right; if not, which is wrong.
pub fn check(vector: &Value) -> Result<(), String> {
    let question = Question(vector);
    match question.text("kind") {
        "version" => version(question),
        "compare" => compare(question),
        "specifiers" => specifiers(question),
        "equal" => equal(question),
        "requirement" => requirement(question),
        "marker" => marker(question),
        "wheel" => wheel(question),
        "sdist" => sdist(question),
        "name" => name(question),
        "targets" => question.same("expanded_", platform::expand_targets(&question.texts("platforms"))),
        "tags" => tags(question),
        "system_tags" => system_tags(question),
        kind => Err(format!("unknown kind {kind}")),
    }
}

/// A question and its answers.
#[derive(Clone, Copy)]
struct Question<'a>(&'a Value);

impl<'a> Question<'a> {
    fn get(self, key: &str) -> Question<'a> {
        Question(self.0.get(key).unwrap_or(&Value::Null))
    }

    fn text(self, key: &str) -> &'a str {
        self.get(key).0.as_str().unwrap_or_else(|| panic!("{key} is not a text in {}", self.0))
    }

    fn flag(self, key: &str) -> bool {
        self.get(key).0.as_bool().unwrap_or_else(|| panic!("{key} is not a flag in {}", self.0))
    }

    fn items(self, key: &str) -> Vec<Question<'a>> {
        let items = self.get(key).0.as_array().unwrap_or_else(|| panic!("{key} is not a list in {}", self.0));
        items.iter().map(Question).collect()
    }

    fn texts(self, key: &str) -> Vec<String> {
        self.items(key).iter().map(|item| item.0.as_str().unwrap_or_default().to_owned()).collect()
    }

    fn number(self) -> Option<u32> {
        self.0.as_u64().and_then(|number| u32::try_from(number).ok())
    }

    fn pair(self, key: &str) -> Option<(u32, u32)> {
        match &*self.get(key).0.as_array()?.iter().map(|item| Question(item).number()).collect::<Vec<_>>() {
            [Some(first), Some(second)] => Some((*first, *second)),
            _ => None,
        }
    }

    /// Whether the answer under `key` is `actual`.
    fn same(self, key: &str, actual: impl Into<Value> + Debug) -> Result<(), String> {
        let (expected, actual) = (self.0.get(key), actual.into());
        if expected == Some(&actual) {
            Ok(())
        } else {
            Err(format!("{key}: {actual} instead of {expected:?}"))
        }
    }

    /// The value, if there should be one and is; nothing if both sides refuse with the same words.
    fn accepted<T, E: ToString>(self, result: Result<T, E>) -> Result<Option<T>, String> {
        let expected = self.get("error_").0.as_str();
        match (result, expected) {
            (Ok(value), None) => Ok(Some(value)),
            (Err(error), Some(expected)) if error.to_string() == expected => Ok(None),
            (Err(error), _) => Err(format!("refused with {:?} instead of {expected:?}", error.to_string())),
            (Ok(_), Some(expected)) => Err(format!("accepted instead of {expected:?}")),
        }
    }
}

fn parse_version(text: &str) -> Version {
    Version::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn shown<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<String> {
    items.into_iter().map(|item| item.to_string()).collect()
}

fn sorted(mut items: Vec<String>) -> Vec<String> {
    items.sort_unstable();
    items
}

fn version(question: Question<'_>) -> Result<(), String> {
    let Some(version) = question.accepted(Version::parse(question.text("text")))? else {
        return Ok(());
    };
    question.same("shown_", version.to_string())?;
    question.same("public_", version.public().to_string())?;
    question.same("base_", version.base().to_string())?;
    question.same("prerelease_", version.is_prerelease())?;
    question.same("postrelease_", version.is_postrelease())?;
    question.same("devrelease_", version.is_devrelease())?;
    question.same("local_", version.has_local())?;
    // Numbers that do not fit a word are given as the largest word.
    let fits = |text: &String| text.parse::<u64>().unwrap_or(u64::MAX);
    let release: Vec<u64> = question.texts("release_").iter().map(fits).collect();
    let number = |index: usize| release.get(index).copied().unwrap_or_default();
    let pre = version.pre().map(|(kind, number)| (kind.as_str().to_owned(), number));
    let expected_pre = question.get("pre_").0.as_array().map(|_| question.texts("pre_"));
    let right = version.release() == release
        && (version.major(), version.minor(), version.micro()) == (number(0), number(1), number(2))
        && version.epoch() == fits(&question.text("epoch_").to_owned())
        && pre == expected_pre.map(|pre| (pre[0].clone(), fits(&pre[1])))
        && parse_version(&version.to_string()) == version;
    if right { Ok(()) } else { Err(format!("parts of {version}")) }
}

fn compare(question: Question<'_>) -> Result<(), String> {
    let (left, right) = (parse_version(question.text("left")), parse_version(question.text("right")));
    question.same("order_", left.cmp(&right) as i8)?;
    let hash = RandomState::new();
    let hashes_agree = left != right || hash.hash_one(&left) == hash.hash_one(&right);
    let reversed = right.cmp(&left) == left.cmp(&right).reverse();
    if hashes_agree && reversed { Ok(()) } else { Err("hashes or the reverse order".to_owned()) }
}

fn specifiers(question: Question<'_>) -> Result<(), String> {
    let Some(set) = question.accepted(Specifiers::parse(question.text("text")))? else {
        return Ok(());
    };
    let versions: Vec<Version> = question.texts("versions").iter().map(|text| parse_version(text)).collect();
    let contains: Vec<bool> = versions.iter().map(|version| set.contains(version)).collect();
    question.same("contains_", contains)?;
    for (key, prereleases) in
        [("filter_default_", None), ("filter_final_", Some(false)), ("filter_all_", Some(true))]
    {
        let chosen = set.filter(versions.iter().enumerate(), |(_, version)| version, prereleases);
        question.same(key, chosen.into_iter().map(|(index, _)| index).collect::<Vec<_>>())?;
    }
    question.same("shown_", set.to_string())?;
    question.same("prereleases_", set.names_prerelease())?;
    question.same("count_", set.len())?;
    let again = Specifiers::parse(&set.to_string());
    if again.as_ref() == Ok(&set) { Ok(()) } else { Err(format!("{again:?} instead of {set:?}")) }
}

fn equal(question: Question<'_>) -> Result<(), String> {
    let parse = |key| Specifiers::parse(question.text(key)).map_err(|error| error.to_string());
    let (left, right) = (parse("left")?, parse("right")?);
    question.same("equal_", left == right)?;
    question.same("both_", left.intersection(&right).to_string())?;
    let unique = HashSet::from([left.clone(), right.clone()]).len();
    if (unique == 1) == (left == right) { Ok(()) } else { Err("hashes".to_owned()) }
}

fn requirement(question: Question<'_>) -> Result<(), String> {
    let Some(requirement) = question.accepted(Requirement::parse(question.text("text")))? else {
        return Ok(());
    };
    question.same("name_", &*requirement.name)?;
    question.same("project_", requirement.project.as_str())?;
    question.same("written_extras_", requirement.written_extras.clone())?;
    question.same("extras_", sorted(shown(&requirement.extras)))?;
    question.same("specifiers_", requirement.specifiers.to_string())?;
    question.same("url_", requirement.url.clone())?;
    // A marker's text that cannot be quoted is shown by neither side.
    if question.get("shown_").0.is_null() {
        return Ok(());
    }
    question.same("marker_", requirement.marker.as_ref().map(ToString::to_string))?;
    question.same("shown_", requirement.to_string())
}

fn marker(question: Question<'_>) -> Result<(), String> {
    let Some(marker) = question.accepted(Marker::parse(question.text("text")))? else {
        return Ok(());
    };
    if !question.get("shown_").0.is_null() {
        question.same("shown_", marker.to_string())?;
    }
    for question in question.items("questions") {
        let environment = environment(question.get("environment"));
        let names = |key: &str| question.texts(key);
        let (extras, groups);
        let context = match question.text("context") {
            "metadata" => MarkerContext::Metadata { extra: question.text("extra") },
            "lock_file" => {
                extras = names("extras").iter().map(|name| ExtraName::normalise(name)).collect::<Vec<_>>();
                groups = names("groups").iter().map(|name| ProjectName::normalise(name)).collect::<Vec<_>>();
                MarkerContext::LockFile { extras: &extras, dependency_groups: &groups }
            }
            _ => MarkerContext::Requirement,
        };
        if let Some(holds) = question.accepted(marker.evaluate_in(&environment, context))? {
            question.same("holds_", holds)?;
        }
    }
    Ok(())
}

fn environment(question: Question<'_>) -> MarkerEnvironment {
    let value = |key: &str| question.text(key).to_owned();
    MarkerEnvironment {
        implementation_name: value("implementation_name"),
        implementation_version: value("implementation_version"),
        os_name: value("os_name"),
        platform_machine: value("platform_machine"),
        platform_release: value("platform_release"),
        platform_system: value("platform_system"),
        platform_version: value("platform_version"),
        python_full_version: value("python_full_version"),
        platform_python_implementation: value("platform_python_implementation"),
        python_version: value("python_version"),
        sys_platform: value("sys_platform"),
    }
}

fn wheel(question: Question<'_>) -> Result<(), String> {
    let Some(wheel) = question.accepted(WheelFilename::parse(question.text("text")))? else {
        return Ok(());
    };
    question.same("name_", wheel.project.as_str())?;
    question.same("version_", wheel.version.to_string())?;
    question.same("build_", wheel.build.map(|build| build.to_string()))?;
    let mut tags = sorted(shown(wheel.tags.iter()));
    tags.dedup();
    question.same("tags_", tags)
}

fn sdist(question: Question<'_>) -> Result<(), String> {
    let project = ProjectName::normalise(question.text("project"));
    let Some(sdist) = question.accepted(SdistFilename::parse(question.text("text"), &project))? else {
        return Ok(());
    };
    question.same("version_", sdist.version.to_string())?;
    question.same("extension_", sdist.extension)?;
    question.same("python_", sdist.python)
}

fn name(question: Question<'_>) -> Result<(), String> {
    let text = question.text("text");
    question.same("normalised_", ProjectName::normalise(text).as_str())?;
    question.same("valid_", ProjectName::new(text).is_ok())?;
    question.same("valid_", ExtraName::new(text).is_ok())
}

fn libc(question: Question<'_>) -> Option<Libc> {
    let glibc = question.pair("glibc").map(|(major, minor)| Libc::Glibc(major, minor));
    glibc.or_else(|| question.pair("musl").map(|(major, minor)| Libc::Musl(major, minor)))
}

fn tags(question: Question<'_>) -> Result<(), String> {
    let platforms = platform::linux(question.text("platform"), question.flag("is_32bit"), libc(question));
    question.same("platforms_", platforms.clone())?;
    let version = question.items("version");
    let tags = Tags::generate(&TagFacts {
        implementation: question.text("implementation").to_owned(),
        version: (version[0].number().unwrap_or_default(), version[1].number()),
        abis: question.texts("abis"),
        platforms,
    });
    question.same("tags_", shown(tags.iter()))?;
    let rank = |wheel: &String| WheelTags::parse(wheel).map(|wheel| tags.rank_of(&wheel)).unwrap_or_default();
    question.same("ranks_", question.texts("wheels").iter().map(rank).collect::<Vec<_>>())
}

fn system_tags(question: Question<'_>) -> Result<(), String> {
    let facts = question.get("facts");
    let version = facts.pair("version").ok_or("no version")?;
    let system = facts.text("platform");
    let platforms = match facts.text("system") {
        "Linux" => platform::linux(system, facts.flag("is_32bit"), libc(facts)),
        "Darwin" => {
            let numbers: Vec<u32> =
                facts.text("macos").split('.').filter_map(|number| number.parse().ok()).collect();
            let arch = system.rsplit('-').next().unwrap_or_default();
            platform::macos((numbers[0], numbers.get(1).copied().unwrap_or_default()), arch)
        }
        _ => platform::generic(system),
    };
    let abis = match facts.get("abis").0 {
        Value::Null => TagFacts::cpython_abis(version, facts.flag("debug"), facts.flag("free_threaded")),
        _ => facts.texts("abis"),
    };
    let implementation = facts.text("implementation").to_owned();
    let is_cpython = implementation == "cp";
    let facts = TagFacts { implementation, version: (version.0, Some(version.1)), abis, platforms };
    let tags: Vec<Tag> = Tags::generate(&facts).iter().collect();
    question.same("tags_", shown(&tags))?;
    // pip and `packaging` agree but for PyPy.
    if is_cpython { question.same("system_tags_", shown(&tags)) } else { Ok(()) }
}
