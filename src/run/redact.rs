//! Secrets on a command line, known by their looks, are not written down.

/// What stands in their place.
const REDACTED: &str = "[redacted]";

/// Parts of names whose values are secrets.
const NAMES: [&str; 15] = [
    "token",
    "secret",
    "passw",
    "passphrase",
    "apikey",
    "api_key",
    "credential",
    "private_key",
    "access_key",
    "accountkey",
    "authorization",
    "x_auth",
    "bearer",
    "jwt",
    "pwd",
];

/// Flags whose values are secrets, by their whole names.
const FLAGS: [&str; 6] = ["-u", "--user", "--auth", "--key", "--pass", "--pat"];

/// How tokens of well-known services begin.
const PREFIXES: [&str; 18] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "sk-",
    "sk_live_",
    "rk_live_",
    "AKIA",
    "ASIA",
    "AIza",
    "npm_",
    "pypi-",
];

/// The words of a command with secrets left out.
pub(crate) fn redacted(words: &[String]) -> Vec<String> {
    let mut next_is_secret = false;
    words
        .iter()
        .map(|word| {
            let is_flag = word.starts_with('-');
            let asks = is_flag && !word.contains('=') && (is_secret_name(word) || FLAGS.contains(&word.as_str()));
            let is_secret = next_is_secret;
            next_is_secret = asks && !is_secret;
            if is_secret { REDACTED.to_owned() } else { word_without_secret(word) }
        })
        .collect()
}

/// A sentence with secrets left out, word for word: what a flag or a name with a sign behind it is followed by, and what looks like a token.
pub(crate) fn redacted_text(text: &str) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let is_sign = |word: &str| matches!(word.trim(), ":" | "=");
    let (mut out, mut is_secret) = (String::with_capacity(text.len()), false);
    for (i, word) in words.iter().enumerate() {
        let bare = word.trim_end();
        let blank = &word[bare.len()..];
        if bare.is_empty() || is_sign(bare) {
            out.push_str(word);
            continue;
        }
        if is_secret {
            // `Authorization: Bearer …`
            let is_scheme = ["bearer", "basic", "token"].contains(&bare.to_ascii_lowercase().as_str());
            out.push_str(if is_scheme { bare } else { REDACTED });
            out.push_str(blank);
            is_secret = is_scheme;
            continue;
        }
        let name = bare.trim_end_matches([':', '=']);
        let has_sign = name.len() < bare.len() || words.get(i + 1).is_some_and(|next| is_sign(next));
        let is_flag = bare.starts_with('-') && !bare.contains('=');
        is_secret = (has_sign || is_flag) && (is_secret_name(name) || FLAGS.contains(&bare));
        out.push_str(&word_without_secret(bare));
        out.push_str(blank);
    }
    out
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    name.ends_with("pass") || name.trim_start_matches('_') == "pw" || NAMES.iter().any(|secret| name.contains(secret))
}

fn word_without_secret(word: &str) -> String {
    let named = [('=', false), (':', true)].into_iter().find_map(|(sign, blank)| {
        let (name, value) = word.split_once(sign)?;
        let is_secret = (is_secret_name(name) || FLAGS.contains(&name)) && !value.trim().is_empty() && !value.starts_with("//");
        is_secret.then(|| format!("{name}{sign}{}{REDACTED}", if blank { " " } else { "" }))
    });
    if let Some(redacted) = named {
        return redacted;
    }
    let token = |part: &str| PREFIXES.iter().any(|prefix| part.starts_with(prefix) && part.len() >= prefix.len() + 12);
    // A JSON Web Token: three parts, of which the first is a JSON object in base64.
    let is_jwt = |part: &str| part.starts_with("eyJ") && part.matches('.').count() == 2;
    if word
        .split(['=', ':', ',', ' ', '\'', '"', '(', ')', '[', ']', '<', '>', '{', '}', '/', '@', ';'])
        .any(|part| token(part) || is_jwt(part))
    {
        return REDACTED.to_owned();
    }
    if let Some((address, query)) = word.split_once('?')
        && address.contains("://")
        && query.split('&').any(|pair| is_secret_name(pair) || pair.starts_with("sig=") || pair.starts_with("key="))
    {
        return format!("{}?{REDACTED}", word_without_secret(address));
    }
    match word.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest, rest.split('/').next()?.rfind('@')?))) {
        Some((scheme, rest, at)) => format!("{scheme}://{REDACTED}{}", &rest[at..]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_keeps_its_words_and_not_its_secrets() {
        for text in [
            "password: hunter2",
            "--token hunter2",
            "Authorization: Bearer hunter2",
            "GH_TOKEN = hunter2",
            "pw=hunter2",
            "see (ghp_hunter2hunter2hunter2)",
            "ticket/ghp_hunter2hunter2hunter2",
            "eyJhunter2.hunter2.hunter2",
            "-u hunter2",
            "https://me:hunter2@host/x",
        ] {
            assert!(!redacted_text(text).contains("hunter2"), "{text}: {}", redacted_text(text));
        }
        for text in ["the exchange\nis closing", "the token: service is down, see #12", "key figures", "a  b\tc "] {
            assert!(redacted_text(text).ends_with(text.rsplit(' ').next().unwrap()), "{text}: {}", redacted_text(text));
        }
        assert_eq!(redacted_text("a  b\tc "), "a  b\tc ");
    }

    #[test]
    fn what_looks_like_a_secret_is_left_out_and_the_rest_stays() {
        for (word, left) in [
            ("API_KEY=x", "API_KEY=[redacted]"),
            ("--db=https://u:p@host/x", "--db=https://[redacted]@host/x"),
            ("ghp_0123456789abcdef", REDACTED),
            ("Authorization: Bearer abc", "Authorization: [redacted]"),
            ("--key=abc", "--key=[redacted]"),
            ("sk-ip", "sk-ip"),
            ("--passwd=", "--passwd="),
            ("a=b", "a=b"),
            ("secret://x", "secret://x"),
        ] {
            assert_eq!(redacted(&[word.to_owned()]), [left], "{word}");
        }
    }

    #[test]
    fn the_word_after_a_secret_flag_is_a_secret_whatever_it_looks_like() {
        let words = ["curl", "--token", "-abc", "-u", "me:pw", "--verbose", "x"].map(str::to_owned);
        assert_eq!(redacted(&words), ["curl", "--token", REDACTED, "-u", REDACTED, "--verbose", "x"]);
    }
}
