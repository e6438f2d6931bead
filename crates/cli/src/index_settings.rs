//! From options and variables to where packages come from and how they are asked for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use index::{CertificateSettings, EventLevel, IndexSettings, ProxySettings, Refresh};
use options::{Integer, List, Switch, Text};

use crate::console::Voice;
use crate::context::Context;
use crate::failure::Failure;
use crate::process::Process;
use crate::user_agent::user_agent;
use crate::{keyring, login_prompt};

/// How everything is asked for, without the indexes: enough for a requirements file that is an address.
pub fn without_indexes(context: &Context<'_>) -> IndexSettings {
    let values = context.values();
    let voice = Voice::new(context.verbosity());
    IndexSettings {
        find_links: context.list(List::FindLinks).to_vec(),
        trusted_hosts: context.list(List::TrustedHost).to_vec(),
        timeout: Some(Duration::try_from_secs_f64(values.timeout()).unwrap_or(Duration::from_secs(15))),
        retries: u32::try_from(values.integer(Integer::Retries)).unwrap_or(0),
        resume_retries: u32::try_from(values.integer(Integer::ResumeRetries)).unwrap_or(0),
        proxies: proxies(context),
        certificates: certificates(context),
        netrc: netrc(context.process),
        keyring: keyring::keyring(context),
        prompt: login_prompt::login_prompt(context),
        cache: context.own_cache(),
        cache_layers: context.own_layers(),
        refresh: refresh(context),
        offline: context.is_on(Switch::Offline),
        user_agent: user_agent(context),
        events: Arc::new(move |event| report(event, voice)),
        ..IndexSettings::default()
    }
}

/// The indexes that are named somewhere; with only further ones the default index is meant besides.
pub fn configured(context: &Context<'_>) -> Vec<String> {
    if context.is_on(Switch::NoIndex) {
        return Vec::new();
    }
    let extra = context.list(List::ExtraIndexUrl);
    let main = match context.text(Text::IndexUrl) {
        Some(url) => Some(url.to_owned()),
        None if extra.is_empty() => None,
        None => main_index(context).ok(),
    };
    main.into_iter().chain(extra.iter().cloned()).collect()
}

/// The indexes, the main one first: `--index-url` with its variables and files, else what the interpreter's own
/// pip would ask. Only called when an index is really needed, because asking may start Python once.
pub fn indexes(context: &Context<'_>) -> Result<Vec<String>, Failure> {
    if context.is_on(Switch::NoIndex) {
        return Ok(Vec::new());
    }
    let mut urls = vec![main_index(context)?];
    urls.extend(context.list(List::ExtraIndexUrl).iter().cloned());
    Ok(urls)
}

/// The index that is meant where only one is.
pub fn main_index(context: &Context<'_>) -> Result<String, Failure> {
    if let Some(url) = context.text(Text::IndexUrl) {
        return Ok(url.to_owned());
    }
    let known = context.environment().ok().and_then(environment::Environment::default_index);
    known.or_else(|| option_env!("OXIPIP_DEFAULT_INDEX").map(ToOwned::to_owned)).ok_or_else(|| {
        Failure::error(
            "There is no index to ask: neither --index-url nor PIP_INDEX_URL is set, and the interpreter has no pip \
             that names one. Set PIP_INDEX_URL, or index-url in pip.conf.",
        )
    })
}

fn refresh(context: &Context<'_>) -> Refresh {
    let names = context.values().refresh_packages().names();
    Refresh { all: names.is_all(), projects: names.projects().cloned().collect() }
}

fn proxies(context: &Context<'_>) -> ProxySettings {
    if let Some(proxy) = context.text(Text::Proxy) {
        let proxy = (!proxy.is_empty()).then(|| proxy.to_owned());
        return ProxySettings { http: proxy.clone(), https: proxy, all: None, no_proxy: None };
    }
    if context.is_on(Switch::NoProxyEnv) {
        return ProxySettings::default();
    }
    let get = |name: &str| {
        let process = context.process;
        process
            .set_variable(name)
            .or_else(|| process.set_variable(&name.to_uppercase()))
            .map(ToOwned::to_owned)
    };
    ProxySettings {
        http: get("http_proxy"),
        https: get("https_proxy"),
        all: get("all_proxy"),
        no_proxy: get("no_proxy"),
    }
}

/// requests looks at `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE` where pip was told nothing, neither of certificates nor of
/// proxies. The legacy way knows nothing of the system.
fn certificates(context: &Context<'_>) -> CertificateSettings {
    let process = context.process;
    let given = context.text(Text::Cert).map(PathBuf::from);
    let bundle = given.or_else(|| {
        let trusts_variables = context.text(Text::Proxy).is_none() && !context.is_on(Switch::NoProxyEnv);
        let names = trusts_variables.then_some(["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]);
        names.into_iter().flatten().find_map(|name| process.path_variable(name))
    });
    let is_legacy = context.list(List::UseDeprecated).iter().any(|feature| feature == "legacy-certs");
    let system = |name: &str| process.set_variable(name).filter(|_| !is_legacy);
    CertificateSettings {
        bundle,
        only_bundle: is_legacy,
        system_file: system("SSL_CERT_FILE").map(PathBuf::from),
        system_folders: system("SSL_CERT_DIR")
            .map(|value| std::env::split_paths(value).collect())
            .unwrap_or_default(),
        client: context.text(Text::ClientCert).map(PathBuf::from),
    }
}

fn netrc(process: &Process) -> Vec<PathBuf> {
    if let Some(path) = process.path_variable("NETRC") {
        return vec![path];
    }
    process.home().map(|home| vec![home.join(".netrc"), home.join("_netrc")]).unwrap_or_default()
}

/// Events come from the network's thread while the command waits, so they go straight to the two streams.
fn report(event: &index::IndexEvent, voice: Voice) {
    match event.level() {
        EventLevel::Critical => voice.critical(event),
        EventLevel::Warning => voice.warning(event),
        EventLevel::Info => voice.info(event),
        EventLevel::Debug => voice.debug(event),
    }
}
