/**
 * Names that are inert, by role: a table, kept as text so that it reads as one. A name stands here when whatever a pickle
 * can do with it in its role runs no code but that of the library's own constructors and touches nothing outside.
 *
 * Sources: CPython 3.13's own `__reduce__` methods, copyreg; NumPy 1.13 to 2.5, pandas 0.25 to 3, scikit-learn 0.20 to
 * 1.9, SciPy, joblib, PyTorch's `_weights_only_unpickler`, PyArrow 26; what ordinary files of theirs were seen to hold.
 */
import { Policy } from "./policy.ts";
import { STDLIB_MODULES } from "./stdlib-modules.ts";

const NUMPY_SCALARS =
  "bool bool_ byte bytes_ cdouble clongdouble complex64 complex128 complex256 csingle datetime64 double float16 float32 " +
  "float64 float128 half int8 int16 int32 int64 int_ intc intp long longdouble longlong object_ short single str_ " +
  "timedelta64 ubyte uint uint8 uint16 uint32 uint64 uintc uintp ulong ulonglong ushort void unicode_ string_ float_ " +
  "complex_ generic number integer floating inexact signedinteger unsignedinteger complexfloating character flexible";

const UFUNCS =
  "abs absolute acos acosh add arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh " +
  "bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor " +
  "cbrt ceil conj conjugate copysign cos cosh deg2rad degrees divide divmod equal exp exp2 expm1 fabs float_power floor " +
  "floor_divide fmax fmin fmod frexp gcd greater greater_equal heaviside hypot invert isfinite isinf isnan isnat lcm " +
  "ldexp left_shift less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or " +
  "logical_xor matmul maximum minimum mod modf multiply negative nextafter not_equal positive pow power rad2deg radians " +
  "reciprocal remainder right_shift rint sign signbit sin sinh spacing sqrt square subtract tan tanh true_divide trunc";

const TORCH_DTYPES =
  "uint8 uint16 uint32 uint64 int8 int16 int32 int64 float16 float32 float64 bfloat16 complex32 complex64 complex128 " +
  "bool half float double short int long cfloat cdouble chalf bcomplex32 quint8 qint8 qint32 quint4x2 quint2x4 float8_e4m3fn " +
  "float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz " +
  "float8_e8m0fnu float4_e2m1fn_x2 strided sparse_coo contiguous_format preserve_format channels_last " +
  "per_tensor_affine per_channel_affine per_tensor_symmetric per_channel_symmetric";

const TORCH_STORAGES =
  "FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage CharStorage ByteStorage " +
  "BoolStorage ComplexFloatStorage ComplexDoubleStorage QUInt8Storage QInt8Storage QInt32Storage QUInt4x2Storage " +
  "QUInt2x4Storage";

const EXCEPTIONS =
  "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError " +
  "BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError " +
  "ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup FileExistsError " +
  "FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError " +
  "IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError " +
  "NameError NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError " +
  "ProcessLookupError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StandardError " +
  "StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError " +
  "UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning " +
  "ValueError Warning ZeroDivisionError";

// From pandas 3 on its public classes are pickled by their public names.
const PANDAS_CLASSES =
  "DataFrame Series Index MultiIndex RangeIndex DatetimeIndex TimedeltaIndex PeriodIndex IntervalIndex CategoricalIndex " +
  "Categorical Flags";

const PANDAS_VALUES =
  "Timestamp Timedelta Period Interval DateOffset CategoricalDtype DatetimeTZDtype IntervalDtype PeriodDtype SparseDtype " +
  "StringDtype BooleanDtype Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype " +
  "Float32Dtype Float64Dtype ArrowDtype";

