/**
 * The names that changed between Python 2 and 3: facts of CPython 3.13 `Lib/_compat_pickle.py`, written by
 * `scripts/python2-names.py`; `test/interop/opcodes.test.ts` compares them with the live module.
 */

/** Exceptions of module `exceptions` that moved to `builtins` under the same name: an ending, what stands before it. */
export const EXCEPTIONS: string =
  "Error Arithmetic Assertion Attribute Buffer EOF Environment FloatingPoint IO Import Indentation " +
  "Index Key Lookup Memory Name NotImplemented OS Overflow Reference Runtime Syntax System Tab Type " +
  "UnboundLocal UnicodeDecode UnicodeEncode Unicode UnicodeTranslate Value ZeroDivision;Warning Bytes " +
  "Deprecation Future Import PendingDeprecation Runtime Syntax Unicode User ; BaseException Exception " +
  "GeneratorExit KeyboardInterrupt StopIteration SystemExit";

/** Python 2 module, Python 3 module, names (`old=new` where they differ); what MODULES says anyway is left out. */
export const NAMES: string =
  "__builtin__ builtins xrange=range unichr=chr unicode=str long=int basestring=str;__builtin__ " +
  "functools reduce;__builtin__ sys intern;itertools builtins izip=zip imap=map ifilter=filter;" +
  "itertools itertools ifilterfalse=filterfalse izip_longest=zip_longest;UserDict collections " +
  "IterableUserDict=UserDict;_socket socket fromfd;_multiprocessing multiprocessing.connection " +
  "Connection;multiprocessing.process multiprocessing.context Process;multiprocessing.forking " +
  "multiprocessing.popen_fork Popen;urllib urllib.error ContentTooShortError;urllib urllib.request " +
  "getproxies pathname2url url2pathname urlcleanup urlopen urlretrieve;urllib urllib.parse quote_plus " +
  "quote unquote_plus unquote urlencode;urllib2 urllib.error HTTPError URLError;multiprocessing " +
  "multiprocessing.context AuthenticationError BufferTooShort ProcessError TimeoutError;exceptions " +
  "builtins StandardError=Exception;socket socket _socketobject=SocketType";

/** Python 2 module, Python 3 module where it is not the same in small letters. */
export const MODULES: string =
  "dummy_thread _dummy_thread;markupbase _markupbase;thread _thread;__builtin__ builtins;UserDict " +
  "collections;UserList collections;UserString collections;_abcoll collections.abc;ConfigParser;" +
  "copy_reg copyreg;anydbm dbm;whichdb dbm;dbhash dbm.bsd;dumbdbm dbm.dumb;gdbm dbm.gnu;dbm dbm.ndbm;" +
  "htmlentitydefs html.entities;HTMLParser html.parser;httplib http.client;cookielib http.cookiejar;" +
  "Cookie http.cookies;BaseHTTPServer http.server;SimpleHTTPServer http.server;CGIHTTPServer " +
  "http.server;StringIO io;cStringIO io;cPickle pickle;Queue;repr reprlib;SocketServer;commands " +
  "subprocess;test.test_support test.support;Tkinter;tkColorChooser tkinter.colorchooser;" +
  "tkCommonDialog tkinter.commondialog;Tkconstants tkinter.constants;Dialog tkinter.dialog;Tkdnd " +
  "tkinter.dnd;tkFileDialog tkinter.filedialog;FileDialog tkinter.filedialog;tkFont tkinter.font;" +
  "tkMessageBox tkinter.messagebox;ScrolledText tkinter.scrolledtext;tkSimpleDialog " +
  "tkinter.simpledialog;SimpleDialog tkinter.simpledialog;ttk tkinter.ttk;urlparse urllib.parse;" +
  "urllib2 urllib.request;robotparser urllib.robotparser;_winreg winreg;_elementtree " +
  "xml.etree.ElementTree;xmlrpclib xmlrpc.client;SimpleXMLRPCServer xmlrpc.server;DocXMLRPCServer " +
  "xmlrpc.server";

