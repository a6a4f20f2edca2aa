//! Commands, actions and rights that put something where others take it from.

use super::{Actions, Commands, Words, action_name, has_option, names_one_of, operands, program};
use crate::formats::workflow::{At, Permissions, Templated};

/// Programs with the first operands that publish or deploy.
#[rustfmt::skip] // a line a family
static COMMANDS: Commands = Commands::new(&[
    "npm|pnpm|bun|lerna|changeset|jsr publish", "yarn npm publish", "yarn publish", "vsce|ovsx publish", "npm dist-tag add", "deno publish",
    "twine upload", "uv|poetry|flit|hatch|pdm|rye|maturin publish", "maturin upload", "setup.py upload", "anaconda upload", "conda-build publish",
    "cargo publish|release|dist|smart-release", "gem push", "rake release", "mix hex.publish", "rebar3 hex", "dotnet nuget push", "nuget push",
    "mvn|mvnw deploy", "mvn|mvnw release:perform", "sbt publish|publishSigned|ci-release", "pod trunk push", "clojure|lein deploy", "luarocks upload", "cabal upload", "opam publish", "nimble publish", "dart|flutter pub publish", "helm push|upgrade|install|uninstall|rollback",
    "docker|podman|nerdctl|buildah|img push", "docker|podman manifest push", "docker compose push", "docker stack deploy", "docker service update",
    "skopeo copy|sync", "crane push|copy|tag", "regctl image copy", "oras push|copy|tag", "ko build|apply|publish|resolve", "kaniko|executor", "cosign sign|attest|copy", "bake push",
    "gh release create|upload|edit|delete", "gh workflow run", "glab release create", "hub release create", "goreleaser release", "semantic-release", "release-it|np|standard-version|release-please", "cz release", "git-cliff release", "jreleaser full-release|release|publish|deploy",
    "kubectl|oc apply|create|replace|patch|set|rollout|delete|scale", "kustomize deploy", "argocd app sync|set", "argocd app", "flux reconcile", "skaffold run|deploy", "tilt ci", "kapp deploy", "kamal deploy|redeploy|rollback",
    "terraform|tofu|terragrunt apply|destroy", "terragrunt run-all apply", "pulumi up|destroy|update", "cdk|cdktf|sst deploy|destroy", "sam|serverless|sls|chalice|zappa|copilot|ampx|amplify|wing|arc deploy|publish|push", "ansible-playbook|ansible-pull|cap|mina|dokku|nomad|waypoint|fab",
    "aws s3 sync|cp|mv|rm", "aws ecs update-service|register-task-definition|deploy", "aws lambda update-function-code|publish-version|update-alias", "aws cloudformation deploy|create-stack|update-stack", "aws deploy create-deployment", "aws elasticbeanstalk update-environment", "aws cloudfront create-invalidation", "aws ecr put-image", "aws codeartifact publish-package-version", "eb deploy",
    "gcloud run|app|functions|builds|deploy deploy|submit|releases", "gcloud compute|container", "gsutil cp|rsync|mv", "az webapp|functionapp|containerapp|acr|aks|staticwebapp|deployment", "azd deploy|up", "doctl apps|serverless|kubernetes", "ibmcloud cf|ce|fn", "cf push",
    "fly|flyctl deploy", "heroku container:release|container:push|releases:rollback", "vercel|netlify|now deploy", "railway up|deploy", "render deploys", "firebase|wrangler|surge|gh-pages|expo|eas|shopify|deployctl deploy|publish|submit|update", "wrangler pages|versions deploy", "fastlane|altool|notarytool",
    "mkdocs gh-deploy", "mike deploy", "quarto publish", "ghp-import", "databricks bundle deploy", "dbt-cloud run", "mlflow models|deployments", "huggingface-cli|hf upload", "bentoml push|deploy", "modal deploy", "prefect deploy", "astro deploy", "dvc push", "liquibase|flyway update|migrate", "prisma migrate deploy", "alembic upgrade", "supabase db push",
    "rclone sync|copy|move", "lftp|ncftpput|ftp|sftp", "snapcraft upload|push|release", "flatpak-builder", "butler push", "steamcmd", "aptly publish", "dput", "reprepro includedeb", "copr-cli build", "choco push",
]);

/// Parts of the name of a script or a target that say that it publishes.
const SAYING: &[&str] = &["deploy", "deployment", "publish", "release", "rollout", "ship", "upload"];

