//! What publishes, and what only looks as if.

use super::super::words;
use super::{Permissions, published_by_workflow, publishes, publishes_by_action, rights, said, uploads};
use crate::formats::workflow::{At, Templated};

const PUBLISHING: &[&str] = &[
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
    // Behind options, by a module, with a version, by another tool.
    "python -m twine upload dist/*",
    "python3.12 -W error -m twine upload x",
    "mvn -B clean deploy",
    "mvn -pl a -am deploy",
    "kubectl -n prod apply -f x",
    "git -C x push",
    "git -C ? push",
    "git --git-dir x/.git -c a=b push",
    "aws s3 sync d ?",
    "aws --region x ecs update-service --service a",
    "aws s3 sync --delete d s3://x --exclude *.map",
    "helm -n x upgrade --install a b",
    "wrangler@3 deploy",
    "pnpm changeset publish",
    "yarn npm workspaces foreach publish",
    "yarn workspaces foreach -A --no-private npm publish",
    "yarn workspace a npm publish",
    "gh -R o/r release create v1",
    "docker image push a",
    "sbt ci-release",
    "sbt +publishSigned",
    "gradle -p x publish",
    "gradle :a:publish --info",
    "docker -H h push a",
    "npm --prefix x publish",
    "terraform -chdir=x apply",
    "@changesets/cli@2 publish",
    "python setup.py sdist upload",
    "npm run --silent deploy",
    "npm run -w a release",
    "yarn workspace a deploy",
    // What was not known.
    "ssh host ./deploy.sh",
    "ssh -i k -o A=b me@host sudo systemctl restart x",
    "ssh host",
    "helmfile -e x apply",
    "helmfile sync",
    "docker-compose push",
    "docker buildx imagetools create -t a b",
    "goreleaser",
    "goreleaser release --clean",
    "mvn compile jib:build",
    "gradle jib",
    "kubectl set image deployment/a a=b",
    "nix copy --to s3://x",
    "cachix push a",
    "attic push a b",
    "gcloud builds submit --tag a",
    "gcloud beta run deploy a",
    "gh pr merge --auto 1",
    "gh workflow run deploy.yml",
    "docker -H ssh://me@host compose up -d",
    "docker --context prod compose up",
    "dvc push",
    "huggingface-cli upload a b",
    "wandb artifact put a",
    "databricks bundle deploy -t prod",
    "mlflow deployments create -t sagemaker",
    "aws sagemaker create-endpoint x",
    "kfp pipeline upload x",
    "airflow dags trigger x",
    "freqtrade trade --config x",
    "forge script a --broadcast",
    "kubectl apply --dry-run=none -f x",
    "cargo release --execute patch",
    "make -C x deploy",
    "nx run-many --target=deploy",
    "task build deploy",
    "deno run -A tools/deploy.ts",
    "cargo xtask release",
    "./ci/check-and-release.sh",
    "docker build -o type=registry .",
    "rsync -az a ?",
    "rclone sync a remote:b",
    "mvn release:prepare",
    "vercel --prod",
    "ansible-playbook site.yml",
    "fastlane ios release",
];