/** Python 3 module, Python 2 module, names (`new=old` where they differ); what REVERSE_MODULES says is left out. */
export const REVERSE_NAMES: string =
  "builtins __builtin__ range=xrange chr=unichr str=unicode int=long;functools __builtin__ reduce;sys " +
  "__builtin__ intern;builtins itertools zip=izip map=imap filter=ifilter;itertools itertools " +
  "filterfalse=ifilterfalse zip_longest=izip_longest;collections UserDict UserDict=IterableUserDict;" +
  "collections UserList UserList;collections UserString UserString;dbm whichdb whichdb;socket _socket " +
  "fromfd;multiprocessing.connection _multiprocessing Connection;multiprocessing.context " +
  "multiprocessing.process Process;multiprocessing.popen_fork multiprocessing.forking Popen;" +
  "urllib.error urllib ContentTooShortError;urllib.request urllib getproxies pathname2url url2pathname " +
  "urlcleanup urlopen urlretrieve;urllib.parse urllib quote_plus quote unquote_plus unquote urlencode;" +
  "urllib.error urllib2 HTTPError URLError;multiprocessing.context multiprocessing AuthenticationError " +
  "BufferTooShort ProcessError TimeoutError;_functools __builtin__ reduce;tkinter.filedialog " +
  "FileDialog FileDialog LoadFileDialog SaveFileDialog;tkinter.simpledialog SimpleDialog SimpleDialog;" +
  "xmlrpc.server DocXMLRPCServer ServerHTMLDoc XMLRPCDocGenerator DocXMLRPCRequestHandler " +
  "DocXMLRPCServer DocCGIXMLRPCRequestHandler;http.server SimpleHTTPServer SimpleHTTPRequestHandler;" +
  "http.server CGIHTTPServer CGIHTTPRequestHandler;_socket socket socket=_socketobject;builtins " +
  "exceptions BrokenPipeError=OSError ChildProcessError=OSError ConnectionAbortedError=OSError " +
  "ConnectionError=OSError ConnectionRefusedError=OSError ConnectionResetError=OSError " +
  "FileExistsError=OSError FileNotFoundError=OSError InterruptedError=OSError " +
  "IsADirectoryError=OSError NotADirectoryError=OSError PermissionError=OSError " +
  "ProcessLookupError=OSError TimeoutError=OSError ModuleNotFoundError=ImportError";

/** Python 3 module, Python 2 module where it is not the same in small letters. */
export const REVERSE_MODULES: string =
  "http.server BaseHTTPServer;configparser ConfigParser;http.cookies Cookie;tkinter.dialog Dialog;" +
  "html.parser HTMLParser;queue Queue;tkinter.scrolledtext ScrolledText;xmlrpc.server " +
  "SimpleXMLRPCServer;socketserver SocketServer;tkinter.constants Tkconstants;tkinter.dnd Tkdnd;" +
  "tkinter Tkinter;builtins __builtin__;collections.abc _abcoll;winreg _winreg;dbm anydbm;_bz2 bz2;" +
  "subprocess commands;http.cookiejar cookielib;copyreg copy_reg;dbm.bsd dbhash;dbm.ndbm dbm;_dbm dbm;" +
  "dbm.dumb dumbdbm;_dummy_thread dummy_thread;_functools functools;dbm.gnu gdbm;_gdbm gdbm;" +
  "html.entities htmlentitydefs;http.client httplib;_markupbase markupbase;_pickle pickle;reprlib repr;" +
  "urllib.robotparser robotparser;test.support test.test_support;_thread thread;tkinter.colorchooser " +
  "tkColorChooser;tkinter.commondialog tkCommonDialog;tkinter.filedialog tkFileDialog;tkinter.font " +
  "tkFont;tkinter.messagebox tkMessageBox;tkinter.simpledialog tkSimpleDialog;tkinter.ttk ttk;" +
  "urllib.request urllib2;urllib.parse urlparse;xmlrpc.client xmlrpclib";
