#!/usr/bin/env python3
"""Holds the answers of unit_ui to openapi.yaml.

    check_answers.py OPENAPI.JSON UNIT_UI… (its emulator before it, where there is one)

Every answer must be as the description says, and everything that the description lists (route, status, code, event) must
have been answered once.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

# What no test of the API alone can bring about: it would be a fault of the agent.
NOT_EXERCISED = {"internal"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


class Description:
    def __init__(self, path):
        with open(path) as file:
            self.root = json.load(file)

    def resolve(self, thing):
        while "$ref" in thing:
            target = self.root
            for step in thing["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            thing = target
        return thing

    def operations(self):
        for path, operations in self.root["paths"].items():
            for method, operation in operations.items():
                if method != "parameters":
                    yield method.upper(), path, operation

    def find(self, method, path):
        method = "GET" if method == "HEAD" else method
        for known, pattern, operation in self.operations():
            if known == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
                return pattern, operation
        return None, None

    def faults(self, value, schema, at="body"):
        """What is wrong with a value: the part of JSON Schema 2020-12 that the description uses."""
        schema = self.resolve(schema)
        if "type" in schema and not self.is_of(value, schema["type"]):
            yield f"{at} is no {schema['type']}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at} is {value!r}, not one of {schema['enum']}"
        if "const" in schema and value != schema["const"]:
            yield f"{at} is not {schema['const']!r}"
        if isinstance(value, str):
            size = len(value.encode())
            if size < schema.get("minLength", 0) or size > schema.get("maxLength", size):
                yield f"{at} has {size} bytes"
        if isinstance(value, dict):
            for name in schema.get("required", []):
                if name not in value:
                    yield f"{at} has no {name}"
            for name, part in value.items():
                inner = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
                if isinstance(inner, dict):
                    yield from self.faults(part, inner, f"{at}.{name}")
                elif "properties" in schema and inner is None and at != "strict":
                    yield f"{at}.{name} is not described" if "allOf" not in schema else ""
        if isinstance(value, list):
            for index, part in enumerate(value):
                yield from self.faults(part, schema.get("items", {}), f"{at}[{index}]")
        for part in schema.get("allOf", []):
            yield from self.faults(value, self.without_strictness(part), at)
        if "anyOf" in schema and all(list(filter(None, self.faults(value, part, at))) for part in schema["anyOf"]):
            yield f"{at} is none of anyOf"

    def without_strictness(self, part):
        part = dict(self.resolve(part))
        part.setdefault("additionalProperties", {})
        return part

    @staticmethod
    def is_of(value, name):
        if isinstance(name, list):
            return any(Description.is_of(value, one) for one in name)
        if name == "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        return isinstance(value, TYPES[name])


def check(description, answer, seen):
    """The faults of one answer; notes what it exercises."""
    pattern, operation = description.find(answer["method"], answer["path"])
    type = answer["fields"].get("Content-Type", "").partition(";")[0]
    body = json.loads(answer["body"]) if type.endswith("json") and answer["body"] else None
    if type == "application/problem+json":
        seen.add(("code", body["code"]))
    for event in body if isinstance(body, list) else re.findall(r"event: (\S+)", answer["body"]):
        seen.add(("event", event["event"] if isinstance(event, dict) else event))
    if operation is None:
        return [] if answer["status"] in (204, 404, 405, 401, 403, 421) else ["an answer to no operation"]
    status = str(answer["status"])
    if status not in operation["responses"] and answer["status"] < 400:
        return [] if answer["method"] == "HEAD" else [f"status {status} is not described"]
    seen.add((answer["method"], pattern, status if status in operation["responses"] else "default"))
    response = description.resolve(operation["responses"].get(status) or operation["responses"]["default"])
    faults = [f"no field {name}" for name, field in response.get("headers", {}).items()
              if field.get("required") and name not in answer["fields"]]
    content = response.get("content", {})
    if bool(content) != bool(type):
        faults.append(f"content of type {type!r}")
    elif content and type not in content:
        faults.append(f"type {type} is not described")
    elif body is not None:
        faults += filter(None, description.faults(body, content[type].get("schema", {})))
    return faults


def wanted(description):
    schemas = description.root["components"]["schemas"]
    yield from (("code", code) for code in schemas["Code"]["enum"] if code not in NOT_EXERCISED)
    yield from (("event", event) for event in schemas["Event"]["properties"]["event"]["enum"])
    for method, path, operation in description.operations():
        yield from ((method, path, status) for status in operation["responses"] if status != "default")


def main():
    openapi, *unit_ui = sys.argv[1:]
    description = Description(openapi)
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([*unit_ui, "--gtest_brief=1"], check=True, env={**os.environ, "CMAGENT_ANSWERS": file.name})
        answers = [json.loads(line) for line in file]
    seen, faulty = set(), 0
    for answer in answers:
        for fault in check(description, answer, seen):
            faulty += 1
            print(f"{answer['method']} {answer['path']} {answer['status']}: {fault}\n    {answer['body'][:300]}")
    missing = [entry for entry in wanted(description) if entry not in seen]
    for entry in missing:
        print("described, but never answered:", *entry)
    print(f"{len(answers)} answers, {faulty} faults, {len(missing)} of {len(list(wanted(description)))} never answered")
    return 1 if faulty or missing or not answers else 0


if __name__ == "__main__":
    sys.exit(main())
