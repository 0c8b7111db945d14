"""Fitted estimators of whatever scikit-learn this is, what it says of them, and what they predict.

    sklearn_samples.py write FOLDER    writes NAME.PROTOCOL.pkl and prints {NAME: answer}
    sklearn_samples.py check FOLDER    compares each NAME.PROTOCOL.back.pkl with its original, prints what differs

Runs on Python 2.7 and 3.6 and later, scikit-learn 0.20 and later.
"""
from __future__ import print_function

import glob
import json
import os
import pickle
import sys
import traceback
import warnings

# Threads that wait for each other in a loop take minutes where other work has the cores.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
warnings.simplefilter("ignore")

import numpy as np
import scipy.sparse
import sklearn
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import (AdaBoostClassifier, ExtraTreesRegressor, GradientBoostingClassifier, IsolationForest,
                              RandomForestClassifier, VotingClassifier)
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

PROTOCOLS = [0, 2] if sys.version_info[0] == 2 else [p for p in (0, 2, 4, 5) if p <= pickle.HIGHEST_PROTOCOL]
SKLEARN = tuple(int(part) for part in sklearn.__version__.split(".")[:2])

X, y = load_iris(return_X_y=True)
TEXTS = ["red green blue", "blue blue sky", "green grass", "red rose"] * 3
LABELS = [0, 1, 1, 0] * 3


def iris(estimator):
    return estimator.fit(X, y)


def make_all():
    trees = dict(n_estimators=3, random_state=0, max_depth=3)
    yield "logistic", lambda: iris(LogisticRegression(C=0.5, max_iter=300))
    yield "linear", lambda: iris(LinearRegression())
    yield "lasso", lambda: iris(Lasso(alpha=0.01))
    yield "sgd", lambda: iris(SGDClassifier(random_state=0, max_iter=5, tol=None))
    yield "tree", lambda: iris(DecisionTreeClassifier(max_depth=3, random_state=0))
    yield "regressor", lambda: iris(DecisionTreeRegressor(max_depth=4, random_state=0))
    yield "forest", lambda: iris(RandomForestClassifier(**trees))
    yield "extra", lambda: iris(ExtraTreesRegressor(**trees))
    yield "boosting", lambda: iris(GradientBoostingClassifier(**trees))
    yield "adaboost", lambda: iris(AdaBoostClassifier(n_estimators=3, random_state=0))
    yield "isolation", lambda: iris(IsolationForest(n_estimators=3, random_state=0))
    yield "voting", lambda: iris(VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier(max_depth=1))]))
    yield "kmeans", lambda: KMeans(3, random_state=0, n_init=2).fit(X)
    yield "svc", lambda: iris(SVC(gamma="scale"))
    yield "linear_svc", lambda: iris(LinearSVC(random_state=0))
    yield "neighbours", lambda: iris(KNeighborsClassifier(algorithm="kd_tree"))
    yield "ball", lambda: iris(KNeighborsClassifier(algorithm="ball_tree"))
    yield "bayes", lambda: iris(GaussianNB())
    yield "mlp", lambda: iris(MLPClassifier((4,), max_iter=5, random_state=0))
    yield "process", lambda: GaussianProcessRegressor(RBF() + WhiteKernel()).fit(X[:20], y[:20])
    yield "scaler", lambda: StandardScaler().fit(X)
    yield "minmax", lambda: MinMaxScaler(feature_range=(-1, 1)).fit(X)
    yield "pca", lambda: PCA(2, random_state=0).fit(X)
    yield "pipeline", lambda: iris(Pipeline([("scale", StandardScaler()), ("pca", PCA(2)), ("clf", SVC(gamma="scale"))]))
    yield "union", lambda: iris(make_pipeline(FeatureUnion([("p", PCA(1)), ("m", MinMaxScaler())]), LogisticRegression(max_iter=200)))
    yield "columns", lambda: ColumnTransformer([("s", StandardScaler(), [0, 1]), ("k", "passthrough", [2])]).fit(X)
    yield "search", lambda: iris(GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=3))
    yield "labels", lambda: LabelEncoder().fit(["b", "a", "c"])
    yield "onehot", lambda: OneHotEncoder(categories="auto").fit([["a", 1], ["b", 2]])
    yield "words", lambda: CountVectorizer().fit(TEXTS)
    yield "text", lambda: make_pipeline(TfidfVectorizer(), MultinomialNB()).fit(TEXTS, LABELS)
    yield "unfitted", lambda: LogisticRegression(C=2.5, random_state=np.random.RandomState(3))
    if SKLEARN >= (1, 0):
        from sklearn.ensemble import HistGradientBoostingClassifier
        yield "histogram", lambda: iris(HistGradientBoostingClassifier(max_iter=3, max_depth=2))


