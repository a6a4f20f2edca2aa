//! A user's list of files with their sha256: JSON, CSV, or what `sha256sum` prints.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::fault::{Fault, sentence};
use super::json;

/// A file of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As it is written: the caller says where it may lead.
    pub(crate) path: String,
    /// 64 lowercase digits of hex.
    pub(crate) sha256: String,
    /// From 1.
    pub(crate) line: usize,
}

/// Reads a list. The notation is that of the file's suffix: `.json`, `.csv`, and `sha256sum` for all others.
pub(crate) fn parse(name: &str, text: &str) -> Result<Vec<Entry>, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix.to_ascii_lowercase()).unwrap_or_default();
    let mut list = List::default();
    match suffix.as_str() {
        "json" => json_list(text, &mut list)?,
        "csv" => csv_list(text, &mut list)?,
        _ => sum_list(text, &mut list)?,
    }
    if list.entries.is_empty() { Err(Fault::on(1, "the list names no file")) } else { Ok(list.entries) }
}

#[derive(Default)]
struct List {
    entries: Vec<Entry>,
    seen: HashSet<String>,
}

impl List {
    fn add(&mut self, line: usize, path: &str, digest: &str) -> Result<(), Fault> {
        if path.is_empty() {
            return Err(Fault::on(line, "a file has an empty path"));
        }
        let named = |why: &str| Fault::on(line, format!("`{}` {why}", path.escape_debug()));
        let sha256 = sha256(digest).map_err(|why| named(&why))?;
        if !self.seen.insert(path.to_owned()) {
            return Err(named("stands twice in the list"));
        }
        self.entries.push(Entry { path: path.to_owned(), sha256, line });
        Ok(())
    }
}

/// The digest in lower case, with or without `sha256:` before it.
fn sha256(digest: &str) -> Result<String, String> {
    let hex = match digest.split_once(':') {
        Some((kind, hex)) if kind.eq_ignore_ascii_case("sha256") => hex,
        Some((kind, _)) => return Err(format!("has a digest of the kind `{}`, and a sha256 is needed", kind.escape_debug())),
        None => digest,
    };
    if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("has a digest that is not hex".to_owned());
    }
    match hex.len() {
        64 => Ok(hex.to_ascii_lowercase()),
        0 => Err("has no digest".to_owned()),
        32 => Err("has a digest as long as an md5, and a sha256 is needed".to_owned()),
        40 => Err("has a digest as long as a sha1, and a sha256 is needed".to_owned()),
        other => Err(format!("has a digest of {other} digits, and a sha256 has 64")),
    }
}

/// The line ends of a text.
struct Lines<'a> {
    text: &'a str,
    ends: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, ends: memchr::memchr_iter(b'\n', text.as_bytes()).collect() }
    }

    /// The line of a part of the text.
    fn of_part(&self, part: &str) -> usize {
        let offset = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        self.ends.partition_point(|end| *end < offset) + 1
    }

    /// The line of a CSV record. Line ends before it belong to its place there, and `\r\n` is counted one record late.
    fn of_record(&self, place: Option<&csv::Position>) -> usize {
        let offset = place.and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or_default();
        self.of_part(self.text.get(offset..).unwrap_or_default().trim_start_matches(['\r', '\n']))
    }
}

/// The keys and values of an object in the order of the text.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = object.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A file in a JSON list; what else it says is passed over.
#[derive(Deserialize)]
struct Item {
    path: Option<String>,
    sha256: Option<String>,
}

fn json_list(text: &str, list: &mut List) -> Result<(), Fault> {
    json::parse(text)?;
    let lines = Lines::of(text);
    let line = |value: &str| lines.of_part(value);
    let mut value: &str = text.trim_start();
    if let Ok(Pairs(pairs)) = serde_json::from_str::<Pairs<'_>>(value) {
        let files = pairs.iter().find(|(key, value)| key == "files" && value.get().starts_with(['{', '[']));
        let Some((_, files)) = files else { return json_pairs(&pairs, line, list) };
        let is_sum = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let holds_sum = |value: &str| value.split(|c: char| !c.is_ascii_alphanumeric()).any(is_sum);
        if let Some((path, value)) = pairs.iter().find(|(key, value)| key != "files" && holds_sum(value.get())) {
            return Err(Fault::on(line(value.get()), format!("`{}` stands beside `files`, and not in it", path.escape_debug())));
        }
        value = files.get();
    }
    if let Ok(Pairs(pairs)) = serde_json::from_str::<Pairs<'_>>(value) {
        return json_pairs(&pairs, line, list);
    }
    let wrong = |line| Fault::on(line, "a list of files is expected: paths with their sha256, or objects with `path` and `sha256`");
    let items: Vec<&RawValue> = serde_json::from_str(value).map_err(|_| wrong(line(value)))?;
    for item in items {
        let line = line(item.get());
        let read = serde_json::from_str(item.get()).ok().filter(|_| item.get().starts_with('{'));
        let Some(Item { path: Some(path), sha256: Some(digest) }) = read else {
            return Err(Fault::on(line, "a file is expected as an object with the texts `path` and `sha256`"));
        };
        list.add(line, &path, &digest)?;
    }
    Ok(())
}