const CONSTRUCT = `
builtins: bool int float complex str bytes bytearray list tuple set frozenset dict slice range xrange object reversed enumerate zip memoryview long unicode ${EXCEPTIONS}
collections: OrderedDict Counter deque ChainMap UserDict UserList UserString
argparse: Namespace
array: array
datetime: date datetime time timedelta timezone tzinfo
_pydatetime: date datetime time timedelta timezone tzinfo
decimal: Decimal
_pydecimal: Decimal
_decimal: Decimal
fractions: Fraction
http: HTTPStatus HTTPMethod
inspect: _ParameterKind
io: BytesIO StringIO
_io: BytesIO StringIO
ipaddress: IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network
itertools: count cycle repeat chain islice chain.from_iterable combinations combinations_with_replacement pairwise permutations product zip_longest
json.decoder: JSONDecodeError
os: _make_stat_result stat_result statvfs_result terminal_size
_queue: Empty
queue: Empty Full
posix: times_result uname_result
socket: AddressFamily SocketKind
ssl: TLSVersion
statistics: NormalDist
tokenize: TokenInfo
urllib.parse: DefragResult DefragResultBytes ParseResult ParseResultBytes SplitResult SplitResultBytes
pathlib: Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath
pathlib._local: Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath
random: Random
_random: Random
re: _compile RegexFlag
re._compiler: RegexFlag
signal: Signals
string: Template
struct: Struct
_struct: Struct
time: struct_time
types: SimpleNamespace GenericAlias
uuid: UUID SafeUUID
zoneinfo: ZoneInfo ZoneInfo._unpickle
calendar: Day Month
numpy: dtype ndarray matrix recarray chararray record MaskedArray Inf NaN ${NUMPY_SCALARS}
numpy.core.records: recarray record
numpy._core.records: recarray record
numpy.rec: recarray record
numpy.core.defchararray: chararray
numpy._core.defchararray: chararray
numpy.char: chararray
numpy.matrixlib.defmatrix: matrix
numpy.core.multiarray: scalar
numpy._core.multiarray: scalar
numpy.linalg._linalg: EigResult EighResult QRResult SVDResult SlogdetResult
numpy._core._internal: _convert_to_stringdtype_kwargs
numpy.core.numeric: _frombuffer
numpy._core.numeric: _frombuffer
numpy.ma.core: MaskedArray mvoid _mareconstruct MaskedConstant
numpy.ma: MaskedArray
numpy.ma.mrecords: MaskedRecords _mrreconstruct

numpy.random.bit_generator: __pyx_unpickle_SeedSequence SeedSequence
numpy.polynomial.polynomial: Polynomial
pandas: ${PANDAS_VALUES}
pandas._libs.arrays: __pyx_unpickle_NDArrayBacked
pandas._libs.internals: _unpickle_block BlockPlacement
pandas._libs.interval: Interval
pandas._libs.missing: NAType
pandas._libs.sparse: IntIndex BlockIndex
pandas._libs.tslib: _nat_unpickle _unpickle_timestamp
pandas._libs.tslibs.nattype: _nat_unpickle __nat_unpickle
dateutil.relativedelta: relativedelta
pandas._libs.tslibs.offsets: ${"BDay BusinessDay Day Hour Minute Second Milli Micro Nano MonthEnd MonthBegin BusinessMonthEnd BusinessMonthBegin QuarterEnd QuarterBegin BQuarterEnd BQuarterBegin YearEnd YearBegin BYearEnd BYearBegin Week WeekOfMonth LastWeekOfMonth SemiMonthEnd SemiMonthBegin DateOffset CustomBusinessDay BusinessHour Easter FY5253 FY5253Quarter"}
pandas._libs.tslibs.period: Period
pandas._libs.tslibs.timedeltas: _timedelta_unpickle Timedelta
pandas._libs.tslibs.timestamps: _unpickle_timestamp Timestamp
pandas._period: Period
pandas.core.arrays.arrow.extension_types: ArrowPeriodType
pandas.core.dtypes.dtypes: CategoricalDtype IntervalDtype PeriodDtype DatetimeTZDtype SparseDtype NumpyEADtype PandasDtype ArrowDtype
pandas.core.arrays.string_: StringDtype
pandas.core.arrays.integer: Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype
pandas.core.arrays.floating: Float32Dtype Float64Dtype
pandas.core.arrays.boolean: BooleanDtype
pandas.core.internals.blocks: new_block make_block
pandas.core.internals.managers: BlockManager SingleBlockManager
pandas.core.internals.api: make_block
pandas.core.indexes.range: RangeIndex
pandas.core.indexes.frozen: FrozenList FrozenNDArray
pandas.core.flags: Flags
pyarrow.lib: _reconstruct_record_batch _reconstruct_table _restore_array binary chunked_array decimal128 dictionary field large_list list_ map_ py_buffer scalar schema struct timestamp type_for_alias
pytz: _UTC _p FixedOffset
pytz.tzfile: DstTzInfo
dateutil.tz.tz: tzutc tzlocal tzoffset tzrange tzstr tzfile
dateutil.tz: tzutc tzlocal tzoffset
scipy.sparse: csr_matrix csc_matrix coo_matrix
sklearn.tree._tree: Tree
sklearn.neighbors._binary_tree: BinaryTree
sklearn.utils: Bunch
sklearn.utils._bunch: Bunch
joblib.numpy_pickle: NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper
joblib.numpy_pickle_compat: NDArrayWrapper ZNDArrayWrapper
torch: Size Tensor device Generator ${TORCH_STORAGES}
torch.storage: UntypedStorage TypedStorage _UntypedStorage _TypedStorage
torch._utils: _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor _rebuild_sparse_csr_tensor _rebuild_nested_tensor _rebuild_meta_tensor_no_storage _rebuild_device_tensor_from_numpy _rebuild_device_tensor_from_cpu_tensor
torch.nn.parameter: Parameter Buffer
torch._C: Generator
torch.serialization: _get_layout
`;

