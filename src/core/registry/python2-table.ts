/**
 * The names that changed between Python 2 and 3: facts of CPython 3.13 `Lib/_compat_pickle.py`, written by
 * `scripts/python2-names.py`; `test/interop/opcodes.test.ts` compares them with the live module.
 */

/** Exceptions of module `exceptions` that moved to `builtins` under the same name. */
export const EXCEPTIONS: string =
  "ArithmeticError AssertionError AttributeError BaseException BufferError BytesWarning " +
  "DeprecationWarning EOFError EnvironmentError Exception FloatingPointError FutureWarning " +
  "GeneratorExit IOError ImportError ImportWarning IndentationError IndexError KeyError " +
  "KeyboardInterrupt LookupError MemoryError NameError NotImplementedError OSError OverflowError " +
  "PendingDeprecationWarning ReferenceError RuntimeError RuntimeWarning StopIteration SyntaxError " +
  "SyntaxWarning SystemError SystemExit TabError TypeError UnboundLocalError UnicodeDecodeError " +
  "UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError Warning " +
  "ZeroDivisionError";

/** Python 2 module, Python 3 module, names (`old=new` where they differ); what MODULES says anyway is left out. */
export const NAMES: string =
  "__builtin__ builtins xrange=range unichr=chr unicode=str long=int basestring=str;" +
  "__builtin__ functools reduce;__builtin__ sys intern;" +
  "itertools builtins izip=zip imap=map ifilter=filter;" +
  "itertools itertools ifilterfalse=filterfalse izip_longest=zip_longest;" +
  "UserDict collections IterableUserDict=UserDict;_socket socket fromfd;" +
  "_multiprocessing multiprocessing.connection Connection;" +
  "multiprocessing.process multiprocessing.context Process;" +
  "multiprocessing.forking multiprocessing.popen_fork Popen;urllib urllib.error ContentTooShortError;" +
  "urllib urllib.request getproxies pathname2url url2pathname urlcleanup urlopen urlretrieve;" +
  "urllib urllib.parse quote_plus quote unquote_plus unquote urlencode;" +
  "urllib2 urllib.error HTTPError URLError;" +
  "multiprocessing multiprocessing.context AuthenticationError BufferTooShort ProcessError TimeoutError;" +
  "exceptions builtins StandardError=Exception;socket socket _socketobject=SocketType";

/** Python 2 module, Python 3 module where it is not the same in small letters. */
export const MODULES: string =
  "__builtin__ builtins;copy_reg copyreg;Queue;SocketServer;ConfigParser;repr reprlib;" +
  "tkFileDialog tkinter.filedialog;tkSimpleDialog tkinter.simpledialog;" +
  "tkColorChooser tkinter.colorchooser;tkCommonDialog tkinter.commondialog;Dialog tkinter.dialog;" +
  "Tkdnd tkinter.dnd;tkFont tkinter.font;tkMessageBox tkinter.messagebox;" +
  "ScrolledText tkinter.scrolledtext;Tkconstants tkinter.constants;ttk tkinter.ttk;Tkinter;" +
  "markupbase _markupbase;_winreg winreg;thread _thread;dummy_thread _dummy_thread;dbhash dbm.bsd;" +
  "dumbdbm dbm.dumb;dbm dbm.ndbm;gdbm dbm.gnu;xmlrpclib xmlrpc.client;SimpleXMLRPCServer xmlrpc.server;" +
  "httplib http.client;htmlentitydefs html.entities;HTMLParser html.parser;Cookie http.cookies;" +
  "cookielib http.cookiejar;BaseHTTPServer http.server;test.test_support test.support;" +
  "commands subprocess;urlparse urllib.parse;robotparser urllib.robotparser;urllib2 urllib.request;" +
  "anydbm dbm;_abcoll collections.abc;cPickle pickle;_elementtree xml.etree.ElementTree;" +
  "FileDialog tkinter.filedialog;SimpleDialog tkinter.simpledialog;DocXMLRPCServer xmlrpc.server;" +
  "SimpleHTTPServer http.server;CGIHTTPServer http.server;UserDict collections;UserList collections;" +
  "UserString collections;whichdb dbm;StringIO io;cStringIO io";

