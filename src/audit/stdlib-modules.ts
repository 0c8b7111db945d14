/**
 * The top-level modules of the standard libraries of CPython 2.7 to 3.14, without those whose names begin with `_`.
 * Written by `scripts/stdlib-modules.sh` from the installed CPythons; those of 3.14 are added there by hand.
 */
export const STDLIB_MODULES: string =
  "BaseHTTPServer Bastion CDROM CGIHTTPServer Canvas ConfigParser Cookie DLFCN Dialog DocXMLRPCServer " +
  "FileDialog FixTk HTMLParser IN MimeWriter Queue ScrolledText SimpleDialog SimpleHTTPServer " +
  "SimpleXMLRPCServer SocketServer StringIO TYPES Tix Tkconstants Tkdnd Tkinter UserDict UserList " +
  "UserString abc aifc annotationlib antigravity anydbm argparse array ast asynchat asyncio asyncore " +
  "atexit audiodev audioop base64 bdb binascii binhex bisect bsddb builtins bz2 cPickle cProfile " +
  "cStringIO calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys commands " +
  "compileall compiler compression concurrent configparser contextlib contextvars cookielib copy " +
  "copy_reg copyreg crypt csv ctypes curses dataclasses datetime dbhash dbm decimal difflib dircache " +
  "dis distutils doctest dumbdbm dummy_thread dummy_threading email encodings ensurepip enum errno " +
  "exceptions faulthandler fcntl filecmp fileinput fnmatch formatter fpformat fractions ftplib " +
  "functools future_builtins gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib " +
  "heapq hmac hotshot html htmlentitydefs htmllib http httplib idlelib ihooks imaplib imghdr imp " +
  "importlib imputil inspect io ipaddress itertools json keyword lib2to3 linecache linuxaudiodev " +
  "locale logging lzma macpath macurl2path mailbox mailcap markupbase marshal math md5 mhlib mimetools " +
  "mimetypes mimify mmap modulefinder msilib msvcrt multifile multiprocessing mutex netrc new nis " +
  "nntplib nt ntpath nturl2path numbers opcode operator optparse os os2emxpath ossaudiodev parser " +
  "pathlib pdb pickle pickletools pipes pkgutil platform plistlib popen2 poplib posix posixfile " +
  "posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri " +
  "random re readline repr reprlib resource rexec rfc822 rlcompleter robotparser runpy sched secrets " +
  "select selectors sets sgmllib sha shelve shlex shutil signal site smtpd smtplib sndhdr socket " +
  "socketserver spwd sqlite3 sre sre_compile sre_constants sre_parse ssl stat statistics statvfs " +
  "string stringold stringprep strop struct subprocess sunau sunaudio symbol symtable sys sysconfig " +
  "syslog tabnanny tarfile telnetlib tempfile termios test textwrap this thread threading time timeit " +
  "tkColorChooser tkCommonDialog tkFileDialog tkFont tkMessageBox tkSimpleDialog tkinter toaiff token " +
  "tokenize tomllib trace traceback tracemalloc ttk tty turtle turtledemo types typing unicodedata " +
  "unittest urllib urllib2 urlparse user uu uuid venv warnings wave weakref webbrowser whichdb winreg " +
  "winsound wsgiref xdrlib xml xmllib xmlrpc xmlrpclib xxlimited xxlimited_35 xxsubtype zipapp zipfile " +
  "zipimport zlib zoneinfo";
