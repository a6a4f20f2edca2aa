//! Actions and called workflows that publish, by their names and by what they are given.

use super::super::{Actions, action_name, names_one_of};
use super::named::says;
use crate::formats::expression::{Expression, Piece};
use crate::formats::workflow::{At, Templated};

/// Actions that publish or deploy and whose name does not say so, or says so in another way; `*` at the end: all that begin so.
static ACTIONS: Actions = Actions::new(&[
    "actions/attest",
    "actions/attest-build-provenance",
    "actions/upload-release-asset",
    "ad-m/github-push-action",
    "amondnet/vercel-action",
    "anothrnick/github-tag-action",
    "apple-actions/upload-testflight-build",
    "appleboy/lambda-action",
    "appleboy/scp-action",
    "appleboy/ssh-action",
    "aws-actions/aws-codebuild-run-build",
    "azure/functions-action",
    "benc-uk/workflow-dispatch",
    "bitovi/*",
    "changesets/action",
    "cloudflare/pages-action",
    "cloudflare/wrangler-action",
    "crazy-max/ghaction-github-pages",
    "deliverybot/helm",
    "dflook/terraform-apply",
    "dflook/tofu-apply",
    "digitalocean/app_action*",
    "endbug/add-and-commit",
    "expo/expo-github-action/submit",
    "garygrossgarten/github-action-scp",
    "garygrossgarten/github-action-ssh",
    "google-github-actions/deploy-*",
    "google-github-actions/upload-cloud-storage",
    "hashicorp/tfc-workflows-github*",
    "hexpm/*",
    "huggingface/huggingface-hub-sync",
    "jakejarvis/s3-sync-action",
    "mathieudutour/github-tag-action",
    "netlify/actions*",
    "nwtgck/actions-netlify",
    "pascalgn/automerge-action",
    "peaceiris/actions-gh-pages",
    "peter-evans/repository-dispatch",
    "python-semantic-release/*",
    "r0adkll/upload-google-play",
    "railwayapp/*",
    "redhat-actions/push-to-registry",
    "rickstaa/action-create-tag",
    "rubygems/configure-rubygems-credentials",
    "rust-lang/crates-io-auth-action",
    "serverless/github-action",
    "shallwefootball/s3-upload-action",
    "slsa-framework/slsa-github-generator*",
    "stefanprodan/helm-gh-pages",
    "stefanzweifel/git-auto-commit-action",
    "superfly/flyctl-actions*",
    "svenstaro/upload-release-action",
    "taiki-e/upload-rust-binary-action",
]);

/// Actions whose name says that they publish, and that do not.
static OTHERS: Actions = Actions::new(&[
    "actions/download-artifact",
    "bobheadxi/deployments",
    "chrnorm/deployment-status",
    "joutvhu/get-release",
    "robinraju/release-downloader",
]);

/// Actions that publish only when `push` is on.
const BUILDING: &[&str] = &["depot/build-push-action", "docker/bake-action", "docker/build-push-action", "redhat-actions/buildah-build"];

/// What a script of `actions/github-script` calls to publish.
const CALLS: &[&str] = &[
    "createDeployment",
    "createDispatchEvent",
    "createOrUpdateFileContents",
    "createRef",
    "createRelease",
    "createWorkflowDispatch",
    "pulls.merge",
    "repos.merge",
    "updateRef",
    "updateRelease",
    "uploadReleaseAsset",
];

type With = [(At<String>, Templated)];

fn given<'w>(with: &'w With, key: &str) -> Option<&'w str> {
    with.iter().find(|(own, _)| own.value.eq_ignore_ascii_case(key)).map(|(_, value)| value.source.trim())
}

/// Whether an action publishes with what it is given.
pub(crate) fn publishes_by_action(uses: &str, with: &With) -> bool {
    if let Some(image) = uses.strip_prefix("docker://") {
        let path = image.split('@').next().unwrap_or(image);
        let folder = path.rfind('/').map_or(0, |at| at + 1);
        let tag = path.get(folder..).and_then(|name| name.find(':')).map_or(path.len(), |at| at + folder);
        return says(path.get(..tag).unwrap_or(path));
    }
    let name = action_name(uses);
    if BUILDING.contains(&name.as_str()) {
        return given(with, "push").is_some_and(|push| push != "false") || sends_to_registry(with);
    }
    match name.as_str() {
        "actions/github-script" => given(with, "script").is_some_and(calls),
        "goreleaser/goreleaser-action" => {
            let args = given(with, "args").unwrap_or_default();
            args.split_whitespace().any(|word| word == "release") && !args.contains("--snapshot") && !args.contains("--skip=publish")
        }
        "pyo3/maturin-action" => given(with, "command").is_some_and(|command| ["publish", "upload"].contains(&command)),
        "pulumi/actions" => given(with, "command").is_none_or(|command| !["preview", "refresh"].contains(&command)),
        "release-drafter/release-drafter" => given(with, "publish").is_some_and(|publish| publish != "false"),
        _ => ACTIONS.has(&name) || !OTHERS.has(&name) && action_says(&name),
    }
}

/// Whether what is built goes to a registry, `push` aside.
fn sends_to_registry(with: &With) -> bool {
    ["outputs", "set"].into_iter().any(|key| given(with, key).is_some_and(|to| to.contains("type=registry") || to.contains("push=true")))
}

/// The expression without which an action publishes nothing: `push: ${{ github.event_name != 'pull_request' }}`.
pub(crate) fn publishes_only_if<'w>(uses: &str, with: &'w With) -> Option<&'w Expression> {
    if !BUILDING.contains(&action_name(uses).as_str()) || sends_to_registry(with) {
        return None;
    }
    let push = with.iter().find(|(own, _)| own.value.eq_ignore_ascii_case("push")).map(|(_, value)| value.pieces.as_slice());
    if let Some([Piece::Expression(expression)]) = push { Some(expression) } else { None }
}

/// Whether the name of an action says that it publishes.
fn action_says(name: &str) -> bool {
    // The name of a local action is that of its folder.
    let name = if name.starts_with("./") { name.rsplit('/').next().unwrap_or(name) } else { name };
    let all_of = |parts: &[&str]| parts.iter().all(|part| names_one_of(name, &[part]));
    let merges = names_one_of(name, &["merge", "automerge"]) && (names_one_of(name, &["pr", "pull", "automerge"]));
    let uploads = names_one_of(name, &["upload", "uploader"]) && !names_one_of(name, &["deploy", "publish", "release"]);
    !uploads && says(name) || all_of(&["git", "push"]) || all_of(&["github", "push"]) || names_one_of(name, &["dispatch"]) || merges
}

/// Whether a script calls what publishes; `createDeploymentStatus` only tells.
fn calls(script: &str) -> bool {
    let ends = |rest: &str| rest.chars().next().is_none_or(|c| !c.is_ascii_alphanumeric());
    CALLS.iter().any(|call| script.match_indices(call).any(|(at, _)| script.get(at + call.len()..).is_some_and(ends)))
        || script.contains(".packages.")
}

/// Whether the path of a called workflow of another repository says that it publishes.
pub(crate) fn published_by_workflow(uses: &str) -> bool {
    let path = uses.split('@').next().unwrap_or(uses);
    says(path.rsplit('/').next().unwrap_or(path)) || ACTIONS.has(&action_name(uses))
}
