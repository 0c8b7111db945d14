"""The Python beside model.ts: models at work, before and after its change.

    python examples/joblib/model.py FILE...
"""

import sys

import joblib

for path in sys.argv[1:]:
    model = joblib.load(path)
    classifier = model[-1]
    print(type(model).__name__, *model.named_steps)
    print("C", classifier.C, "intercepts", len(classifier.intercept_))
    print(*model.predict([[5.9, 3.0, 5.1, 1.8], [4.9, 3.1, 1.5, 0.1]]))