const CLASSES = `
numpy: poly1d
pandas: ${PANDAS_CLASSES}
_thread: RLock
builtins: NoneType
numpy.random._generator: Generator
numpy.random.mtrand: RandomState
numpy.random._mt19937: MT19937
numpy.random._pcg64: PCG64 PCG64DXSM
numpy.random._philox: Philox
numpy.random._sfc64: SFC64
numpy.random.bit_generator: SeedSequence SeedlessSeedSequence
pandas._libs.index: IndexEngine ObjectEngine Int64Engine
sklearn.neighbors._kd_tree: KDTree
sklearn.neighbors._ball_tree: BallTree
torch.nn.utils.weight_norm: WeightNorm
torch.nn.utils.spectral_norm: SpectralNorm SpectralNormStateDictHook SpectralNormLoadStateDictPreHook
`;

const REFERENCES = `
builtins: abs all any ascii bin callable chr divmod format hash hex id isinstance issubclass len max min next oct ord pow print repr round sorted sum type Ellipsis NotImplemented None True False property staticmethod classmethod
math: acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees dist erf erfc exp exp2 expm1 fabs floor fmod frexp fsum gamma gcd hypot isclose isfinite isinf isnan lcm ldexp lgamma log log10 log1p log2 modf perm pow prod radians remainder sin sinh sqrt tan tanh trunc
operator: abs add and_ concat contains eq floordiv ge gt index inv invert is_ is_not le lshift lt matmul mod mul ne neg not_ or_ pos pow rshift sub truediv truth xor countOf length_hint
_operator: abs add and_ concat contains eq floordiv ge gt index inv invert is_ is_not le lshift lt matmul mod mul ne neg not_ or_ pos pow rshift sub truediv truth xor countOf length_hint
statistics: fmean geometric_mean harmonic_mean mean median median_grouped median_high median_low mode multimode pstdev pvariance quantiles stdev variance
string: capwords
typing: Any AnyStr Callable ClassVar Dict Final FrozenSet Generic Hashable Iterable Iterator List Literal Mapping NamedTuple Optional Sequence Set Sized Tuple Type Union
numpy: all allclose amax amin any argmax argmin argsort array asarray average clip concatenate corrcoef cov cross cumprod cumsum diff dot empty eye full histogram identity inner linspace max mean median min nan nanmax nanmean nanmedian nanmin nanstd nansum nanvar newaxis ones outer percentile prod ptp quantile ravel reshape round round_ searchsorted sort std sum transpose unique var where zeros pi e inf ${UFUNCS}
numpy._core._multiarray_umath: ${UFUNCS}
numpy.core._multiarray_umath: ${UFUNCS}
numpy: memmap
numpy.fft: fft fft2 fftn ifft ifft2 ifftn irfft rfft
numpy.linalg: cond det eigvals eigvalsh inv matrix_rank norm pinv solve
scipy.interpolate._interpolate: interp1d._call_linear interp1d._call_linear_np interp1d._call_nan_spline interp1d._call_nearest interp1d._call_previousnext interp1d._call_spline
numpy.core.memmap: memmap
numpy._core.memmap: memmap
pandas: NA NaT
pandas._libs.missing: NA
pandas._libs.tslibs.nattype: NaT
scipy.special._ufuncs: expit logit erf erfc gamma gammaln loggamma xlogy xlog1py boxcox boxcox1p
scipy.stats._continuous_distns: uniform norm
torch: ${TORCH_DTYPES}
torch.nn.functional: relu relu6 gelu silu elu selu leaky_relu tanh sigmoid softmax log_softmax mish hardswish hardsigmoid softplus softsign
torch._C._nn: gelu
`;

