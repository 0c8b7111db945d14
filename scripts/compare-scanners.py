"""What picklescan, fickling and modelscan say of the files under some folders, beside brine: totals, and the time of each.

    python3.11 -m venv scanners && scanners/bin/pip install picklescan fickling modelscan
    npm run build && scanners/bin/python scripts/compare-scanners.py FOLDER…

A file counts as flagged, clean, or failed (an error, or no answer within 20 seconds); which files are malicious is the
caller's knowledge. Only totals are printed. The malicious files of docs/audit.md are those of picklescan's tests/ and of modelscan's
but the ones named benign or new_, not_a, pytorch_model.
"""
import contextlib
import io
import json
import logging
import os
import signal
import subprocess
import sys
import time

logging.disable(logging.CRITICAL)
BRINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'dist', 'cli', 'main.js')
NODE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'node_modules', '.bin', 'node')


class TooSlow(BaseException):
    pass


def too_slow(*_):
    raise TooSlow()


def with_picklescan(strict):
    from picklescan.scanner import scan_file_path

    def scan(path):
        result = scan_file_path(path, strict=strict)
        if result.issues_count > 0 or result.infected_files > 0:
            return 'flagged'
        return 'failed' if result.scan_err or result.scanned_files == 0 else 'clean'
    return scan


def with_fickling():
    from fickling.analysis import Severity, check_safety
    from fickling.fickle import StackedPickle

    def scan(path):
        with open(path, 'rb') as file:
            pickles = StackedPickle.load(file)
        if len(pickles) == 0:
            return 'failed'
        worst = max((check_safety(pickled).severity for pickled in pickles), key=lambda s: s.severity)
        return 'flagged' if worst.severity > Severity.LIKELY_SAFE.severity else 'clean'
    return scan


def with_modelscan():
    from modelscan.modelscan import ModelScan

    def scan(path):
        scanner = ModelScan()
        result = scanner.scan(path)
        if result['summary']['total_issues'] > 0:
            return 'flagged'
        return 'failed' if result['errors'] or result['summary']['scanned']['total_scanned'] == 0 else 'clean'
    return scan


SCANNERS = {'picklescan': lambda: with_picklescan(False), 'picklescan --strict': lambda: with_picklescan(True),
            'fickling': with_fickling, 'modelscan': with_modelscan}


def files_of(folder):
    return [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]


def run_one(name, folder):
    """In a process of its own, so that the start counts, as it does for brine."""
    scan = SCANNERS[name]()
    counts = {'flagged': 0, 'clean': 0, 'failed': 0}
    for path in files_of(folder):
        signal.alarm(20)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                answer = scan(path)
        except (Exception, TooSlow, RecursionError):
            answer = 'failed'
        finally:
            signal.alarm(0)
        counts[answer] += 1
    print(json.dumps(counts))


def timed(command):
    before = os.times()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    after = os.times()
    return done.stdout, (after[2] + after[3]) - (before[2] + before[3])


def main():
    for folder in sys.argv[1:]:
        paths = files_of(folder)
        megabytes = sum(map(os.path.getsize, paths)) / 1e6
        print('%s: %d files, %.1f MB; seconds of CPU, start included' % (folder, len(paths), megabytes))
        out, seconds = timed([NODE, BRINE, 'audit', '--json', '--jobs', '1', folder])
        counts = {'dangerous': 0, 'review': 0, 'incomplete': 0, 'safe': 0}
        for file in json.loads(out)['files']:
            counts[file['verdict']] += 1
        ours = seconds
        rows = [('brine', counts, seconds)]
        for name in SCANNERS:
            out, seconds = timed([sys.executable, os.path.abspath(__file__), '--one', name, folder])
            rows.append((name, json.loads(out.splitlines()[-1]), seconds))
        for name, counts, seconds in rows:
            line = ', '.join('%d %s' % (n, answer) for answer, n in counts.items())
            print('  %-20s %s; %.2f s, %.1f times brine; %.0f files/s, %.2f MB/s' % (
                name, line, seconds, seconds / ours, len(paths) / seconds, megabytes / seconds), flush=True)


signal.signal(signal.SIGALRM, too_slow)
if sys.argv[1] == '--one':
    run_one(*sys.argv[2:])
else:
    main()
