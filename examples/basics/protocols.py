# coding: utf-8
"""The Python beside protocols.ts, from 2.7 on: the sizes that it knows, and what brine wrote."""

from __future__ import print_function

import os
import pickle
import sys

path = sys.argv[1] if len(sys.argv) > 1 else "for-python2.pkl"
numbers = list(range(10000))
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    print("protocol %d: %d bytes" % (protocol, len(pickle.dumps(numbers, protocol))))

if os.path.exists(path):
    with open(path, "rb") as file:
        value = pickle.load(file)
    assert value == {"name": u"Zo\xeb", "numbers": [1, 2.5, 2**70], "tags": {"a"}}, value
    print("read")