fn json_pairs(pairs: &[(String, &RawValue)], line: impl Fn(&str) -> usize, list: &mut List) -> Result<(), Fault> {
    for (path, value) in pairs {
        let line = line(value.get());
        let digest: String = serde_json::from_str(value.get())
            .map_err(|_| Fault::on(line, format!("`{}` has a value that is no text with its sha256", path.escape_debug())))?;
        list.add(line, path, &digest)?;
    }
    Ok(())
}

fn csv_list(text: &str, list: &mut List) -> Result<(), Fault> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| csv_fault(&error, &Lines::of(text)))?.clone();
    let column = |names: [&str; 3]| names.iter().find_map(|name| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name)));
    let path = column(["path", "file", "name"]).ok_or_else(|| Fault::on(1, "no column is named `path`, `file` or `name`"))?;
    let digest = column(["sha256", "digest", "hash"]).ok_or_else(|| Fault::on(1, "no column is named `sha256`, `digest` or `hash`"))?;
    let same = |at: usize| header.iter().filter(|cell| cell.trim().eq_ignore_ascii_case(header[at].trim())).count();
    if same(path) > 1 || same(digest) > 1 {
        return Err(Fault::on(1, "two columns have the same name, and only one can be meant"));
    }
    let lines = Lines::of(text);
    for record in reader.records() {
        let record = record.map_err(|error| csv_fault(&error, &lines))?;
        let line = lines.of_record(record.position());
        list.add(line, record.get(path).unwrap_or_default(), record.get(digest).unwrap_or_default().trim())?;
    }
    Ok(())
}

fn csv_fault(error: &csv::Error, lines: &Lines<'_>) -> Fault {
    let line = lines.of_record(error.position());
    if let csv::ErrorKind::UnequalLengths { expected_len, len, .. } = error.kind() {
        return Fault::on(line, format!("the line has {len} cells, and the header has {expected_len}"));
    }
    Fault::on(line, sentence(&error.to_string()))
}

fn sum_list(text: &str, list: &mut List) -> Result<(), Fault> {
    for (at, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (path, digest) = sum_line(line).map_err(|why| Fault::on(at + 1, why))?;
        list.add(at + 1, &path, digest)?;
    }
    Ok(())
}

/// `digest  name`, `digest *name` or `SHA256 (name) = digest`; a backslash before all of it says that the name is escaped.
fn sum_line(line: &str) -> Result<(String, &str), String> {
    let escaped = line.starts_with('\\');
    let body = line.strip_prefix('\\').unwrap_or(line);
    let tagged = body.split_once(" (").zip(body.rsplit_once(") = "));
    let (name, digest) = match tagged.filter(|((kind, _), _)| kind.starts_with(|c: char| c.is_ascii_uppercase()) && !kind.contains(' ')) {
        Some((("SHA256", rest), (_, digest))) => (rest.get(..rest.len().saturating_sub(digest.len() + 4)).unwrap_or_default(), digest),
        Some(((kind, _), _)) => return Err(format!("the digest is of the kind `{}`, and a sha256 is needed", kind.escape_debug())),
        None => {
            let (digest, rest) = body.split_once(' ').ok_or("this is no line of `sha256sum`")?;
            (rest.strip_prefix([' ', '*']).ok_or("this is no line of `sha256sum`")?, digest)
        }
    };
    if escaped { Ok((unescaped(name)?, digest)) } else { Ok((name.to_owned(), digest)) }
}