const HELPERS = `
copyreg: _reconstructor=class-first __newobj__=class-first __newobj_ex__=class-first
array: _array_reconstructor=class-first
builtins: getattr=getattr iter=one-argument type=one-argument
collections: defaultdict=factory
functools: partial=partial reduce=union
_functools: partial=partial reduce=union
operator: attrgetter=getter itemgetter=getter methodcaller=getter
_operator: attrgetter=getter itemgetter=getter methodcaller=getter
_codecs: encode=encode
numpy.core.multiarray: _reconstruct=class-first
numpy._core.multiarray: _reconstruct=class-first
numpy.core: _ufunc_reconstruct=import
numpy._core: _ufunc_reconstruct=import
numpy.random._pickle: __generator_ctor=random __bit_generator_ctor=random __randomstate_ctor=random
pandas.core.indexes.base: _new_Index=class-first
pandas.core.indexes.datetimes: _new_DatetimeIndex=class-first
pandas.core.indexes.period: _new_PeriodIndex=class-first
pandas.core.indexes.timedeltas: _new_TimedeltaIndex=class-first
pandas.core.indexes.interval: _new_IntervalIndex=class-first
pandas.indexes.base: _new_Index=class-first
pandas.compat.pickle_compat: _new_Index=class-first
sklearn.metrics._dist_metrics: newObj=class-first
sklearn.neighbors._dist_metrics: newObj=class-first
sklearn.neighbors.dist_metrics: newObj=class-first
sklearn.neighbors._kd_tree: newObj=class-first
sklearn.neighbors.kd_tree: newObj=class-first
sklearn.neighbors._ball_tree: newObj=class-first
sklearn.neighbors.ball_tree: newObj=class-first
torch._tensor: _rebuild_from_type_v2=rebuild-type
torch.storage: _load_from_bytes=load-bytes
`;

// Classes of the standard library and of joblib that modules of the libraries have imported for themselves: what is found
// there by such a name starts a thread, opens a file, or does something when it is thrown away.
const OF_OTHERS =
  "ABCMeta BytesIO CellType Client CodeType Condition Connection EnumMeta EnumType Event Executor FileHandler FileIO FunctionType " +
  "Future GenericAlias Handler IO JoinableQueue LambdaType Listener Lock Logger Manager Memory MethodType ModuleType NamedTemporaryFile " +
  "NamedTuple Parallel Path Pickler Pool Popen PosixPath Process ProcessPoolExecutor PurePath Queue RLock Semaphore SimpleQueue " +
  "StreamHandler StringIO TarFile Template TemporaryDirectory TextIOWrapper Thread ThreadPool ThreadPoolExecutor " +
  "ThreadpoolController Timer TypedDict TypeVar Unpickler ZipFile";

// A class's name, without a dot: `NAME.attribute` reaches for something else.
const CAMEL_CASE = new RegExp(
  `^(?!(?:${OF_OTHERS.split(" ").join("|")})$)_?[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$`,
);

const SKLEARN =
  /^sklearn\.(?!externals|utils\._testing|utils\.estimator_checks|datasets|conftest|_build_utils|show_versions|experimental|callback|_min_dependencies|utils\.(?:_test_common|_repr_html|_estimator_html_repr|_joblib|_show_versions|discovery)|(?:.*\.)?tests?(?:\.|$))/;

// Packages of scikit-learn whose functions take numbers and give numbers; those of others read files, import modules, call
// what they are given, or change settings.
const NUMERIC =
  /^sklearn\.(?:metrics|feature_selection|preprocessing|cluster|neighbors|covariance|linear_model|svm|decomposition|gaussian_process|neural_network|manifold|mixture|isotonic|kernel_approximation|naive_bayes|feature_extraction\.text|_loss)(?:\.(?!.*(?:_plot|test))[a-z_.]+)?$/;
