#!/usr/bin/env python3
"""A package index of a few empty wheels for Python's tools: serves it on a free port of this machine and prints its address."""
import base64, hashlib, http.server, io, threading, zipfile

WHEELS = {"idna": ["2.10", "3.3", "3.4", "3.10"], "six": ["1.15.0", "1.16.0"], "iniconfig": ["1.1.1", "2.0.0"], "toml": ["0.10.2"], "pathspec": ["0.12.1"]}


def wheel(name, version):
    meta = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{meta}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Python: >=3.8\n",
        f"{meta}/WHEEL": "Wheel-Version: 1.0\nGenerator: none\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    files[f"{meta}/RECORD"] = "".join(f"{path},sha256={digest(text)},{len(text)}\n" for path, text in files.items()) + f"{meta}/RECORD,,\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return out.getvalue()


PAGES = {}
for name, versions in WHEELS.items():
    links = ""
    for version in versions:
        file, data = f"{name}-{version}-py3-none-any.whl", wheel(name, version)
        PAGES[f"/files/{file}"] = ("application/zip", data)
        links += f'<a href="/files/{file}#sha256={hashlib.sha256(data).hexdigest()}" data-requires-python="&gt;=3.8">{file}</a><br>\n'
    PAGES[f"/simple/{name}/"] = ("text/html", f"<!DOCTYPE html><html><body>{links}</body></html>".encode())


class Index(http.server.BaseHTTPRequestHandler):
    def do_GET(self, body=True):
        kind, data = PAGES.get(self.path, (None, b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def do_HEAD(self):
        self.do_GET(False)

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
print(f"http://127.0.0.1:{server.server_port}/simple/", flush=True)
server.serve_forever()
