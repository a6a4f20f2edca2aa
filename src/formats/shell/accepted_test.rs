//! What bash accepts and refuses, snippet by snippet; the lists were compared with `bash -n`.

use super::parse;

fn snippets(list: &str) -> impl Iterator<Item = &str> {
    list.split("\n%%\n")
}

#[test]
fn what_bash_accepts_is_accepted() {
    for snippet in snippets(include_str!("samples/accepted")) {
        assert!(parse(snippet).is_ok(), "{snippet}\n{:?}", parse(snippet));
        // Git for Windows checks out so.
        let windows = snippet.replace('\n', "\r\n");
        assert_eq!(parse(snippet), parse(&windows), "{snippet}");
    }
}

#[test]
fn what_bash_refuses_is_refused() {
    for snippet in snippets(include_str!("samples/refused")) {
        assert!(parse(snippet).is_err(), "{snippet}\n{:?}", parse(snippet));
    }
}

#[test]
fn a_quote_that_only_posix_takes_as_text_is_accepted() {
    assert!(parse("echo \"${x:-it's}\"").is_ok());
}

#[test]
fn what_is_wrapped_in_any_construct_stays_as_it_is() {
    for snippet in snippets(include_str!("samples/accepted")) {
        let wraps = ["if\n", "{\n", "(\n", "while\n", "x=$(\n", "f() {\n", "case x in a)\n"];
        let ends = ["\nthen b; fi", "\n}", "\n)", "\ndo b; done", "\n)", "\n}", "\n;; esac"];
        for (wrap, end) in wraps.into_iter().zip(ends) {
            let closed = !snippet.contains("never closed") && !snippet.starts_with("# only");
            let text = format!("{wrap}{snippet}{end}");
            assert!(!closed || parse(&text).is_ok(), "{text}\n{:?}", parse(&text));
        }
    }
}