/// Actions that publish or deploy, by name; `*` at the end: all that begin so.
#[rustfmt::skip] // a line a family
static ACTIONS: Actions = Actions::new(&[
    "softprops/action-gh-release", "actions/create-release", "actions/upload-release-asset", "ncipollo/release-action", "svenstaro/upload-release-action", "marvinpinto/action-automatic-releases", "release-drafter/release-drafter", "googleapis/release-please-action", "google-github-actions/release-please-action", "changesets/action", "cycjimmy/semantic-release-action", "codfish/semantic-release-action", "python-semantic-release/*", "goreleaser/goreleaser-action", "elgohr/github-release-action", "anothrNick/github-tag-action", "mathieudutour/github-tag-action", "rickstaa/action-create-tag", "mikepenz/action-gh-release", "taiki-e/create-gh-release-action", "taiki-e/upload-rust-binary-action", "houseabsolute/actions-rust-release", "crazy-max/ghaction-github-pages",
    "pypa/gh-action-pypi-publish", "js-devtools/npm-publish", "rust-lang/crates-io-auth-action", "katyo/publish-crates", "rubygems/release-gem", "rubygems/configure-rubygems-credentials", "hexpm/*", "nuget/login", "dawidd6/action-publish-gem", "haaleo/publish-vscode-extension", "pyo3/maturin-action", "k-paxian/dart-package-publisher",
    "actions/deploy-pages", "peaceiris/actions-gh-pages", "jamesives/github-pages-deploy-action", "cloudflare/wrangler-action", "cloudflare/pages-action", "amondnet/vercel-action", "nwtgck/actions-netlify", "netlify/actions*", "firebaseextended/action-hosting-deploy", "superfly/flyctl-actions*", "akhileshns/heroku-deploy", "expo/expo-github-action/submit",
    "aws-actions/amazon-ecs-deploy-task-definition", "aws-actions/aws-cloudformation-github-deploy", "aws-actions/aws-lambda-deploy", "einaregilsson/beanstalk-deploy", "jakejarvis/s3-sync-action", "google-github-actions/deploy-*", "google-github-actions/upload-cloud-storage", "azure/webapps-deploy", "azure/functions-action", "azure/k8s-deploy", "azure/static-web-apps-deploy", "azure/container-apps-deploy-action", "azure/arm-deploy", "azure/aci-deploy", "digitalocean/app_action*", "railwayapp/*", "appleboy/ssh-action", "appleboy/scp-action", "easingthemes/ssh-deploy", "samkirkland/ftp-deploy-action", "deliverybot/helm", "bitovi/*", "pulumi/actions", "hashicorp/tfc-workflows-github*", "depot/build-push-action", "docker/build-push-action", "docker/bake-action", "redhat-actions/push-to-registry", "redhat-actions/oc-login", "helm/chart-releaser-action", "stefanprodan/helm-gh-pages", "r0adkll/upload-google-play", "apple-actions/upload-testflight-build", "snapcore/action-publish", "josephmancuso/gitbook-action", "actions/attest-build-provenance", "actions/attest", "slsa-framework/slsa-github-generator*",
]);

/// Actions that publish only when `push` is on.
const BUILDING: &[&str] = &["docker/build-push-action", "depot/build-push-action", "docker/bake-action"];

/// Whether a command publishes.
pub(crate) fn publishes(words: &Words) -> bool {
    let Some(program) = program(words) else { return false };
    let operands = operands(words);
    if ["--dry-run", "--help", "--dryrun", "--snapshot"].iter().any(|option| has_option(words, option)) {
        return false;
    }
    match program {
        "git" => operands.first() == Some(&"push"),
        "docker" | "podman" if operands.first().is_some_and(|first| ["build", "buildx"].contains(first)) => has_option(words, "--push"),
        "kubectl" if operands.first() == Some(&"rollout") => operands.get(1) != Some(&"status"),
        "aws" if operands.first() == Some(&"s3") => operands.last().is_some_and(|to| to.starts_with("s3://")) && COMMANDS.has(words),
        "rsync" | "scp" => operands.last().is_some_and(|to| to.contains(':')) || words.last().is_some_and(Option::is_none),
        "vercel" | "netlify" | "now" => has_option(words, "--prod") || COMMANDS.has(words),
        "gradle" | "gradlew" | "sbt" => {
            operands.iter().any(|task| task.to_lowercase().contains("publish") || names_one_of(task, &["deploy"]))
        }
        _ => COMMANDS.has(words) || is_named_so(program, words, &operands),
    }
}

