"""Documents of generate.py in (paths as arguments), vectors.json on stdout: equal pickles once, with all producers."""
import json
import sys


def main():
    rows = {}
    for path in sys.argv[1:]:
        with open(path) as file:
            document = json.load(file)
        python2 = document["producer"].startswith("CPython 2.")
        for row in document["rows"]:
            key = (python2, row["group"], row["name"], row["protocol"], row["pickle"])
            if key in rows:
                rows[key]["producers"].append(document["producer"])
                rows[key]["exact"] = rows[key]["exact"] or row["exact"]  # the bytes are those of a newer one too
                continue
            rows[key] = {"group": row["group"], "name": row["name"], "protocol": row["protocol"],
                         "producers": [document["producer"]], "exact": row["exact"],
                         "pickle": row["pickle"], "repr": row["repr"], "tagged": row["tagged"]}
    lines = [json.dumps(row, ensure_ascii=True) for row in rows.values()]
    sys.stdout.write("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
