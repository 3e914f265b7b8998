"""A certificate record as a document: strict JSON, its schema, and the signature over its canonical form."""
import base64
import hashlib
import json
import pathlib
import re
import subprocess
import tempfile
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schema" / "certificate.schema.json").read_text(encoding="utf-8"))
LONGEST = 1 << 24  # characters of a record
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None)}


def pairs(members):
    assert len({name for name, _ in members}) == len(members), "a member twice"
    return dict(members)


def refuse(literal):
    raise AssertionError(f"{literal} is no JSON number")


def parse(text):
    """The value of a text that is JSON to the letter and no longer than a record can be."""
    assert len(text) <= LONGEST, "longer than a record can be"
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair has no encoding
    except (ValueError, RecursionError) as fault:
        raise AssertionError(f"not JSON: {fault}") from fault
    return value


def conform(value, schema=SCHEMA, where="record"):
    """AssertionError where a value has not the form of the schema."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] | {k: v for k, v in schema.items() if k != "$ref"}
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    right = not types or any(isinstance(value, TYPES[t]) and not isinstance(value, bool) for t in types)
    assert right, f"{where} is no {' or '.join(types)}"
    assert "enum" not in schema or value in schema["enum"], f"{where} is {value!r}"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        assert set(schema.get("required", [])) <= set(value), f"{where} lacks a member"
        for name, member in value.items():
            other = schema.get("additionalProperties", True)
            assert name in known or other is not False, f"{where} has a member {name!r}"
            conform(member, known.get(name, other if isinstance(other, dict) else {}), f"{where}.{name}")
    elif isinstance(value, list):
        assert len(value) >= schema.get("minItems", 0), f"{where} is empty"
        for i, item in enumerate(value):
            conform(item, schema.get("items", {}), f"{where}[{i}]")
    elif isinstance(value, str):
        right = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        assert right and re.search(schema.get("pattern", "").replace("$", r"\Z"), value), f"{where} is {value!r}"
    elif isinstance(value, (int, float)):
        assert value >= schema.get("minimum", value) and value <= schema.get("maximum", value), f"{where} is {value}"
        assert "exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"], f"{where} is {value}"


def es6(x):
    """A number as ECMAScript prints it."""
    if isinstance(x, int) or x == int(x) and abs(x) < 1e21:
        return str(int(x))
    mantissa, _, exponent = repr(x).partition("e")
    if not exponent and abs(x) < 1e-6:
        raise ValueError(x)
    if exponent and -7 < int(exponent) < 0:
        return format(Decimal(repr(x)), "f")
    return mantissa + (f"e{int(exponent):+d}" if exponent else "")


def canonical(x):
    """RFC 8785."""
    if isinstance(x, dict):
        members = sorted(x, key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(json.dumps(k, ensure_ascii=False) + ":" + canonical(x[k]) for k in members) + "}"
    if isinstance(x, list):
        return "[" + ",".join(map(canonical, x)) + "]"
    if x is None or isinstance(x, (bool, str)):
        return json.dumps(x, ensure_ascii=False)
    return es6(x)


def check_signature(record, pem):
    """AssertionError where the key did not sign the record; takes the signature off it."""
    assert "signature" in record, "unsigned"
    signature = record.pop("signature")
    command = ["openssl", "pkey", "-pubin", "-in", pem, "-outform", "DER"]
    der = subprocess.run(command, check=True, capture_output=True).stdout
    assert signature["key"] == hashlib.sha256(der).hexdigest(), "key id"
    raw = base64.b64decode(signature["value"])
    assert len(raw) == 64, "signature"

    def integer(b):
        digits = b.lstrip(b"\0") or b"\0"
        digits = (b"\0" if digits[0] >= 0x80 else b"") + digits
        return b"\x02" + bytes([len(digits)]) + digits

    body = integer(raw[:32]) + integer(raw[32:])
    with tempfile.NamedTemporaryFile() as der_file:
        der_file.write(b"\x30" + bytes([len(body)]) + body)
        der_file.flush()
        command = ["openssl", "dgst", "-sha256", "-verify", pem, "-signature", der_file.name]
        result = subprocess.run(command, input=canonical(record).encode(), capture_output=True)
    assert result.returncode == 0, "signature"


def texts(path):
    """(where, text) for each record of a file: one JSON document, or one a line."""
    with open(path, encoding="utf-8-sig", errors="replace", newline="\n") as file:
        whole = file.read()
    lines = [(number, line.strip()) for number, line in enumerate(whole.split("\n"), start=1) if line.strip()]
    if len(lines) < 2 or is_json(whole) or not any(is_json(line, '"schema"') for _, line in lines):
        yield path, whole
    else:
        yield from ((f"{path}:{number}", line) for number, line in lines)


def is_json(text, within=""):
    try:
        return within in text and isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