/// `make release`, `npm run deploy`, `./scripts/deploy.sh`, `python publish.py`.
fn is_named_so(program: &str, words: &Words, operands: &[&str]) -> bool {
    const RUNNERS: &[&str] = &["make", "gmake", "just", "task", "rake", "invoke", "inv", "mage", "mise", "nx", "turbo"];
    const INTERPRETERS: &[&str] = &["bash", "sh", "zsh", "python", "python3", "node", "ruby", "perl", "php", "tsx", "ts-node"];
    let says = |name: &str| names_one_of(name.rsplit('/').next().unwrap_or(name), SAYING);
    if RUNNERS.contains(&program) {
        return operands.iter().filter(|target| !target.contains('=')).any(|target| says(target));
    }
    if ["npm", "pnpm", "yarn", "bun", "composer", "deno", "poe", "pdm", "hatch"].contains(&program) {
        return matches!(operands, ["run" | "run-script", target, ..] if says(target))
            || program == "yarn" && operands.first().is_some_and(|first| says(first));
    }
    if INTERPRETERS.contains(&program) {
        return operands.first().is_some_and(|file| says(file));
    }
    words.first().and_then(Option::as_deref).is_some_and(|first| first.contains('/') && says(first))
}

/// Whether an action publishes with what it is given.
pub(crate) fn publishes_by_action(uses: &str, with: &[(At<String>, Templated)]) -> bool {
    let name = action_name(uses);
    let given = |key: &str| with.iter().find(|(own, _)| own.value.eq_ignore_ascii_case(key)).map(|(_, value)| value.source.trim());
    if !ACTIONS.has(&name) {
        return false;
    }
    if BUILDING.contains(&name.as_str()) {
        let to_registry = |key| given(key).is_some_and(|to| to.contains("type=registry") || to.contains("push=true"));
        return given("push").is_some_and(|push| push != "false") || to_registry("outputs") || to_registry("set");
    }
    match name.as_str() {
        "goreleaser/goreleaser-action" => given("args").is_some_and(|args| args.contains("release") && !args.contains("--snapshot")),
        "pyo3/maturin-action" => given("command").is_some_and(|command| ["publish", "upload"].contains(&command)),
        "pulumi/actions" => given("command").is_none_or(|command| !["preview", "refresh"].contains(&command)),
        _ => true,
    }
}

/// The rights of a job with which something can be published, as `contents: write`.
pub(crate) fn rights(permissions: &Permissions) -> Vec<String> {
    match permissions {
        Permissions::ReadAll => Vec::new(),
        Permissions::WriteAll => vec!["write-all".to_owned()],
        Permissions::Each(each) => {
            let gives = |name: &str, level: &str| {
                level == "write" && ["contents", "packages", "id-token", "deployments", "pages", "attestations"].contains(&name)
            };
            each.iter()
                .filter(|(name, level)| gives(&name.value, &level.value))
                .map(|(name, level)| format!("{}: {}", name.value, level.value))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words;
    use super::*;

    #[test]
    fn what_publishes() {
        for command in [
            "npm publish",
            "pnpm -r publish",
            "twine upload dist/*",
            "cargo publish -p x",
            "docker push a:b",
            "docker buildx build --push .",
            "git push --tags",
            "gh release create v1",
            "kubectl apply -f x",
            "terraform apply -auto-approve",
            "aws s3 sync dist s3://x",
            "make release",
            "npm run deploy",
            "./scripts/deploy.sh --target x",
            "python tools/publish.py",
            "helm upgrade x",
            "mkdocs gh-deploy",
            "gradlew publishToMavenCentral",
            "scp a host:b",
        ] {
            assert!(publishes(&words(command)), "{command}");
        }
        for command in [
            "npm ci",
            "npm publish --dry-run",
            "docker build .",
            "git pull",
            "terraform plan",
            "aws s3 cp s3://x y",
            "make test",
            "echo deploy",
            "cargo build --release",
            "kubectl rollout status x",
            "? publish",
            "cat release.txt",
            "./gradlew build",
            "goreleaser release --snapshot",
        ] {
            assert!(!publishes(&words(command)), "{command}");
        }
    }
}
