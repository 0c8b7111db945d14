/**
 * What each vector looks like once it is loaded: in the default mode, then in lossless mode where that is different.
 *
 * Several texts mean that the versions or protocols of Python tell different things, and each must be seen: the fold is
 * written from protocol 4 on, below 3 FileNotFoundError is written as OSError, ipaddress lost the scope up to 3.10.
 */
export const EXPECTED: Readonly<Record<string, readonly [string[], string[]?]>> = {
  date: [["PlainDate 2024-02-29"]],
  date_first: [["PlainDate 0001-01-01"]],
  date_last: [["PlainDate 9999-12-31"]],
  datetime: [["PlainDateTime 2024-02-29T12:30:45.123456"]],
  datetime_last: [["PlainDateTime 9999-12-31T23:59:59.999999"]],
  datetime_fold: [
    ["PlainDateTime 2024-02-29T12:30:45.123456"],
    [
      "PlainDateTime 2024-02-29T12:30:45.123456",
      "datetime.datetime(Uint8Array(10) [\n   7, 232, 130,  29, 12,\n  30,  45,   1, 226, 64\n])",
    ],
  ],
  datetime_utc: [["ZonedDateTime 2024-02-29T12:00:00+00:00[UTC]"]],
  datetime_offset: [["ZonedDateTime 2024-02-29T12:00:00+02:00[+02:00]"]],
  datetime_west: [["ZonedDateTime 2024-02-29T12:00:00-03:30[-03:30]"]],
  datetime_seconds: [
    [
      "datetime.datetime(Uint8Array(10) [\n  7, 232, 2, 29, 12,\n  0,   0, 0,  0,  0\n], TimeZone(UTC+01:00:01))",
    ],
  ],
  datetime_named: [
    [
      'datetime.datetime(Uint8Array(10) [\n  7, 232, 2, 29, 12,\n  0,   0, 0,  0,  0\n], TimeZone(UTC+02:00, "X"))',
    ],
  ],
  datetime_zone: [["ZonedDateTime 2024-02-29T12:00:00+01:00[Europe/Berlin]"]],
  datetime_zone_utc: [["ZonedDateTime 2024-02-29T12:00:00+00:00[UTC]"]],
  datetime_first: [["ZonedDateTime 2024-10-27T02:30:00+02:00[Europe/Berlin]"]],
  datetime_second: [
    [
      "ZonedDateTime 2024-10-27T02:30:00+02:00[Europe/Berlin]",
      "ZonedDateTime 2024-10-27T02:30:00+01:00[Europe/Berlin]",
    ],
  ],
  datetime_gap: [
    [
      "datetime.datetime(Uint8Array(10) [\n   7, 232, 3, 31, 2,\n  30,   0, 0,  0, 0\n], ZoneInfo(Europe/Berlin))",
    ],
  ],
  datetime_idle_fold: [
    ["ZonedDateTime 2024-02-29T12:00:00+01:00[Europe/Berlin]"],
    [
      "ZonedDateTime 2024-02-29T12:00:00+01:00[Europe/Berlin]",
      "datetime.datetime(Uint8Array(10) [\n  7, 232, 130, 29, 12,\n  0,   0,   0,  0,  0\n], ZoneInfo(Europe/Berlin))",
    ],
  ],
  datetime_old: [["ZonedDateTime 1850-01-01T00:00:00+00:53[Europe/Berlin]"]],
  datetimes: [
    [
      "[ZonedDateTime 2024-01-01T00:00:00+02:00[+02:00], ZonedDateTime 2024-01-02T00:00:00+02:00[+02:00], ZonedDateTime 2024-01-03T00:00:00+02:00[+02:00]]",
    ],
  ],
  datetimes_utc: [
    [
      "[ZonedDateTime 2024-01-01T00:00:00+00:00[UTC], ZonedDateTime 2024-01-02T00:00:00+00:00[UTC], TimeZone(UTC)]",
    ],
  ],
  datetimes_zone: [
    [
      "[ZonedDateTime 2024-01-01T00:00:00+09:00[Asia/Tokyo], ZonedDateTime 2024-01-02T00:00:00+09:00[Asia/Tokyo], ZoneInfo(Asia/Tokyo)]",
    ],
  ],
  datetimes_apart: [
    [
      "[ZonedDateTime 2024-01-02T00:00:00+02:00[+02:00], ZonedDateTime 2024-01-03T00:00:00+02:00[+02:00]]",
    ],
  ],
  datetimes_zero: [["[Duration PT0S, ZonedDateTime 2024-01-01T00:00:00+00:00[UTC]]"]],
  time: [["PlainTime 12:30:45.999999"]],
  time_fold: [
    ["PlainTime 12:30:45.999999"],
    ["PlainTime 12:30:45.999999", "datetime.time(Uint8Array(6) [ 140, 30, 45, 15, 66, 63 ])"],
  ],
  time_utc: [["datetime.time(Uint8Array(6) [ 12, 30, 0, 0, 0, 0 ], TimeZone(UTC))"]],
  timedelta: [["Duration P1DT3.000005S"]],
  timedelta_negative: [["Duration -PT23H59M56.999995S"]],
  timedelta_extremes: [
    [
      "[Duration -P999999999D, Duration P999999999DT23H59M59.999999S, Duration PT0.000001S, Duration -PT0.000001S]",
    ],
  ],
  timezone_utc: [["TimeZone(UTC)"]],
  timezone_named: [['TimeZone(UTC+02:00, "X")']],
  timezone_zero: [['TimeZone(UTC, "UTC")']],
  zoneinfo: [["ZoneInfo(Europe/Berlin)"]],
  zoneinfo_alone: [["ZoneInfo(Europe/Berlin)"]],
  zoneinfos: [
    ["[ZoneInfo(Europe/Berlin), ZoneInfo(Asia/Tokyo), ZoneInfo(Europe/Rome), '_unpickle']"],
  ],
  decimal: [["Decimal(1.50)"]],
  decimals: [
    [
      "[Decimal(-0), Decimal(1E+3), Decimal(-sNaN12), Decimal(NaN), Decimal(-Infinity), Decimal(0E-10), Decimal(1E+999999)]",
    ],
  ],
  decimals_apart: [["[Decimal(1.50), Decimal(1.50), '1.50', '1.50']"]],
  fraction: [["Fraction(1/3)"]],
  fractions: [["[Fraction(-7), Fraction(1000000000000000000000000000000/3)]"]],
  uuid: [["UUID(00000000-0000-0000-0000-000000000005)"]],
  uuid_large: [["UUID(12345678-1234-5678-9234-567812345678)"]],
  uuids: [
    ["[UUID(00000000-0000-0000-0000-000000000005), UUID(00000000-0000-0000-0000-000000000006)]"],
  ],
  uuid_safe: [["UUID(00000000-0000-0000-0000-000000000006)"]],
  posix: [['PurePosixPath("/a/b/../c")']],
  posix_relative: [['PosixPath("a/b")']],
  posix_empty: [['PosixPath(".")']],
  windows: [['PureWindowsPath("C:\\\\x\\\\y")']],
  windows_share: [['PureWindowsPath("\\\\\\\\host\\\\share\\\\x")']],
  ordered: [["OrderedDict(2) { 'b' => 1, 'a' => 2 }"]],
  ordered_keys: [["OrderedDict(2) { Tuple(2) [ 1, 'x' ] => 1, 2.5 => 2 }"]],
  ordered_attributes: [["OrderedDict(1) { 'a' => 1 }"]],
  default_list: [["DefaultDict(1) { 'a' => [ 1 ] }"]],
  default_none: [["DefaultDict(1) { 'a' => 1 }"]],
  counter: [["Counter(2) { 'a' => 1, 'b' => 3 }"]],
  deque: [["Deque(2) [ 1, 2 ]"]],
  deque_limited: [["Deque(2) [ 1, 2 ]"]],
  deque_empty: [["Deque(0) []"]],
  array_b: [["Int8Array(2) [ 1, -1 ]"]],
  array_B: [["Uint8Array(2) [ 1, 255 ]"], ["array('B', Uint8Array(2) [ 1, 255 ])"]],
  array_h: [["Int16Array(2) [ 1, -2 ]"]],
  array_H: [["Uint16Array(2) [ 1, 65535 ]"]],
  array_i: [["Int32Array(2) [ 1, -2 ]"]],
  array_I: [["Uint32Array(2) [ 1, 4294967295 ]"]],
  array_l: [["BigInt64Array(2) [ 1n, -2n ]"], ["array('l', BigInt64Array(2) [ 1n, -2n ])"]],
  array_L: [
    ["BigUint64Array(2) [ 1n, 18446744073709551615n ]"],
    ["array('L', BigUint64Array(2) [ 1n, 18446744073709551615n ])"],
  ],
  array_q: [["BigInt64Array(2) [ 1n, -9223372036854775808n ]"]],
  array_Q: [["BigUint64Array(2) [ 1n, 18446744073709551615n ]"]],
  array_f: [["Float32Array(2) [ 1.5, -2 ]"]],
  array_d: [["Float64Array(2) [ 1.5, -2 ]"]],
  array_u: [["array('u', 'a€')"]],
  array_w: [["array('w', 'a😀')"]],
  array_c: [["array.array('c', [ 'a', 'b' ])"]],
  array_empty: [["Float64Array(0) []"]],
  namespace: [["SimpleNamespace { a: 1, b: 'x' }"]],
  namespace_empty: [["SimpleNamespace {}"]],
  partial: [["partial(<global builtins.int>, '7', base=8)"]],
  pattern: [['Pattern("a+", 2)', 'Pattern("a+", 34)']],
  pattern_bytes: [['Pattern("a+", 0)', 'Pattern(b"a+", 0)']],
  ipv4: [["IPv4Address(1.2.3.4)"]],
  ipv6: [["IPv6Address(2001:db8::1:0:0:1)"]],
  ipv6_mapped: [["IPv6Address(::ffff:1.2.3.4)"]],
  ipv6_scope: [["IPv6Address(fe80::1)", "IPv6Address(fe80::1%eth0)"]],
  network4: [["IPv4Network(10.0.0.0/8)"]],
  network6: [["IPv6Network(fe80::/10)"]],
  interface4: [["IPv4Interface(10.0.0.1/8)"]],
  interface6: [["IPv6Interface(fe80::1/10)"]],
  addresses_apart: [
    [
      "[IPv4Address(1.2.3.4), IPv4Address(1.2.3.4), IPv6Address(::1), IPv6Address(::1), IPv4Network(10.0.0.0/8), IPv4Network(10.0.0.0/8), IPv4Interface(10.0.0.0/8), IPv4Interface(10.0.0.0/8), IPv6Network(fe80::/10), IPv6Network(fe80::/10), IPv6Interface(fe80::/10), IPv6Interface(fe80::/10)]",
    ],
  ],
  value_error: [["[ValueError: ('a', 1)]"]],
  no_arguments: [["[KeyError]"]],
  key_error: [["[KeyError: 'k']"]],
  os_error: [["[OSError: [Errno 2] No: 'f']", "[FileNotFoundError: [Errno 2] No: 'f']"]],
  os_error_two: [
    ["[OSError: [Errno 2] No: 'f' -> 'g']", "[FileNotFoundError: [Errno 2] No: 'f' -> 'g']"],
  ],
  io_error: [["[IOError: text]", "[OSError: text]"]],
  unicode_decode: [
    ["[UnicodeDecodeError: 'utf-8' codec can't decode byte 0x78 in position 0: bad]"],
  ],
  unicode_encode: [
    ["[UnicodeEncodeError: 'utf-8' codec can't encode character '\\x78' in position 0: bad]"],
  ],
  stop_iteration: [["[StopIteration: 3]"]],
  import_error: [["[ImportError: m] { name: 'n', path: 'p' }"]],
  attribute_error: [
    ["[AttributeError: m]", "[AttributeError: m] { name: 'n', args: Tuple(1) [ 'm' ] }"],
  ],
  syntax_error: [["[SyntaxError: m (f, line 1)]"]],
  group: [["[ExceptionGroup: m (2 sub-exceptions)]"]],
  attributes: [["[ValueError: a] { code: 5 }"]],
  standard_error: [
    ["[[Exception: a], [Exception: a]]"],
    ["[builtins.Exception('a'), [Exception: a]]"],
  ],
  notes: [["[ValueError: a] { __notes__: [ 'n' ] }"]],
  chain_map: [
    [
      "collections.ChainMap() { maps: [ { a: 1 } ] }",
      "collections.ChainMap { maps: [ { a: 1 } ] }",
    ],
    [
      "collections.ChainMap() { maps: [ PyDict(1) { 'a' => 1 } ] }",
      "collections.ChainMap { maps: [ PyDict(1) { 'a' => 1 } ] }",
    ],
  ],
  user_dict: [
    ["collections.UserDict() { data: { a: 1 } }", "collections.UserDict { data: { a: 1 } }"],
    [
      "collections.UserDict() { data: PyDict(1) { 'a' => 1 } }",
      "collections.UserDict { data: PyDict(1) { 'a' => 1 } }",
    ],
  ],
  item_getter: [["operator.itemgetter(1)"]],
  status: [["http.HTTPStatus(200)"]],
};