samples = {name: make() for name, make in make_all()}

SPARSE = np.array([[0, 1.5, 0, 0], [2, 0, 0, -1], [0, 0, 0, 0]])
for kind in ("csr", "csc", "coo", "bsr", "dia", "lil", "dok"):
    samples["sparse_" + kind] = getattr(scipy.sparse, kind + "_matrix")(SPARSE)
if hasattr(scipy.sparse, "csr_array"):
    samples["sparse_array"] = scipy.sparse.csr_array(SPARSE)


def number(value):
    value = float(value)
    return repr(value) if value != value or abs(value) == float("inf") else value


def array(value):
    flat = value.ravel()
    if value.dtype.kind == "f":
        items = [number(item) for item in flat]
    elif value.dtype.kind in "iub":
        items = [int(item) for item in flat]
    elif value.dtype.kind in "US":
        items = [item if isinstance(item, str) else item.decode() for item in flat.tolist()]
    else:
        items = None
    return {"shape": list(value.shape), "kind": value.dtype.kind, "items": items}


def plain(value):
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return number(value)
    return value if isinstance(value, (str, type(u""))) else "something"


def answer(value):
    if scipy.sparse.issparse(value):
        inside = value.tocoo()
        entries = sorted(zip(inside.row.tolist(), inside.col.tolist(), inside.data.tolist()))
        return {"format": value.format, "shape": list(value.shape), "entries": entries}
    fitted = {name: part for name, part in vars(value).items() if name.endswith("_") and not name.startswith("_")}
    said = {
        "name": type(value).__name__, "version": vars(value).get("_sklearn_version", sklearn.__version__),
        "params": {name: plain(part) for name, part in value.get_params(deep=False).items()},
        "fitted": sorted(fitted),
        "arrays": {name: array(part) for name, part in fitted.items() if type(part) is np.ndarray},
        "steps": [],
    }
    for name in ("steps", "transformers_", "transformers", "transformer_list", "estimators"):
        pairs = getattr(value, name, None)
        if isinstance(pairs, list) and pairs and isinstance(pairs[0], tuple):
            said["steps"] = [[pair[0], type(pair[1]).__name__] for pair in pairs]
            break
    if hasattr(value, "tree_"):
        tree = value.tree_
        said["tree"] = {
            "count": tree.node_count, "depth": tree.max_depth, "features": tree.feature.tolist(),
            "thresholds": tree.threshold.tolist(), "values": tree.value.ravel().tolist(),
        }
    return said


def outcome(value):
    if scipy.sparse.issparse(value):
        return value.toarray()
    steps = getattr(value, "steps", [(None, value)])
    given = TEXTS if "Vectorizer" in type(steps[0][1]).__name__ else X
    if isinstance(value, LabelEncoder):
        return value.transform(["a", "c"])
    if isinstance(value, OneHotEncoder):
        return value.transform([["b", 1]]).toarray()
    for method in ("predict", "transform"):
        if hasattr(value, method):
            result = getattr(value, method)(given)
            return result.toarray() if scipy.sparse.issparse(result) else result
    raise AssertionError("neither predicts nor transforms")


def write(folder):
    for name, value in samples.items():
        for protocol in PROTOCOLS:
            with open(os.path.join(folder, "%s.%d.pkl" % (name, protocol)), "wb") as file:
                pickle.dump(value, file, protocol)
    return {name: answer(value) for name, value in samples.items()}


def check(folder):
    failures = {}
    checked = 0
    for path in sorted(glob.glob(os.path.join(folder, "*.back.pkl"))):
        name = os.path.basename(path)[:-len(".back.pkl")]
        checked += 1
        try:
            with open(path, "rb") as file:
                back = pickle.load(file)
            with open(os.path.join(folder, name + ".pkl"), "rb") as file:
                value = pickle.load(file)
            assert type(value) is type(back)
            assert answer(value) == answer(back)
            if not name.startswith("unfitted"):
                np.testing.assert_array_equal(outcome(value), outcome(back))
            else:
                assert back.fit(X, y).predict(X).tolist() == value.fit(X, y).predict(X).tolist()
        except Exception:
            failures[name] = traceback.format_exc()[-600:]
    return {"checked": checked, "failures": failures}


if __name__ == "__main__":
    command, folder = sys.argv[1:]
    print(json.dumps({"write": write, "check": check}[command](folder)))
