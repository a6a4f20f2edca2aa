//! What a repository may be called: a URL of a transport that runs no command, `host:path`, or a path from the root.

use super::{FetchError, Source};
use crate::shown::{escaped, shown, without_secrets};

/// The transports that a strange address may use.
const TRANSPORTS: [&str; 7] = ["https", "http", "ssh", "git", "file", "git+ssh", "ssh+git"];

/// The address as git is given it: a path from the root in full, a URL as it is.
pub(super) fn address(source: &Source<'_>) -> Result<String, FetchError> {
    let repo = source.repo;
    let refused = |why| Err(FetchError::Address(escaped(&without_secrets(repo)), why));
    if repo.is_empty() || repo.starts_with('-') || repo.chars().any(char::is_control) {
        return refused("give a URL or a path");
    }
    if without_secrets(repo) != repo {
        return refused("it holds a user, a password or a query, which would be written down; give git a credential helper instead");
    }
    if let Some((scheme, _)) = repo.split_once("://") {
        return if TRANSPORTS.contains(&scheme) {
            Ok(repo.to_owned())
        } else {
            refused("the transports are https, http, ssh, git and file")
        };
    }
    let head = repo.split('/').next().unwrap_or_default();
    if head.contains("::") && !head.starts_with('[') {
        return refused("the transports are https, http, ssh, git and file");
    }
    // `host:path`, as ssh has it.
    if head.contains(':') {
        return Ok(repo.to_owned());
    }
    let path = source.root.join(repo);
    match (path.exists(), path.to_str()) {
        (true, Some(path)) => Ok(path.to_owned()),
        (true, None) => refused("its path is not UTF-8"),
        (false, _) => Err(FetchError::NoSuchPath(shown(repo))),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;

    fn of(repo: &str) -> Result<String, String> {
        let source = Source { root: Path::new("/tmp"), repo, timeout: Duration::from_secs(1), stop: &|| false };
        address(&source).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_is_a_url_a_host_or_a_path_from_the_root() {
        for good in ["https://e.org/a.git", "ssh://git@e.org/a", "git@e.org:a.git", "file:///a"] {
            assert_eq!(of(good).as_deref(), Ok(good));
        }
        assert_eq!(of(".").as_deref(), Ok("/tmp/."));
        assert_eq!(of("no/such"), Err("`no/such` does not exist; a path is seen from the root".to_owned()));
    }

    #[test]
    fn what_would_run_a_command_or_is_an_option_is_no_address() {
        for bad in ["", "-x", "--upload-pack=x", "ext::sh -c id", "fd::17", "foo://x", "a\nb"] {
            assert!(of(&bad.replace("\\n", "\n")).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_grants_access_is_refused_and_never_shown() {
        for address in [
            "https://me:secret@e.org/a.git",
            "https://secret@e.org/a.git",
            "ssh://me:secret@e.org/a.git",
            "https://e.org/a.git?token=secret",
        ] {
            let refused = of(address).unwrap_err();
            assert!(refused.contains("is no repository to fetch from: it holds a user") && !refused.contains("secret"), "{refused}");
        }
    }
}