/** Python 3 module, Python 2 module, names (`new=old` where they differ); what REVERSE_MODULES says is left out. */
export const REVERSE_NAMES: string =
  "builtins __builtin__ range=xrange chr=unichr str=unicode int=long;functools __builtin__ reduce;" +
  "sys __builtin__ intern;builtins itertools zip=izip map=imap filter=ifilter;" +
  "itertools itertools filterfalse=ifilterfalse zip_longest=izip_longest;" +
  "collections UserDict UserDict=IterableUserDict;collections UserList UserList;" +
  "collections UserString UserString;dbm whichdb whichdb;socket _socket fromfd;" +
  "multiprocessing.connection _multiprocessing Connection;" +
  "multiprocessing.context multiprocessing.process Process;" +
  "multiprocessing.popen_fork multiprocessing.forking Popen;urllib.error urllib ContentTooShortError;" +
  "urllib.request urllib getproxies pathname2url url2pathname urlcleanup urlopen urlretrieve;" +
  "urllib.parse urllib quote_plus quote unquote_plus unquote urlencode;" +
  "urllib.error urllib2 HTTPError URLError;" +
  "multiprocessing.context multiprocessing AuthenticationError BufferTooShort ProcessError TimeoutError;" +
  "_functools __builtin__ reduce;" +
  "tkinter.filedialog FileDialog FileDialog LoadFileDialog SaveFileDialog;" +
  "tkinter.simpledialog SimpleDialog SimpleDialog;" +
  "xmlrpc.server DocXMLRPCServer ServerHTMLDoc XMLRPCDocGenerator DocXMLRPCRequestHandler DocXMLRPCServer DocCGIXMLRPCRequestHandler;" +
  "http.server SimpleHTTPServer SimpleHTTPRequestHandler;" +
  "http.server CGIHTTPServer CGIHTTPRequestHandler;_socket socket socket=_socketobject;" +
  "builtins exceptions BrokenPipeError=OSError ChildProcessError=OSError ConnectionAbortedError=OSError ConnectionError=OSError ConnectionRefusedError=OSError ConnectionResetError=OSError FileExistsError=OSError FileNotFoundError=OSError InterruptedError=OSError IsADirectoryError=OSError NotADirectoryError=OSError PermissionError=OSError ProcessLookupError=OSError TimeoutError=OSError ModuleNotFoundError=ImportError";

/** Python 3 module, Python 2 module where it is not the same in small letters. */
export const REVERSE_MODULES: string =
  "builtins __builtin__;copyreg copy_reg;queue Queue;socketserver SocketServer;" +
  "configparser ConfigParser;reprlib repr;tkinter.filedialog tkFileDialog;" +
  "tkinter.simpledialog tkSimpleDialog;tkinter.colorchooser tkColorChooser;" +
  "tkinter.commondialog tkCommonDialog;tkinter.dialog Dialog;tkinter.dnd Tkdnd;tkinter.font tkFont;" +
  "tkinter.messagebox tkMessageBox;tkinter.scrolledtext ScrolledText;tkinter.constants Tkconstants;" +
  "tkinter.ttk ttk;tkinter Tkinter;_markupbase markupbase;winreg _winreg;_thread thread;" +
  "_dummy_thread dummy_thread;dbm.bsd dbhash;dbm.dumb dumbdbm;dbm.ndbm dbm;dbm.gnu gdbm;" +
  "xmlrpc.client xmlrpclib;xmlrpc.server SimpleXMLRPCServer;http.client httplib;" +
  "html.entities htmlentitydefs;html.parser HTMLParser;http.cookies Cookie;http.cookiejar cookielib;" +
  "http.server BaseHTTPServer;test.support test.test_support;subprocess commands;urllib.parse urlparse;" +
  "urllib.robotparser robotparser;urllib.request urllib2;dbm anydbm;collections.abc _abcoll;_bz2 bz2;" +
  "_dbm dbm;_functools functools;_gdbm gdbm;_pickle pickle";
