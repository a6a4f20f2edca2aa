use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Vec<Does> {
    parse(text).unwrap().into_iter().map(|instruction| instruction.does).collect()
}

/// The scripts and where their lines stand; of a program its words with `|` between them.
fn runs(text: &str) -> Vec<(String, Vec<usize>)> {
    let of = |instruction: Instruction| match instruction.does {
        Does::Run(Run { command: Command::Script(script), .. }) => Some((script.text, script.lines)),
        Does::Run(Run { command: Command::Exec(words), .. }) => Some((words.join("|"), vec![instruction.line])),
        Does::From { .. } | Does::Set(_) | Does::Shell(_) | Does::Other => None,
    };
    parse(text).unwrap().into_iter().filter_map(of).collect()
}

fn one(text: &str, lines: &[usize]) -> Vec<(String, Vec<usize>)> {
    vec![(text.to_owned(), lines.to_vec())]
}

#[test]
fn a_file_is_known_by_its_name() {
    for path in ["Dockerfile", "a/Containerfile", "Dockerfile.dev", "Containerfile.x", "api.Dockerfile", "b/api.dockerfile"] {
        assert!(is_one(path), "{path}");
    }
    for path in ["Dockerfiles", "dockerfile.md", "Dockerfile.dockerignore", "Dockerfile/x", "docker-compose.yml"] {
        assert!(!is_one(path), "{path}");
    }
}

#[test]
fn lines_that_go_on_are_one_instruction_with_the_lines_they_have() {
    assert_eq!(runs("FROM a\nRUN a && \\\n  b \\  \n  && c\nRUN d"), [one("a && \\\n  b \\\n  && c", &[2, 3, 4]), one("d", &[5])].concat());
    assert_eq!(runs("run a \\\n# not this\n\n  # nor this\n b"), one("a \\\n b", &[1, 5]));
    assert_eq!(runs("RUN a \\\\\nRUN b"), [one("a \\\\", &[1]), one("b", &[2])].concat());
    assert_eq!(runs("RUN a\r\nRUN b \\\r\n c\r\n"), [one("a", &[1]), one("b \\\n c", &[2, 3])].concat());
}

#[test]
fn what_the_shell_would_read_otherwise_is_joined_as_the_builder_joins_it() {
    assert_eq!(runs("RUN a # x \\\n && b"), one("a # x  && b", &[1]));
    assert_eq!(runs("RUN a 'x \\\n y' && b"), one("a 'x  y' && b", &[1]));
}

#[test]
fn another_sign_can_join_the_lines() {
    assert_eq!(runs("# syntax=x\n# escape=`\nRUN a `\n b\nRUN c \\"), [one("a \\\n b", &[3, 4]), one("c \\", &[5])].concat());
    assert_eq!(runs("# a comment\n# escape=`\nRUN a \\\n b"), one("a \\\n b", &[3, 4]));
}

#[test]
fn documents_are_scripts_or_stand_behind_their_command() {
    assert_eq!(runs("RUN <<EOF\na\n# b\nc\nEOF\nRUN d"), [one("a\n# b\nc\n", &[2, 3, 4]), one("d", &[6])].concat());
    assert_eq!(runs("RUN <<-'E' bash\n\ta\n\tE\n"), one("a\n", &[2]));
    assert_eq!(runs("RUN python3 <<EOF && b\nx\nEOF\n"), one("python3 <<EOF && b\nx\nEOF", &[1, 2, 3]));
    assert_eq!(runs("COPY <<A <<B /x/\nRUN a\nA\nRUN b\nB\nRUN c"), one("c", &[6]));
    assert_eq!(runs("RUN a \"<<EOF\" b <<< c"), one("a \"<<EOF\" b <<< c", &[1]));
    assert_eq!(parse("FROM a\nRUN <<EOF\nb\n").unwrap_err().line, 2);
}

#[test]
fn programs_flags_and_later_builds_are_read() {
    assert_eq!(runs("RUN [\"npm\", \"install\"]\nRUN [ -f x ] && y"), [one("npm|install", &[1]), one("[ -f x ] && y", &[2])].concat());
    assert_eq!(runs("ONBUILD RUN a"), one("a", &[1]));
    let does = read("RUN --mount=type=cache,target=/x \\\n --network=none a b");
    let Does::Run(Run { flags, command: Command::Script(script) }) = &does[0] else { panic!("{does:?}") };
    assert_eq!((flags.len(), script.text.as_str(), script.lines.as_slice()), (2, "a b", [2].as_slice()));
}

#[test]
fn variables_are_known_where_no_other_stands_in_them() {
    let set = |text: &str| {
        let Does::Set(variables) = read(text).remove(0) else { panic!("{text} sets nothing") };
        variables.into_iter().map(|one| (one.name, one.value)).collect::<Vec<_>>()
    };
    let known = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
    assert_eq!(set("ENV A=1 B=\"x y\" \\\n C='$z' D=a\\ b"), [known("A", "1"), known("B", "x y"), known("C", "$z"), known("D", "a b")]);
    assert_eq!(set("ENV A x y"), [known("A", "x y")]);
    assert_eq!(set("ENV A=$B"), [("A".to_owned(), None)]);
    assert_eq!(set("ARG A"), []);
    assert_eq!(set("ARG A=1"), [known("A", "1")]);
}

#[test]
fn stages_and_shells_are_read() {
    assert_eq!(
        read("FROM --platform=x a:1 AS b\nSHELL [\"pwsh\", \"-c\"]\nUSER x"),
        [
            Does::From { base: "a:1".to_owned(), name: Some("b".to_owned()) },
            Does::Shell(vec!["pwsh".to_owned(), "-c".to_owned()]),
            Does::Other
        ]
    );
}

#[test]
fn what_is_no_dockerfile_has_a_fault_with_its_line() {
    for (text, line) in [("", 1), ("# a\n", 1), ("FROM a\n{{ x }}\n", 2), ("FROM a\n\nSHELL bash\n", 3)] {
        assert_eq!(parse(text).unwrap_err().line, line, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fall_over(text in "(RUN |ENV |# escape=`|<<-?E|\\\\|`|\n|\t|[a'\"$=\\[\\] é])*") {
        if let Ok(instructions) = parse(&text) {
            for instruction in instructions {
                prop_assert!(instruction.line >= 1 && instruction.line <= text.lines().count());
                if let Does::Run(Run { command: Command::Script(script), .. }) = instruction.does {
                    prop_assert!(!script.lines.is_empty());
                }
            }
        }
    }

    #[test]
    fn no_bytes_make_the_reader_fall_over(text in "\\PC*") {
        let _ = parse(&text);
        let _ = parse(&format!("RUN {text}"));
    }
}
