"""validate.py SCHEMA DOCUMENTS: one line for each line of DOCUMENTS (JSON): empty if the schema takes it, else what is wrong."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
with open(sys.argv[2], encoding="utf-8") as file:
    for line in file:
        errors = list(validator.iter_errors(json.loads(line)))
        print("; ".join(f"{error.json_path}: {error.validator}" for error in errors))
