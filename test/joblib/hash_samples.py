"""What joblib.hash is asked for, in the vectors and live: Python expressions."""

SAMPLES = """
None
True
0
1
-1
255
256
65535
65536
-2**31
2**31
2**63
2**70
-2**70
2**2100
1.0
1.5
-0.0
float('inf')
''
'abc'
'\\xe9'
'\\U0001f600'
'x' * 300
b''
b'abc'
b'x' * 300
bytearray()
bytearray(b'abc')
1 + 2j
[]
[1]
[1, 2]
['a', 'a']
list(range(1000))
list(range(1001))
()
(1,)
(1, 2)
(1, 2, 3)
(1, 2, 3, 4)
((), [()])
{}
{'a': 1}
{'b': 1, 'a': 2}
{2: 'x', 1.5: 'y', True: 'z'}
{(1, 'b'): 1, (1, 'a'): 2}
{b'b': 1, b'a': 2}
{'\\uffff': 1, '\\U00010000': 2}
dict((str(i), i) for i in range(1001))
dict((i, str(i)) for i in range(300))
[[1], [1]]
[{'a': [1]}, {'a': [1]}]
set()
{1, 2, 3}
{'b', 'a'}
[{1}, {1}]
frozenset()
frozenset([1])
np.arange(3, dtype='<i4')
np.arange(3, dtype='>i4')
np.arange(3, dtype='<f4')
np.array(1.5)
np.arange(6.0).reshape(2, 3)
np.arange(6.0).reshape(2, 3).T
np.asfortranarray(np.arange(6.0).reshape(2, 3))
np.arange(24).reshape(2, 3, 4)
np.array([True, False])
np.array([1 + 2j])
np.array(['a', 'bc'])
np.array([b'a', b'bc'])
np.array([(1, 2.5)], dtype=[('a', '<i4'), ('b', '<f8')])
[np.arange(3), np.arange(3)]
{'x': np.arange(3), 'y': [np.zeros(2)]}
np.dtype('<f8')
np.dtype('>i2')
[np.dtype('f4'), np.dtype('f4')]
np.dtype([('a', '<i4'), ('b', '<f8')])
np.matrix([[1, 2]])
""".strip().splitlines()
