// Where gate and GitHub's own parser differ, by what is odd about the file, and why that is meant. "The server" is what GitHub runs: the parser is one part of
// what it looks with.
const refuses = (quirk, why, says) => ({ gate: "refuses", quirk, why, says });
const takes = (quirk, why) => ({ gate: "takes", quirk, why });

export const DIFFERENCES = [
  refuses(/^uses (a|a\/b|a\/b@|\.|\.\.\/x|docker:\/\/|5|a\/b@v1@v2|\/a\/b@v1)$/, "the parser does not look into it; the server does, or the runner finds no action"),
  refuses(/^calls (\.\/x\.yml|\.\/\.github\/workflows\/(x|x\.yml@main|sub\/x\.yml)|a\/b\/\.github\/workflows\/x\.yml@?|a\/b\/x\.yml@v1|a\/\.github\/workflows\/x\.yml@v1|5|\.github\/workflows\/x\.yml)$/, "the parser does not look into it; the server does"),
  refuses(/^matrix (\{os: \[\]\}|\{include: \[\]\}|\{\}|\{exclude: \[\{os: a\}\]\}|\{include: \[\{os: a\}\], exclude: \[\{os: b\}\]\})$/, "the parser takes it; the run fails before the job begins"),
  refuses("a matrix of 272 legs", "more than 256 legs: the run fails before the job begins"),
  refuses(/^(no steps|job\.steps: \[\])$/, "the parser takes it; the server answers that no steps are defined"),
  refuses("job.steps: [{run: x, id: s}, {run: x, id: S}]", "the parser tells the ids apart; the server does not"),
  refuses(/^(!!int|a tag of one's own|job\.if: !cancelled\(\))$/, "the parser takes a tag of YAML; the server answers that it is unexpected"),
  refuses("an unknown directive", "readers of YAML differ on what it does"),
  refuses("NUL", "the parser takes it; it is no character of YAML, and no shell could run it"),
  refuses('job.continue-on-error: "a${{ true }}"', "the parser sees a text; true or false is expected when it runs"),
  refuses(/^on\.(push|workflow_run): \{.*-ignore: /, "the parser takes both; the server takes one of them"),
  refuses(/^on (\{\}|\[\])$/, "the parser takes them; the server answers that no event is defined"),
  refuses("action step if: secrets.x", "the parser does not look into it; the runner does, and has no secrets in an action"),
  refuses("action step if: nope", "the parser does not look into it; the runner does"),
  refuses(/^action step id: (1x|s)$/, "the parser does not look into it; the runner does"),
  takes(/^needs (A|\[a, A\]|LAST)$/, "the parser takes them for two names; the server does not tell upper from lower case"),
  takes(/^(job id true|matrix \{1: \[a\]\}|job\.env: \{1: b\})$/, "the parser stumbles over a key that is no text; the server reads it as one"),
  takes(/^(job|run)\.env: "\$\{\{ fromJSON/, "the parser wants a mapping; the server takes an expression, and what comes of it is unknown"),
  takes("on repository_dispatch", "the parser knows it only in a mapping; the server takes it"),
  takes("CR", "a lone carriage return ends a line in YAML; the parser does not know that"),
  takes("action branding: {icon: x, color: pink}", "only the marketplace looks at it"),
  refuses(/^(cut off|a letter lost)$/, "one of the above came of it", /(is no action|is no workflow to call|has no steps|has no values|has no legs)/),
  // Of the cases.
  takes("promotion-only/a_job_id_in_another_case__mended", "as `needs` in another case above"),
  refuses("promotion-only/bad_no_utf_8", "gate cannot tell; the parser was given what could be read of it"),
  refuses("promotion-only/bad_a_null_byte", "as NUL above"),
  refuses("promotion-only/bad_an_empty_matrix", "as an empty matrix above"),
];