const QUIET: &[&str] = &[
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
    "git commit -m push",
    "git -C push status",
    "git -c push fetch",
    "kubectl get -n apply pods",
    "npm run x -- publish",
    "git commit -am release",
    "npm install --save-dev np publish",
    "aws s3 sync s3://x ?",
    "aws s3 sync s3://b/x . --exclude a --include s3://y",
    "aws s3 ls s3://x",
    "gradle -x publish build",
    "gradle publishToMavenLocal",
    "gradle assembleRelease testReleaseUnitTest",
    "sbt publishLocal",
    "mvn -P deploy verify",
    "mvn deploy -Dmaven.deploy.skip=true",
    "goreleaser check",
    "goreleaser build --snapshot",
    "goreleaser --version",
    "gradle jibDockerBuild",
    "mvn jib:dockerBuild",
    "gcloud compute instances list",
    "az aks get-credentials -n a",
    "argocd app list",
    "nomad status",
    "fastlane test",
    "tilt ci",
    "alembic upgrade head",
    "flatpak-builder a b",
    "ansible-playbook --check site.yml",
    "./ci/check-release-notes.sh",
    "make release-notes",
    "npm run deploy:dry",
    "./ci/upload-coverage.sh",
    "cargo release patch",
    "git push -n",
    "git push --dry-run",
    "rsync -n a host:b",
    "rsync host:a b",
    "scp host:a b",
    "ssh -N -L 1:a:1 host",
    "ssh -T git@github.com",
    "ssh-keyscan github.com",
    "make -n deploy",
    "make -C deploy test",
    "docker compose up -d",
    "docker-compose build",
    "docker run a",
    "docker build --push=false .",
    "pnpm install np",
    "yarn add wrangler",
    "yarn install",
    "npx",
    "forge test",
    "freqtrade backtesting",
    "python -m build",
    "kubectl apply --dry-run=client -f x",
    "terraform apply -help --help",
    "nix build",
    "nix copy --from x",
    "kubectl config set-context x",
    "kubectl set",
    "helm template x",
    "dvc pull",
    "wandb login",
    "pip install twine",
    "python -c import_deploy",
    "gh release view v1",
    "gh pr create",
    "gh workflow list",
    "cosign verify x",
    "pulumi preview",
    "cdk diff",
    "databricks bundle validate",
    "vercel build",
    "docker manifest inspect a",
];

const SENDING: &[&str] = &[
    "curl -T a https://x.example/b",
    "curl --upload-file a https://x.example",
    "curl -X POST https://api.github.com/repos/$R/dispatches -d {}",
    "curl -sSf -XPUT \"https://x.example/registry/a\"",
    "curl -H \"A: $B\" --data @a https://x.example/api/packages/a",
    "curl -fsSL -X POST \"$DEPLOY_HOOK_URL\"",
    "wget --method=PUT --body-file=a https://x.example/upload/a",
    "gh api -X POST repos/a/b/releases",
    "gh api repos/$R/dispatches -f event_type=a",
    "gh api --method PATCH \"repos/${{ github.repository }}/git/refs/heads/a\"",
    "gh api -X PUT repos/a/b/pulls/1/merge",
];

const TELLING: &[&str] = &[
    "curl -fsSL https://github.com/a/b/releases/download/v1/c -o c",
    "curl -X POST -d '{\"text\":\"deploy\"}' https://hooks.slack.com/services/deploy/x",
    "curl -X POST -d \"$DEPLOY_TEXT\" $SLACK_WEBHOOK",
    "wget https://x.example/releases/a",
    "curl -X POST https://x.example/api/login -d a",
    "curl -u $DEPLOY_USER:$X -d a https://x.example/login",
    "gh api repos/a/b/releases",
    "gh api -X GET repos/a/b/releases -f per_page=1",
    "gh api repos/a/b/issues/1/comments -f body=releases",
    "gh api graphql -f query=x",
    "curl -G -d a=b https://x.example/packages",
];

const PUBLISHERS: &[&str] = &[
    "softprops/action-gh-release@v2",
    "someone/deploy-to-nas@v1",
    "octo/tools/publish@x",
    "octo/npm-publisher@v1",
    "peter-evans/repository-dispatch@v3",
    "ad-m/github-push-action@v1",
    "pascalgn/merge-pr@v1",
    "docker://ghcr.io/octo/deploy:1",
    "./.github/actions/deploy",
    "octo/test-and-release@v1",
    "peaceiris/actions-gh-pages@v4",
    "octo/git-push@v1",
    "googleapis/release-please-action@v4",
];

const NO_PUBLISHERS: &[&str] = &[
    "actions/checkout@v4",
    "EnricoMi/publish-unit-test-result-action@v2",
    "mikepenz/release-changelog-builder-action@v4",
    "robinraju/release-downloader@v1",
    "pozetroninc/github-action-get-latest-release@v1",
    "octo/release-notes-preview@v1",
    "docker/setup-buildx-action@v3",
    "docker/build-push-action@v6",
    "actions/upload-artifact@v4",
    "release-drafter/release-drafter@v6",
    "docker://alpine:release",
    "./.github/actions/deploy-test",
    "./deploy/setup",
    "github/codeql-action/upload-sarif@v3",
    "codecov/codecov-action@v4",
];

