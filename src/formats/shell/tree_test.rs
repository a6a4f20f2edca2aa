//! What scripts are read as.

use super::*;

fn only(text: &str) -> Command {
    let script = parse(text).unwrap();
    assert_eq!(script.items.len(), 1, "{text}");
    script.items[0].first.commands[0].clone()
}

fn words(text: &str) -> Vec<Word> {
    let Body::Simple { words, .. } = only(text).body else { panic!("{text}") };
    words
}

fn plain(text: &str) -> Vec<Option<String>> {
    words(text).iter().map(Word::plain).collect()
}

fn fault(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn quotes_and_backslashes_make_one_word() {
    assert_eq!(plain(r#"a'b c'"d \" e"\ f$'\n\x41\''"#), [Some("ab cd \" e f\nA'".to_owned())]);
    assert_eq!(plain("a\\\nb '' \"\""), [Some("ab".to_owned()), Some(String::new()), Some(String::new())]);
}

#[test]
fn a_parameter_keeps_its_operator_and_whether_it_is_quoted() {
    let parameter = |name: &str, operator: Option<(&str, Word)>, quoted| Part::Parameter {
        name: name.into(),
        operator: operator.map(|(operator, word)| Box::new((operator.to_owned(), word))),
        quoted,
    };
    let text = |text: &str| Word { parts: vec![Part::Literal(text.into())] };
    assert_eq!(words("$a")[0].parts, [parameter("a", None, false)]);
    assert_eq!(words("${a[@]}")[0].parts, [parameter("a[@]", None, false)]);
    assert_eq!(words("${a:-b}")[0].parts, [parameter("a", Some((":-", text("b"))), false)]);
    assert_eq!(words("${a%%.*}")[0].parts, [parameter("a", Some(("%%", text(".*"))), false)]);
    assert_eq!(words("${#a}")[0].parts, [parameter("a", Some(("#", Word::default())), false)]);
    assert_eq!(words("${a#}")[0].parts, [parameter("a", None, false)]);
    assert_eq!(words("$#")[0].parts, [parameter("#", None, false)]);
    assert_eq!(words("${#}")[0].parts, [parameter("#", None, false)]);
    assert_eq!(words("${!a}")[0].parts, [parameter("!a", None, false)]);
    let quoted = &words("\"$a b\"")[0].parts;
    assert_eq!(quoted[1..], [parameter("a", None, true), Part::Quoted(" b".into())]);
}

#[test]
fn an_expression_of_a_workflow_stands_in_every_kind_of_text() {
    let found = |text: &str| match words(text).iter().flat_map(|word| &word.parts).find(|part| matches!(part, Part::Expression { .. })) {
        Some(Part::Expression { source, quoted }) => (source.clone(), *quoted),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(found("echo ${{ a.b }}"), ("a.b".into(), false));
    assert_eq!(found("echo \"${{ a.b }}\""), ("a.b".into(), true));
    assert_eq!(found("echo '${{ toJSON(needs) }}'"), ("toJSON(needs)".into(), true));
    assert_eq!(found("echo ${{ format('}}', 'it''s') }}x"), ("format('}}', 'it''s')".into(), false));
    let command = only("cat <<'EOF'\n$x ${{ a }}\nEOF");
    assert_eq!(command.redirects[0].target.parts[1], Part::Expression { source: "a".into(), quoted: true });
}

#[test]
fn here_documents_stand_behind_their_line_and_do_not_disturb_it() {
    let script = parse("cat <<A <<-'B' | tee \\\n  x && y\na $v\nA\n\tb $v\n\tB\nz").unwrap();
    assert_eq!(script.items.len(), 2);
    let redirects = &script.items[0].first.commands[0].redirects;
    assert_eq!(redirects[0].target.parts.len(), 3);
    assert_eq!(redirects[1].target.plain().as_deref(), Some("b $v\n"));
    assert_eq!(script.items[1].first.commands[0].line, 7);
}

#[test]
fn lines_are_those_of_the_script() {
    let script = parse("a\n\nb \\\n c $(\nd\n)\ncat <<X\n$(e\n)\nX\nf `\ng`").unwrap();
    let lines: Vec<usize> = script.items.iter().map(|item| item.first.commands[0].line).collect();
    assert_eq!(lines, [1, 3, 7, 11]);
}

#[test]
fn keywords_are_keywords_only_where_a_command_begins() {
    assert_eq!(plain("echo if then fi }"), ["echo", "if", "then", "fi", "}"].map(|word| Some(word.to_owned())));
    assert!(matches!(only("if a; then b; fi").body, Body::If { .. }));
    assert!(matches!(only("'if' a").body, Body::Simple { .. }));
}

#[test]
fn two_parentheses_are_arithmetic_only_where_both_close_together() {
    assert!(matches!(only("((a + (b)))").body, Body::Arithmetic(_)));
    assert!(matches!(only("((a) || (b))").body, Body::Subshell(_)));
    assert!(matches!(words("echo $((a) | b)")[1].parts[0], Part::Substitution { .. }));
    assert!(matches!(words("echo $((1 + $(a)))")[1].parts[0], Part::Arithmetic(_)));
}

#[test]
fn a_test_is_words_and_operators() {
    let Body::Test(words) = only("[[ ! $a =~ ^(a b|c)$ && ( x == \"&&\" ) ]]").body else { panic!() };
    let literals: Vec<Option<&str>> = words.iter().map(Word::literal).collect();
    let some = Some::<&str>;
    assert_eq!(literals[..5], [some("!"), None, some("=~"), some("^(a b|c)$"), some("&&")]);
    assert_eq!(literals[5..], [some("("), some("x"), some("=="), None, some(")")]);
}

#[test]
fn arrays_keep_their_words() {
    let Body::Simple { assignments, .. } = only("a=(b 'c d' [2]=e)").body else { panic!() };
    assert!(matches!(&assignments[0].value.parts[..], [Part::List(words)] if words.len() == 3));
    let parts = &words("local -a x=(b c) y=d")[2].parts;
    assert!(matches!(parts[..], [Part::Literal(ref name), Part::List(_)] if name == "x="));
}

#[test]
fn a_fault_names_what_is_open_and_where_it_began() {
    assert_eq!(fault("a\n  echo 'b\nc"), "line 2, column 8: this `'` is not closed");
    assert_eq!(fault("a $(b\nc"), "line 1, column 3: this `$(` is not closed by `)`");
    assert_eq!(fault("if a; then\nb"), "line 1, column 1: this `if` is not closed: `fi` is expected");
    assert_eq!(fault("a\nfi"), "line 2, column 1: `fi` has no place here");
    assert_eq!(fault("a && "), "line 1, column 6: the script ends where a command is expected");
    assert_eq!(fault("x ${{ a"), "line 1, column 3: this `${{` is not closed by `}}`");
}

#[test]
fn a_here_document_within_a_quote_is_said() {
    let text = "echo \"$(cat <<E) \" '\n' \"\n$(a\n)\"";
    assert!(parse(text).is_err(), "{:?}", parse(text));
}
