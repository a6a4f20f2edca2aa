//! The little HTML that stands in Markdown: what of it is seen, which headings it has, where its links lead.

/// A line of visible text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// From 0, in the HTML.
    pub(super) line: usize,
    /// 1 to 6 for the text of `<h1>` to `<h6>`.
    pub(super) heading: Option<u8>,
    pub(super) text: String,
    /// The targets of its links.
    pub(super) links: Vec<String>,
}

/// Tags whose content is not seen, or is an example.
const HIDDEN: [&str; 5] = ["pre", "script", "style", "textarea", "template"];

/// The visible lines of a piece of HTML. One scan forward: each byte is looked at once.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut reader = Reader::default();
    let mut rest = html;
    while !rest.is_empty() {
        let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        reader.text(&rest[..end]);
        rest = &rest[end..];
        if rest.is_empty() {
            break;
        }
        let tag_end = tag_end(rest);
        let tag = &rest[..tag_end];
        let name = name(tag);
        let hidden = HIDDEN.iter().find(|hidden| hidden.eq_ignore_ascii_case(&name));
        let end = hidden.map_or(tag_end, |hidden| tag_end + close_of(&rest[tag_end..], hidden));
        reader.tag(tag, &name);
        reader.line += rest[..end].matches('\n').count();
        rest = &rest[end..];
    }
    reader.end_line();
    reader.done
}

#[derive(Default)]
struct Reader {
    line: usize,
    piece: Option<Piece>,
    heading: Option<u8>,
    done: Vec<Piece>,
}

impl Reader {
    fn text(&mut self, text: &str) {
        for (i, part) in text.split('\n').enumerate() {
            if i > 0 {
                self.line += 1;
                // In a heading, a new line is a blank.
                match (self.heading, &mut self.piece) {
                    (Some(_), Some(piece)) => piece.text.push(' '),
                    (Some(_), None) => {}
                    (None, _) => self.end_line(),
                }
            }
            let seen = decoded(part);
            if !seen.trim().is_empty() {
                self.piece().text.push_str(&seen);
            }
        }
    }

    fn tag(&mut self, tag: &str, name: &str) {
        if let Some(target) = href(tag) {
            self.piece().links.push(target);
        }
        let level = name.strip_prefix('h').and_then(|n| n.parse().ok()).filter(|n| (1..=6).contains(n));
        match (level, name.strip_prefix("/h").is_some_and(|n| n.len() == 1)) {
            (Some(level), _) => {
                self.end_line();
                self.heading = Some(level);
            }
            (None, true) => {
                self.end_line();
                self.heading = None;
            }
            (None, false) => {}
        }
    }

    fn piece(&mut self) -> &mut Piece {
        let (line, heading) = (self.line, self.heading);
        self.piece.get_or_insert_with(|| Piece { line, heading, ..Piece::default() })
    }

    fn end_line(&mut self) {
        if let Some(piece) = self.piece.take() {
            self.done.push(Piece { text: piece.text.trim().to_owned(), ..piece });
        }
    }
}

/// Where the tag or comment at the start of `html` ends; `>` inside quotes does not end it.
fn tag_end(html: &str) -> usize {
    if html.starts_with("<!--") {
        return html.find("-->").map_or(html.len(), |end| end + 3);
    }
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            (None | Some(_), _) => {}
        }
    }
    html.len()
}

/// The name of a tag in lower case, with the slash of a closing one.
fn name(tag: &str) -> String {
    let inner = tag.trim_start_matches('<');
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '/')).unwrap_or(inner.len());
    inner[..end].to_ascii_lowercase()
}

/// How far it is to behind `</name>`; to the end where there is none.
fn close_of(html: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'<', &html.as_bytes()[at..]).map(|i| at + i) {
        let tag = &html.as_bytes()[open..];
        let named = tag.get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
        if named && tag.starts_with(b"</") {
            return memchr::memchr(b'>', tag).map_or(html.len(), |end| open + end + 1);
        }
        at = open + 1;
    }
    html.len()
}

/// Character references that show nothing become blanks, the others one letter's place.
fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('&') {
        out.push_str(head);
        let name = tail.split(';').next().filter(|name| !name.is_empty() && name.len() < 10 && name.len() < tail.len());
        match name.filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')) {
            Some(name) => {
                out.push(if name == "amp" { '&' } else { ' ' });
                rest = &tail[name.len() + 1..];
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out + rest
}

/// The target of `<a … href=…>`: the attribute's value, quoted or not.
pub(super) fn href(tag: &str) -> Option<String> {
    if name(tag) != "a" {
        return None;
    }
    let lower = tag.to_ascii_lowercase();
    let at = lower.match_indices("href").map(|(at, _)| at).find(|at| {
        let before = lower[..*at].chars().next_back();
        before.is_some_and(char::is_whitespace) && lower[at + 4..].trim_start().starts_with('=')
    })?;
    let value = tag[at + 4..].trim_start().strip_prefix('=')?.trim_start();
    let target = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => value[1..].split(quote).next()?,
        None => value.split(|c: char| c.is_whitespace() || c == '>').next()?,
    };
    Some(target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_links_and_lines_are_found() {
        let html =
            "<h2 align=\"center\">\n  Purpose\n</h2>\n<p\n class='>'>x <a data-href=\"no\" Href = yes.py>y</a></p>\n<pre>\n# z\n</PRE>w\n";
        let found: Vec<(usize, Option<u8>, &str)> = vec![(1, Some(2), "Purpose"), (4, None, "x y"), (7, None, "w")];
        let pieces = pieces(html);
        assert_eq!(pieces.iter().map(|p| (p.line, p.heading, p.text.as_str())).collect::<Vec<_>>(), found);
        assert_eq!(pieces[1].links, ["yes.py"]);
    }

    #[test]
    fn what_never_closes_is_read_to_its_end() {
        for html in ["<", "<p", "<p a=\"", "<!--", "<pre>x", "</", "&", "&amp", "<a href", "<a href=", "é<h2>é"] {
            pieces(html);
        }
    }
}
