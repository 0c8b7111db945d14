"""Writes ordinary pickles into a folder: plain data, the standard library, and what is installed of NumPy, pandas,
scikit-learn (every estimator that fits as it is) and joblib. For counting false alarms of `brine audit`.

    .venv-libraries/bin/python scripts/ordinary-pickles.py FOLDER TAG
"""
import argparse
import array
import collections
import datetime
import decimal
import fractions
import functools
import io
import ipaddress
import itertools
import math
import operator
import os
import pathlib
import pickle
import random
import re
import sys
import types
import uuid
import warnings

warnings.simplefilter('ignore')
FOLDER, TAG = sys.argv[1:3]
os.makedirs(FOLDER, exist_ok=True)
written = 0


def save(name, value, protocols=(0, 2, 4, 5)):
    global written
    for protocol in protocols:
        if protocol > pickle.HIGHEST_PROTOCOL:
            continue
        try:
            data = pickle.dumps(value, protocol)
        except Exception:
            continue
        with open(os.path.join(FOLDER, '%s-%s-p%d.pkl' % (TAG, name, protocol)), 'wb') as file:
            file.write(data)
        written += 1


def standard_library():
    yield 'plain', {'a': [1, 2.5, None, True, 'x'], 'b': (1, 2), 'c': {1, 2}, 'd': b'bytes', 'e': frozenset([1]),
                    'f': bytearray(b'q'), 'g': 1 + 2j, 'h': range(3), 'i': slice(1, 2), 'j': ..., 'big': 2 ** 200}
    yield 'dates', [datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc), datetime.date(2024, 1, 1),
                    datetime.time(1), datetime.timedelta(1)]
    yield 'numbers', [decimal.Decimal('1.5'), fractions.Fraction(1, 3)]
    yield 'collections', [collections.OrderedDict(a=1), collections.Counter('abc'), collections.deque([1], 5),
                          collections.defaultdict(list, {1: [2]}), collections.ChainMap({1: 2}),
                          collections.defaultdict(functools.partial(collections.defaultdict, int)),
                          types.SimpleNamespace(a=1), argparse.Namespace(x=2)]
    yield 'values', [uuid.uuid4(), pathlib.PurePosixPath('/a'), re.compile('a+'), array.array('d', [1, 2]),
                     ipaddress.ip_address('10.0.0.1'), random.Random(3), io.BytesIO(b'ab'), io.StringIO('q')]
    yield 'exceptions', [ValueError('x'), KeyError('k'), OSError(2, 'no')]
    yield 'functions', [functools.partial(int, base=2), operator.itemgetter(1), operator.attrgetter('a'), len, math.sqrt]
    yield 'iterators', [iter([1, 2]), itertools.count(3), itertools.chain([1], [2])]
    yield 'types', [int, str, list, type(None), type(...)]


def with_numpy():
    import numpy as np
    yield 'arrays', [np.arange(5), np.zeros((2, 3), 'f4'), np.array(['a', 'bc']), np.array([1, None], object),
                     np.array([(1, 2.)], dtype=[('a', 'i4'), ('b', 'f8')]), np.array(['2020-01-01'], 'M8[D]'),
                     np.asfortranarray(np.eye(3)), np.ma.array([1, 2], mask=[0, 1]), np.matrix([[1, 2]])]
    yield 'scalars', [np.float64(1.5), np.int32(3), np.bool_(True), np.str_('a'), np.complex64(1j), np.dtype('f8')]
    yield 'ufuncs', [np.log1p, np.exp, np.float32]
    yield 'random-state', np.random.RandomState(2)
    if hasattr(np.random, 'default_rng'):
        yield 'generator', [np.random.default_rng(1), np.random.PCG64(3), np.random.SeedSequence(5)]


def with_pandas():
    import pandas as pd
    frame = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', None], 'c': [1.5, 2, 3],
                          'd': pd.to_datetime(['2020-01-01', '2021-01-01', '2022-01-01']), 'e': pd.Categorical(['u', 'v', 'u'])})
    yield 'frame', frame
    yield 'series', frame['a']
    yield 'multi-index', frame.set_index(['a', 'b'])
    for name, make in {
        'dates': lambda: pd.date_range('2020', periods=3, tz='UTC'), 'timestamp': lambda: pd.Timestamp('2020-01-01'),
        'timedelta': lambda: pd.Timedelta('1D'), 'period': lambda: pd.Period('2020-01', 'M'),
        'periods': lambda: pd.period_range('2020', periods=3, freq='M'), 'categorical': lambda: pd.Categorical(['a']),
        'interval': lambda: pd.Interval(0, 1), 'intervals': lambda: pd.interval_range(0, 3), 'nat': lambda: pd.NaT,
        'na': lambda: pd.NA, 'sparse': lambda: pd.arrays.SparseArray([0, 0, 1]),
        'nullable': lambda: pd.array([1, None], dtype='Int64'), 'boolean': lambda: pd.array([True, None], dtype='boolean'),
        'string': lambda: pd.array(['a', None], dtype='string'), 'offset': lambda: pd.offsets.BDay(2),
        'date-offset': lambda: pd.DateOffset(months=1),
    }.items():
        try:
            yield 'pandas-' + name, make()
        except (AttributeError, TypeError):
            pass


def with_sklearn():
    import numpy as np
    from sklearn.datasets import make_classification, make_regression
    from sklearn.utils import all_estimators
    samples, labels = make_classification(60, 8, random_state=0)
    targets = make_regression(60, 8, random_state=0)
    for name, Estimator in all_estimators():
        try:
            estimator = Estimator()
        except Exception:
            continue
        save('unfitted-' + name, estimator, (4,))
        for data in ((samples, labels), (np.abs(samples), labels), targets):
            try:
                estimator.fit(*data)
            except Exception:
                continue
            yield name, estimator
            break


def with_joblib():
    global written
    import joblib
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier
    values = {
        'forest': RandomForestClassifier(5).fit(np.eye(6), [0, 1] * 3), 'array': np.arange(1000.),
        'mixed': {'o': np.array([1, None, 'x'], object), 'f': np.asfortranarray(np.ones((3, 4))), 's': np.array(['ab', 'c'])},
    }
    for name, value in values.items():
        for compress in (0, 3, ('bz2', 3), ('xz', 3)):
            kind = compress if isinstance(compress, int) else compress[0]
            joblib.dump(value, os.path.join(FOLDER, '%s-%s-%s.joblib' % (TAG, name, kind)), compress=compress)
            written += 1


for source in (standard_library, with_numpy, with_pandas, with_sklearn):
    try:
        for name, value in source():
            save(name, value)
    except ImportError:
        pass
try:
    with_joblib()
except ImportError:
    pass
print('%s: %d files' % (TAG, written))
