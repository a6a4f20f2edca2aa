"""Usage: bench-schemas.py FOLDER. Makes the loads of schemas: two editions of 500 properties, a schema with 1,000 fixtures, 1,000 pins."""

import hashlib
import json
import os
import subprocess
import sys


def plain(value):
    return json.dumps(value, indent=1) + "\n"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def field(number):
    return [
        {"type": "string", "maxLength": 40 + number, "pattern": "^[a-z0-9-]+$"},
        {"type": "integer", "minimum": number},
        {"type": "array", "items": {"type": "string"}, "maxItems": 50},
        {"$ref": "#/$defs/money"},
        {"enum": ["open", "paid", "sent", number]},
        {"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}]},
        {"type": "object", "properties": {"by": {"type": "string"}, "at": {"type": "string", "format": "date-time"}}, "required": ["by"]},
    ][number % 7]


def edition(later):
    """Of the later one every fiftieth property is wider, and a few are new: it is compatible, so that all of it has to be proven."""
    fields = {f"field_{number:03}": field(number) for number in range(500)}
    if later:
        for number in range(0, 500, 49):
            fields[f"field_{number:03}"]["maxLength"] = 1000
        fields.update({f"later_{number}": {"type": "boolean"} for number in range(5)})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": fields,
        "required": [f"field_{number:03}" for number in range(0, 500, 7)],
        "additionalProperties": False,
        "$defs": {"money": {"type": "object", "properties": {"amount": {"type": "number"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}}},
    }


def fixture(number):
    order = {"field_%03d" % at: f"order-{number}-{at}" for at in range(0, 500, 7)}
    order.update({"field_%03d" % at: at + number for at in range(1, 500, 7)})
    order.update({"field_%03d" % at: {"amount": number + 0.5, "currency": "EUR"} for at in range(3, 500, 7)})
    return order


def pin(name, path, text, more=""):
    canonical = json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    digest = lambda words: "sha256:" + hashlib.sha256(words.encode()).hexdigest()
    return (
        f'[[schema]]\nname = "{name}"\nrepo = "https://example.org/{name}.git"\nversion = "1.4.0"\ntag = "v1.4.0"\n'
        f'commit = "{hashlib.sha1(name.encode()).hexdigest()}"\nsource-path = "{path}"\npath = "{path}"\n'
        f'sha256 = "{digest(text)}"\ncanonical = "{digest(canonical)}"\nformat = "json-schema"\nrole = "reader"\n{more}\n'
    )


def repository(folder):
    git = ["git", "-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "gc.auto=0"]
    subprocess.check_call(["git", "-C", folder, "init", "-q"])
    subprocess.check_call([*git, "add", "-A"])
    subprocess.check_call([*git, "commit", "-q", "-m", "load"])


def main(folder):
    for name, later in [("old.json", False), ("new.json", True)]:
        write(f"{folder}/editions/{name}", plain(edition(later)))
    policy = "version = 1\n[check.schema-pins]\n"
    text = plain(edition(False))
    write(f"{folder}/fixtures/schemas/orders.json", text)
    for number in range(1000):
        write(f"{folder}/fixtures/fixtures/{number:04}.json", plain(fixture(number)))
    write(f"{folder}/fixtures/lockfiles/schemas.toml", pin("orders", "schemas/orders.json", text, 'fixtures = ["fixtures/*.json"]\n'))
    write(f"{folder}/fixtures/gate.toml", policy)
    pins = []
    for number in range(1000):
        path = f"schemas/part-{number:04}.json"
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                  "properties": {f"a{number}": {"type": "string"}, "b": {"type": "integer", "minimum": number}}, "required": ["b"]}
        write(f"{folder}/pins/{path}", plain(schema))
        pins.append(pin(f"part-{number:04}", path, plain(schema)))
    write(f"{folder}/pins/lockfiles/schemas.toml", "\n".join(pins))
    write(f"{folder}/pins/gate.toml", policy)
    repository(f"{folder}/fixtures")
    repository(f"{folder}/pins")


if __name__ == "__main__":
    main(sys.argv[1])