fn unescaped(name: &str) -> Result<String, String> {
    let mut plain = String::with_capacity(name.len());
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('\\') => '\\',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(_) | None => return Err("the name has an escape that `sha256sum` does not write".to_owned()),
            },
            other => other,
        });
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    const B: &str = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";

    fn read(name: &str, text: &str) -> Vec<(String, String, usize)> {
        parse(name, text).unwrap().into_iter().map(|e| (e.path, e.sha256, e.line)).collect()
    }

    fn expected(lines: [usize; 2]) -> Vec<(String, String, usize)> {
        vec![("x/b".to_owned(), B.to_owned(), lines[0]), ("a".to_owned(), A.to_owned(), lines[1])]
    }

    fn refused(name: &str, text: &str) -> String {
        parse(name, text).unwrap_err().to_string()
    }

    #[test]
    fn json_is_read_in_all_its_forms_with_lines() {
        let upper = A.to_uppercase();
        let map = format!("{{\n\"x/b\": \"sha256:{B}\",\n\n\"a\": \"{upper}\"}}");
        let list = format!("[{{\"path\": \"x/b\",\n \"sha256\": \"{B}\", \"size\": 1}},\n\n{{\"sha256\": \"{A}\", \"path\": \"a\"}}]");
        assert_eq!(read("m.json", &map), expected([2, 4]));
        assert_eq!(read("m.JSON", &list), expected([1, 4]));
        assert_eq!(read("m.json", &format!("{{\"version\": 1,\n\"files\": {map}}}")), expected([3, 5]));
        assert_eq!(read("m.json", &format!("\n{{\"files\":\n{list}}}")), expected([3, 6]));
        assert_eq!(read("m.json", &format!("{{\"files\": \"{A}\"}}"))[0].0, "files");
    }

    #[test]
    fn csv_is_read_by_its_header() {
        let text = format!("size,File,SHA256\n1,x/b,{B}\r\n2,\"a\",sha256:{A}\n");
        assert_eq!(read("m.csv", &text), expected([2, 3]));
        assert_eq!(read("m.csv", &format!("hash,name\n{B},\"x,\ny\"\n{A},a\n"))[1].2, 4);
    }

    #[test]
    fn what_sha256sum_prints_is_read() {
        assert_eq!(read("SHA256SUMS", &format!("# c\n{B}  x/b\n\n{A} *a\r\n")), expected([2, 4]));
        assert_eq!(read("m.txt", &format!("SHA256 (x/b) = {B}\nSHA256 (a) = {A}\n")), expected([1, 2]));
        let odd = format!("\\{A}  a\\\\b\\nc\n{A}   d \n\\SHA256 (e\\n) = f) = {A}\nSHA256 (g (h) = {A}\n{A}  (i) = j\n");
        let paths: Vec<String> = read("m.sum", &odd).into_iter().map(|(path, ..)| path).collect();
        assert_eq!(paths, ["a\\b\nc", " d ", "e\n) = f", "g (h", "(i) = j"]);
    }

    #[test]
    fn a_digest_that_is_no_sha256_is_refused_by_name() {
        let md5 = &A[..32];
        assert_eq!(refused("m", &format!("{md5}  a\n")), "line 1, column 1: `a` has a digest as long as an md5, and a sha256 is needed");
        assert!(refused("m", &format!("{}  a\n", &A[..40])).contains("as long as a sha1"));
        assert!(refused("m", &format!("{A}{A}  a\n")).contains("has a digest of 128 digits"));
        assert!(refused("m", &format!("\nMD5 (a) = {md5}\n")).contains("line 2, column 1: the digest is of the kind `MD5`"));
        assert!(refused("m.json", &format!("{{\"a\": \"md5:{md5}\"}}")).contains("`a` has a digest of the kind `md5`"));
        assert!(
            refused("m.csv", &format!("path,sha256\na,{}\n", A.replace('c', "x")))
                .contains("line 2, column 1: `a` has a digest that is not hex")
        );
        assert!(refused("m.csv", "path,sha256\na,\n").contains("`a` has no digest"));
    }

    #[test]
    fn no_list_is_empty_or_names_a_file_twice_or_without_a_path() {
        for (name, text) in
            [("m", ""), ("m", "# c\n"), ("m.json", "{}"), ("m.json", "[]"), ("m.json", "{\"files\": []}"), ("m.csv", "path,hash\n")]
        {
            assert!(refused(name, text).contains("names no file"), "{text}");
        }
        assert!(refused("m", &format!("{A}  a\n{A}  a\n")).starts_with("line 2, column 1: `a` stands twice"));
        assert!(refused("m.json", &format!("{{\"a\": \"{A}\",\n\"a\": \"{A}\"}}")).starts_with("line 2, "));
        assert!(refused("m", &format!("{A}  \n")).contains("empty path"));
        assert!(refused("m.csv", &format!("path,hash\n,{A}\n")).contains("empty path"));
    }

    #[test]
    fn what_is_in_no_notation_is_refused_with_its_line() {
        for (name, text) in [
            ("m", "x\n"),
            ("m", "abc def\n"),
            ("m", "\\ab  a\\q\n"),
            ("m.json", ""),
            ("m.json", "1"),
            ("m.json", "\"x\""),
            ("m.json", "[1]"),
            ("m.json", "[[\"a\", \"b\"]]"),
            ("m.json", "[{\"path\": \"a\"}]"),
            ("m.json", "{\"a\": 1}"),
            ("m.json", "{\"files\": [], }"),
            ("m.csv", ""),
            ("m.csv", "path,size\n"),
            ("m.csv", "sha256\n"),
            ("m.csv", "path,sha256\na\n"),
        ] {
            assert!(refused(name, text).starts_with("line 1,") || refused(name, text).starts_with("line 2,"), "{text}");
        }
    }
}