// What their modules have imported: other modules, and functions that reach further.
const IMPORTED: ReadonlySet<string> = new Set(
  (
    `${STDLIB_MODULES} np sp pd xp numpy scipy pandas joblib sklearn threadpoolctl partial reduce attrgetter itemgetter methodcaller ` +
    "import_module load dump hash delayed effective_n_jobs cpu_count parallel_backend register_parallel_backend deepcopy " +
    "update_wrapper wraps warn warn_explicit simplefilter catch_warnings format_exc contextmanager closing suppress namedtuple " +
    "defaultdict lru_cache dataclass field signature abstractmethod clone check_memory threadpool_limits _get_threadpool_controller set_config config_context get_config open exec eval"
  ).split(" "),
);
const FUNCTION = { test: (name: string): boolean => /^_?[a-z][a-z0-9_]*$/.test(name) };
// Functions of their modules' own that estimators keep; others call methods of what they are given, by any name.
const PRIVATE =
  /^_(?:identity|passthrough_scorer|kmeans_single(?:_lloyd|_elkan)?|logcosh|exp|cube|logistic|inplace_\w+)$/;
const OWN_FUNCTION = {
  test: (name: string): boolean => FUNCTION.test(name) && !IMPORTED.has(name),
};
const NUMERIC_FUNCTION = {
  test: (name: string): boolean =>
    OWN_FUNCTION.test(name) && (!name.startsWith("_") || PRIVATE.test(name)),
};

/** brine's own policy. */
export const DEFAULT_POLICY: Policy = new Policy({
  construct: CONSTRUCT,
  class: CLASSES,
  reference: REFERENCES,
  helper: HELPERS,
  families: [
    // The first that matches holds. Cython's own unpicklers make an object of the class they are given; losses take numbers.
    {
      module: /^(?:pandas\._libs|sklearn)\.[a-z_.]+$/,
      name: /^__pyx_unpickle_\w+$/,
      role: "construct",
    },
    {
      module: /^(?:sklearn\._loss\.|_loss$)/,
      name: /^(?:Cy[A-Z]\w*|__pyx_unpickle_Cy\w+)$/,
      role: "construct",
    },
    { module: /^sklearn\.linear_model\._?sgd_fast$/, name: CAMEL_CASE, role: "construct" },
    { module: /^sklearn\.tree\._(?:criterion|splitter)$/, name: CAMEL_CASE, role: "construct" },
    { module: /^pandas\.(?:_libs\.tslibs|tseries)\.offsets$/, name: CAMEL_CASE, role: "construct" },
    { module: /^numpy\.dtypes$/, name: /^[A-Za-z0-9]+DType$/, role: "construct" },
    // Classes of the libraries' own objects: made without a call to their constructor.
    { module: SKLEARN, name: CAMEL_CASE, role: "class" },
    { module: /^pandas\.(?:arrays$|core\.(?!computation))/, name: CAMEL_CASE, role: "class" },
    {
      module: /^scipy\.sparse(?:\._?[a-z]+)?$/,
      name: /^[a-z]{3}_(?:matrix|array)$/,
      role: "class",
    },
    {
      module: /^scipy\.(?:interpolate|spatial|optimize)\.\w+$/,
      name: /^(?:_?[A-Z]\w*|cKDTree|interp1d)$/,
      role: "class",
    },
    { module: /^torch\.nn\.modules\.[a-z_]+$/, name: CAMEL_CASE, role: "class" },
    { module: /^numpy\.polynomial\.[a-z_]+$/, name: CAMEL_CASE, role: "class" },
    { module: /^collections\.abc$/, name: CAMEL_CASE, role: "reference" },
    // Functions that estimators keep: scores, kernels, distances.
    { module: NUMERIC, name: NUMERIC_FUNCTION, role: "reference" },
    { module: SKLEARN, name: OWN_FUNCTION, role: "unknown" },
    { module: /^sklearn\.(?:callback|utils\._repr_html)\b/, name: CAMEL_CASE, role: "unknown" },
    {
      module: /^scipy\._(?:lib|external)\.array_api_compat\.numpy\._aliases$/,
      name: /^[a-z]+$/,
      role: "reference",
    },
    // A distribution's __setstate__ executes a template that stands in its state.
    { module: /^scipy\.stats\.[a-z_.]+$/, name: /^(?:[a-z0-9_]+_gen|rv_\w+)$/, role: "unknown" },
  ],
  // What the lists above speak for, and tools that only run things.
  closed:
    "numpy pandas scipy sklearn torch joblib dill cloudpickle pip setuptools pkg_resources wheel IPython sh plumbum fabric " +
    "invoke pexpect ptyprocess paramiko psutil requests urllib3 httpx aiohttp fickling picklescan modelscan modelaudit",
});