#[test]
fn what_publishes() {
    let wrong: Vec<&&str> = PUBLISHING.iter().filter(|command| !publishes(&words(command))).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_does_not_publish() {
    let wrong: Vec<&&str> = QUIET.iter().filter(|command| publishes(&words(command))).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_is_sent_to_an_address_that_publishes() {
    let wrong: Vec<&&str> = SENDING.iter().filter(|command| !uploads(&words(command), || (**command).to_owned())).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let wrong: Vec<&&str> = TELLING.iter().filter(|command| uploads(&words(command), || (**command).to_owned())).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn with(key: &str, value: &str) -> Vec<(At<String>, Templated)> {
    let key = At { line: 1, column: 1, value: key.to_owned() };
    vec![(key, Templated { line: 1, column: 1, source: value.to_owned(), pieces: Vec::new() })]
}

#[test]
fn an_action_publishes_by_its_name_or_by_what_it_is_given() {
    for uses in PUBLISHERS {
        assert!(publishes_by_action(uses, &[]), "{uses}");
    }
    for uses in NO_PUBLISHERS {
        assert!(!publishes_by_action(uses, &[]), "{uses}");
    }
    for script in [
        "await github.rest.repos.createRelease({})",
        "github.rest.pulls.merge({})",
        "github.rest.git.createRef(x)",
        "github.rest.packages.x()",
    ] {
        assert!(publishes_by_action("actions/github-script@v7", &with("script", script)), "{script}");
    }
    for script in
        ["github.rest.issues.createComment({})", "github.rest.repos.createDeploymentStatus({})", "core.info('createReleaseNotes')"]
    {
        assert!(!publishes_by_action("actions/github-script@v7", &with("script", script)), "{script}");
    }
    assert!(publishes_by_action("docker/build-push-action@v6", &with("push", "true")));
    assert!(publishes_by_action("release-drafter/release-drafter@v6", &with("publish", "true")));
}

#[test]
fn a_called_workflow_publishes_by_its_path() {
    assert!(
        published_by_workflow("o/r/.github/workflows/deploy.yml@v1") && published_by_workflow("o/r/.github/workflows/npm-publish.yml@x")
    );
    assert!(
        !published_by_workflow("o/deploy/.github/workflows/test.yml@v1")
            && !published_by_workflow("o/r/.github/workflows/release-notes-check.yml@v1")
    );
}

#[test]
fn a_script_that_is_not_read_says_what_it_publishes() {
    let lines = |script: &str, shell: &str| said(script, Some(shell)).iter().map(|said| said.line).collect::<Vec<_>>();
    assert_eq!(lines("cargo build\n& dotnet nuget push 'x.nupkg'\nWrite-Host publish", "pwsh"), [2]);
    assert_eq!(
        lines("Invoke-RestMethod -Method Post -Uri https://x.example/releases\nPublish-Module -Name x\nif ($a) { git push }", "pwsh"),
        [1, 2, 3]
    );
    assert_eq!(lines("Invoke-WebRequest https://x.example/releases/a\n# git push\nnpm ci", "pwsh"), Vec::<usize>::new());
    assert_eq!(
        lines("import os\nos.system('twine upload dist/*')\nsubprocess.run([\"npm\", \"publish\"])\nprint('git push')", "python"),
        [2, 3]
    );
    assert_eq!(lines("requests.post('https://x.example/releases')\nrequests.get('https://x.example/releases')", "python {0}"), [1]);
}

#[test]
fn rights_that_can_publish_or_forge_a_check() {
    let given = |name: &str, level: &str| {
        let at = |value: &str| At { line: 1, column: 1, value: value.to_owned() };
        rights(&Permissions::Each(vec![(at(name), at(level))]))
    };
    for name in ["contents", "packages", "id-token", "statuses", "checks"] {
        assert_eq!(given(name, "write"), [format!("{name}: write")]);
    }
    assert!(given("contents", "read").is_empty() && given("issues", "write").is_empty() && given("actions", "write").is_empty());
}
